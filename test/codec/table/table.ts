/** The table of options and message types: what this codec reads, beside what Wireshark does. */
import { readFileSync } from 'node:fs';
import { dhcpOptions, MESSAGE_TYPES } from '../../../src/codec/dhcpv4';
import { MESSAGE_TYPES6, OPTIONS6 } from '../../../src/codec/dhcpv6';
import type { OptionRow, OptionTable } from '../../../src/codec/option';
import type { Names } from '../../../src/codec/values/scalar';
import type { Depth, Knowledge, TheirOption } from './wireshark';

/** The table itself, and what is known of Wireshark. */
export const TABLE = new URL('../../../src/codec/OPTIONS.md', import.meta.url);
export const WIRESHARK = new URL('./wireshark.json', import.meta.url);

/** What is known of Wireshark, from the file. */
export function knowledge(): Knowledge {
  return JSON.parse(readFileSync(WIRESHARK, 'utf8')) as Knowledge;
}

/** How far we read an option, by its row's type. Octets that are often text are shown so, but nothing says what they mean. */
function ourDepth({ type }: OptionRow): Depth {
  if (type.spaces && type.spaces.length > 0) return 'sub-options';
  return /^(octets|text or octets)/.test(type.name) ? 'octets' : SUB_OPTIONS.test(type.name) ? 'sub-options' : 'value';
}
const SUB_OPTIONS = /sub-options|settings/;

const isTyped = (depth: Depth): boolean => depth === 'value' || depth === 'sub-options';
const cell = (text: string): string => text.replaceAll('|', '\\|');

function theirs(one: TheirOption | undefined): string {
  if (!one || one.depth === 'unknown') return '–';
  return one.field === undefined || one.depth === 'octets' ? one.depth : `${one.depth} (\`${one.field}\`)`;
}

function optionLines(table: OptionTable, their: Knowledge['dhcp']): string[] {
  return [
    '| code | name | type | defined in | we decode | Wireshark decodes |',
    '| ---: | --- | --- | --- | --- | --- |',
    ...[...table.values()].map((row) => {
      const single = their[row.code] === undefined;
      const cells = [row.name, row.type.name, row.rfc].map(cell);
      return `| ${[row.code, ...cells, single ? 'a single octet' : ourDepth(row), single ? 'a single octet' : theirs(their[row.code])].join(' | ')} |`;
    }),
  ];
}

function messageLines(ours: Names, their: Readonly<Record<string, string>>): string[] {
  return [
    '| number | name | Wireshark’s name |',
    '| ---: | --- | --- |',
    ...Object.entries(ours).map(([number, name]) => `| ${number} | ${name} | ${cell(their[number] ?? '–')} |`),
  ];
}

function count(table: OptionTable, their: Knowledge['dhcp']): { all: number; ours: number; wireshark: number } {
  const rows = [...table.values()].filter(({ code }) => their[code] !== undefined);
  return {
    all: rows.length,
    ours: rows.filter((row) => isTyped(ourDepth(row))).length,
    wireshark: rows.filter(({ code }) => isTyped(their[code]!.depth)).length,
  };
}

/** The table as Markdown. */
export function tableText(their: Knowledge): string {
  const four = count(dhcpOptions, their.dhcp);
  const six = count(OPTIONS6, their.dhcpv6);
  const types = (ours: Names, names: Readonly<Record<string, string>>): string =>
    `${Object.keys(ours).length} (Wireshark names ${Object.keys(ours).filter((number) => names[number] !== undefined).length})`;
  const sum = (one: typeof four): string =>
    `${one.all} options, of which we decode ${one.ours} to typed values or sub-options and Wireshark ${one.wireshark}`;
  return `${[
    '# Options and message types',
    '',
    'Made by `npx tsx test/codec/table/generate.ts` from the option tables of the codec; a test holds it current.',
    '',
    `**DHCPv4:** ${sum(four)}; message types: ${types(MESSAGE_TYPES, their.messages)}.  `,
    `**DHCPv6:** ${sum(six)}; message types: ${types(MESSAGE_TYPES6, their.messages6)}.`,
    '',
    `Wireshark ${their.tshark}, asked about one message for each option. *value*: fields of the option’s own type; *sub-options*: options`,
    'inside the option, each with its own fields; *octets*: the option has a name, and its value is shown as it stands; –: it has none.',
    'Codes for private use and codes that were given up count as octets.',
    '',
    '## DHCPv4 message types (option 53)',
    '',
    ...messageLines(MESSAGE_TYPES, their.messages),
    '',
    '## DHCPv4 options',
    '',
    ...optionLines(dhcpOptions, their.dhcp),
    '',
    '## DHCPv6 message types',
    '',
    ...messageLines(MESSAGE_TYPES6, their.messages6),
    '',
    '## DHCPv6 options',
    '',
    ...optionLines(OPTIONS6, their.dhcpv6),
  ].join('\n')}\n`;
}
