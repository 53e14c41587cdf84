import { optionRow } from '../../codec/optionRows';
import { KEYWORDS4, KEYWORDS6 } from '../../codec/optionKeywords';
import type { ConfigDocument, OptionSetting, Scope, Statement } from '../../config/model';
import type { Span } from '../../config/source';
import { areaOf } from '../area';
import type { Read } from '../documents';
import type { Hover } from '../questions';
import { statementDoc } from './statements';

/** Every scope that holds options. */
function* scopesOf({ global, scopes, subnets, reservations }: ConfigDocument): Generator<Scope> {
  yield global;
  yield* scopes;
  for (const subnet of subnets) {
    yield subnet;
    yield* subnet.pools;
  }
  yield* reservations;
}

const holds = ({ file, start, end }: Span, at: Span): boolean =>
  file === at.file && start <= at.start && at.start <= end;

/** The option that is set at a place. */
export function optionAt(document: ConfigDocument, at: Span): OptionSetting | undefined {
  for (const { options } of scopesOf(document)) for (const one of options) if (holds(one.span, at)) return one;
  return undefined;
}

/** The statements around a place, the innermost last. */
export function statementsAt(statements: readonly Statement[], at: Span): Statement[] {
  const found: Statement[] = [];
  for (let level: readonly Statement[] | undefined = statements; level;) {
    const one: Statement | undefined = level.find(({ span }) => holds(span, at));
    if (one) found.push(one);
    level = one?.children;
  }
  return found;
}

/** What the tables say about an option. Uses the same row as for packets. */
export function optionDoc(
  space: string,
  code: number,
): { title: string; text: string; reference: string; page: string } | undefined {
  const row = space === 'dhcp' || space === 'dhcpv6' ? optionRow(`${space}.option.${code}`) : undefined;
  if (!row) return undefined;
  const six = space === 'dhcpv6';
  return {
    title: `${six ? 'DHCPv6 option' : 'Option'} ${code}: ${row.name}`,
    text: row.purpose,
    reference: row.rfc,
    page: `${six ? 'option6' : 'option'}/${code}`,
  };
}

/** The code of an option by its name in a configuration. Undefined for options of vendors or defined in the file. */
function codeOf(name: string, document: ConfigDocument): { space: string; code: number } | undefined {
  const six = name.startsWith('dhcp6.') || document.kind === 'kea6';
  const plain = name.replace(/^dhcp6\./, '');
  const row = (six ? KEYWORDS6 : KEYWORDS4).find(({ dhcpd, kea, dnsmasq }) => [dhcpd, kea, dnsmasq].includes(plain));
  return row && { space: six ? 'dhcpv6' : 'dhcp', code: row.code };
}

/** The explanation of the word at a place: its option, else its statement. */
export function hoverAt({ document, file }: Read, offset: number): Hover | undefined {
  const at = file.span(offset, offset);
  const option = optionAt(document, at);
  if (option) {
    const doc = optionDoc(option.space, option.code);
    if (doc) return { area: areaOf(option.span), ...doc };
  }
  const name = document.names.find(({ role, span }) => role === 'option' && holds(span, at));
  const code = name && codeOf(name.name, document);
  const used = code && optionDoc(code.space, code.code);
  if (name && used) return { area: areaOf(name.span), ...used };
  const statement = statementsAt(document.statements, at).at(-1);
  if (!statement || offset > statement.head.end) return undefined;
  const doc = statementDoc(document.kind, statement.keyword);
  return doc && { area: areaOf(statement.head), ...doc };
}
