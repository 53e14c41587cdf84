import { KEYWORDS4, KEYWORDS6 } from '../../codec/optionKeywords';
import type { Address } from '../address';
import type { Located, Span } from '../source';
import { OTHER_SPACES } from './text/words';

/** An option as dhcpd's language knows it. */
export interface DhcpdOption {
  readonly space: string;
  readonly code: number;
  readonly name: string;
  /** What its value is; see dhcp-options(5). */
  readonly format: string;
  /** The name was never defined; only a definition may follow. */
  readonly unknown?: true;
}

export interface Space {
  readonly name: string;
  readonly byName: Map<string, DhcpdOption>;
  readonly byCode: Map<number, DhcpdOption>;
}

/** A new option space with these options. */
export function space(
  name: string,
  options: readonly (readonly [name: string, code: number, format: string])[],
): Space {
  const made: Space = { name, byName: new Map(), byCode: new Map() };
  for (const [option, code, format] of options) define(made, { space: name, code, name: option, format });
  return made;
}

/** Puts an option into a space, in place of one that has its name or code. */
export function define(into: Space, option: DhcpdOption): void {
  into.byName.set(option.name.toLowerCase(), option);
  into.byCode.set(option.code, option);
}

/** Every option space that dhcpd has before it reads a line. */
export function standardSpaces(): Map<string, Space> {
  const own = (keywords: typeof KEYWORDS4): [string, number, string][] =>
    keywords.flatMap(({ dhcpd, code, dhcpdFormat }) => (dhcpd ? [[dhcpd, code, dhcpdFormat!]] : []));
  return new Map([
    ['dhcp', space('dhcp', own(KEYWORDS4))],
    ['dhcp6', space('dhcp6', own(KEYWORDS6))],
    ...Object.entries(OTHER_SPACES).map(([name, options]) => [name, space(name, options)] as const),
    ['server', space('server', [])],
  ]);
}

/** The codes at a space's ends, which no option has. */
export const lastCode = (name: string): number => (name === 'dhcp6' ? 65536 : name === 'dhcp' ? 255 : 0);

/** What the value of an option or a parameter holds. */
export interface Value {
  readonly span: Span;
  readonly addresses: readonly Located<Address>[];
  readonly numbers: readonly number[];
  readonly text?: string;
}

/** One element of a format. */
export interface Atom {
  readonly letter: string;
  readonly argument: string;
  readonly optional: boolean;
  /** `a` behind it: a list of this one. */
  readonly list: boolean;
}

const formats = new Map<string, { readonly atoms: readonly Atom[]; readonly list: boolean }>();

/** A format's letters, taken apart. `list`: an `A` behind all of them, a list of the whole. */
export function atomsOf(format: string): { readonly atoms: readonly Atom[]; readonly list: boolean } {
  const known = formats.get(format);
  if (known) return known;
  const atoms: Atom[] = [];
  let list = false;
  for (let i = 0; i < format.length; i++) {
    const letter = format[i]!;
    if (letter === 'A') {
      list = true;
      break;
    }
    let argument = '';
    if (letter === 'E' || letter === 'N') {
      const dot = format.indexOf('.', i);
      argument = format.slice(i + 1, dot);
      i = dot;
    } else if (letter === 'D' && format[i + 1] === 'c') i++;
    const optional = format[i + 1] === 'o';
    if (optional) i++;
    const many = format[i + 1] === 'a';
    if (many) i++;
    atoms.push({ letter, argument, optional, list: many });
  }
  const made = { atoms, list };
  formats.set(format, made);
  return made;
}
