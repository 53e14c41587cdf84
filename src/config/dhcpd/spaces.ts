import { KEYWORDS4, KEYWORDS6 } from '../../codec/optionKeywords';
import type { Address } from '../address';
import type { Located, Span } from '../source';
import { OTHER_SPACES } from './text/words';

/** An option as dhcpd's language defines it. */
export interface DhcpdOption {
  readonly space: string;
  readonly code: number;
  readonly name: string;
  /** The format letters of its value; see dhcp-options(5). */
  readonly format: string;
  /** The name is not defined yet; only a definition may follow. */
  readonly unknown?: true;
}

export interface Space {
  readonly name: string;
  readonly byName: Map<string, DhcpdOption>;
  readonly byCode: Map<number, DhcpdOption>;
}

/** Creates an option space with these options. */
export function space(
  name: string,
  options: readonly (readonly [name: string, code: number, format: string])[],
): Space {
  const made: Space = { name, byName: new Map(), byCode: new Map() };
  for (const [option, code, format] of options) define(made, { space: name, code, name: option, format });
  return made;
}

/** Adds an option to a space. Replaces one with the same name or code. */
export function define(into: Space, option: DhcpdOption): void {
  into.byName.set(option.name.toLowerCase(), option);
  into.byCode.set(option.code, option);
}

/** The option spaces that dhcpd knows before it reads the file. */
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

/** The last code of a space, which no option may have (as with code 0). */
export const lastCode = (name: string): number => (name === 'dhcp6' ? 65536 : name === 'dhcp' ? 255 : 0);

/** Contents of the value of an option or parameter. */
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
  /** Followed by `a`: a list of this element. */
  readonly list: boolean;
}

const formats = new Map<string, { readonly atoms: readonly Atom[]; readonly list: boolean }>();

/** Splits a format into its letters. `list`: a final `A` makes the whole format repeatable. */
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
