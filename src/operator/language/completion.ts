import { KEYWORDS4, KEYWORDS6, type OptionKeywords } from '../../codec/optionKeywords';
import type { ConfigKind } from '../../config';
import { ENUMERATIONS, PARAMETERS, PERMISSIONS } from '../../config/dhcpd/text/words';
import { DNSMASQ_OPTIONS } from '../../config/dnsmasq/options';
import { schemaOf } from '../../config/kea/schema';
import type { ConfigDocument, NameUse } from '../../config/model';
import type { Completion } from '../questions';
import { definedNames } from './definition';
import { optionDoc } from './hover';
import { jsonPlace } from './jsonPath';
import { DHCPD_STATEMENTS, statementDoc } from './statements';

/** The place where words are suggested. `document` is the file as last read; it supplies the names defined there. */
export interface Cursor {
  readonly kind: ConfigKind;
  /** The line up to the cursor. */
  readonly before: string;
  readonly document: ConfigDocument | undefined;
  /** The whole text and the offset of the cursor, for languages whose nesting does not follow lines. */
  readonly text: string;
  readonly offset: number;
}

const value = (label: string): Completion => ({ label, kind: 'value' });
const values = (labels: Iterable<string>): Completion[] => [...labels].map(value);

/** The words allowed at the cursor. The editor itself drops those that do not match what is already typed. */
export function completionsAt(cursor: Cursor): Completion[] {
  switch (cursor.kind) {
    case 'dhcpd':
    case 'dhcpd6':
      return dhcpd(cursor);
    case 'dnsmasq':
      return dnsmasq(cursor);
    case 'kea4':
    case 'kea6':
      return kea(cursor);
    default:
      return [];
  }
}

function names({ document }: Cursor, role: NameUse['role'], insert = (name: string): string => name): Completion[] {
  if (!document) return [];
  return [...definedNames(document, role)].slice(0, 1000).map((name) => {
    const written = insert(name);
    return { label: name, kind: 'name', ...(written === name ? {} : { insert: written }) };
  });
}

const statement = (kind: ConfigKind, label: string, insert?: string): Completion => {
  const doc = statementDoc(kind, label);
  return { label, kind: 'statement', ...(doc ? { text: doc.text } : {}), ...(insert === undefined ? {} : { insert }) };
};

/** All options under the names that one program uses. */
function options(of: 'dhcpd' | 'kea' | 'dnsmasq', six: boolean, prefix = ''): Completion[] {
  const rows: readonly OptionKeywords[] = six ? KEYWORDS6 : KEYWORDS4;
  return rows.flatMap((row): Completion[] => {
    const name = row[of];
    if (!name) return [];
    const doc = optionDoc(six ? 'dhcpv6' : 'dhcp', row.code);
    return [
      {
        label: `${prefix}${name}`,
        kind: 'option',
        detail: doc?.title ?? `Option ${row.code}`,
        ...(doc ? { text: doc.text } : {}),
      },
    ];
  });
}

const FLAG = ['true', 'false'];
/** Matches the start of a statement. */
const BEGINNING = /^(.*[;{}])?\s*[\w-]*$/;

function dhcpd(cursor: Cursor): Completion[] {
  const { kind } = cursor;
  const before = uncommented(cursor.before);
  if (before === undefined) return [];
  const six = kind === 'dhcpd6';
  if (/\boption\s+[\w.-]*$/.test(before)) {
    const own = names(cursor, 'option');
    return [...(six ? options('dhcpd', true, 'dhcp6.') : options('dhcpd', false)), ...own];
  }
  const quoted = (name: string): string => (before.endsWith('"') || /"[^"]*$/.test(before) ? name : `"${name}"`);
  if (/\b(members\s+of|subclass)\s+"?[^"\s;]*$/.test(before)) return names(cursor, 'class', quoted);
  if (/\bfailover\s+peer\s+"?[^"\s;]*$/.test(before)) return names(cursor, 'failover-peer', quoted);
  if (/\b(omapi-key|key)\s+[\w.-]*$/.test(before)) return names(cursor, 'key');
  if (/\b(vendor|site)-option-space\s+[\w.-]*$/.test(before)) return names(cursor, 'option-space');
  if (/\b(allow|deny|ignore)\s+[\w-]*$/.test(before))
    return values(new Set([...PERMISSIONS, 'members of', 'known-clients', 'all clients']));
  const option = /\boption\s+(?:dhcp6\.)?([\w-]+)\s+[\w-]*$/.exec(before);
  if (option) {
    const rows: readonly OptionKeywords[] = six ? KEYWORDS6 : KEYWORDS4;
    const format = rows.find(({ dhcpd }) => dhcpd === option[1])?.dhcpdFormat;
    return format === 'f' ? values(FLAG) : [];
  }
  const parameter = /(?:^|[;{}\s])([\w-]+)\s+[\w-]*$/.exec(before);
  const format = parameter && PARAMETERS.get(parameter[1]!);
  if (format?.startsWith('f')) return values([...FLAG, 'on', 'off']);
  if (format?.startsWith('N')) return values(ENUMERATIONS[format.slice(1).replace(/\.$/, '')] ?? []);
  if (!BEGINNING.test(before)) return [];
  return DHCPD_STATEMENTS.map((word) => statement(kind, word));
}

/** A line with its strings blanked out. Undefined inside a comment. */
function uncommented(line: string): string | undefined {
  return line.replace(/"(?:[^"\\]|\\.)*"/g, (text) => `"${' '.repeat(text.length - 2)}"`).includes('#')
    ? undefined
    : line;
}

function dnsmasq(cursor: Cursor): Completion[] {
  const { before } = cursor;
  if (/^\s*#|\s#/.test(before)) return [];
  if (/\b(tag|net):!?[\w.-]*$/.test(before) || /^\s*(dhcp-ignore|dhcp-broadcast)=[\w.-]*$/.test(before))
    return names(cursor, 'tag');
  const option = /option(6?):[\w.+-]*$/.exec(before);
  if (option) return options('dnsmasq', option[1] === '6');
  if (/^\s*dhcp-option(-force|-pxe)?=(.*,)?[\w.-]*$/.test(before) && !/=.*(option6?:|\b\d+\s*),/.test(before))
    return ['option:', 'option6:', 'tag:', 'vendor:', 'encap:'].map(value);
  if (!/^\s*[\w-]*$/.test(before)) return [];
  return [...DNSMASQ_OPTIONS].map(([word, kind]) =>
    statement('dnsmasq', word, kind === 'none' || kind.endsWith('?') ? word : `${word}=`),
  );
}

/** How many characters before the cursor are parsed to find the enclosing maps. */
const LOOKED_AT = 1_000_000;

function kea(cursor: Cursor): Completion[] {
  const { kind, text, offset } = cursor;
  const family = kind === 'kea4' ? 4 : 6;
  if (offset > LOOKED_AT) return [];
  const { maps, key, quoted } = jsonPlace(text, offset);
  const written = (word: string): string => (quoted ? word : `"${word}"`);
  const map = maps.at(-1) ?? 'top';
  const schema = schemaOf(map, family);
  if (key === undefined)
    return [...schema.parameters.keys()].map((one) => ({ ...statement(kind, one), insert: written(one) }));
  const of = (list: readonly Completion[]): Completion[] => list.map((one) => ({ ...one, insert: written(one.label) }));
  if (map === 'option-data' && key === 'name') return of(options('kea', family === 6));
  if (/^(client-class|client-classes|require-client-classes|evaluate-additional-classes)$/.test(key))
    return of(names(cursor, 'class'));
  const type = schema.parameters.get(key)?.type ?? '';
  if (type === 'boolean') return FLAG.map(value);
  return type.startsWith('=') ? of(values(type.slice(1).split('|'))) : [];
}
