import { dhcpOptions, ENCAPSULATED } from '../codec/dhcpv4/options';
import { OPTIONS6 } from '../codec/dhcpv6/options';
import type { OptionRow, OptionTable } from '../codec/option';
import { KEYWORDS4, KEYWORDS6, type OptionKeywords } from '../codec/optionKeywords';
import { describeSize } from '../codec/values';
import { EXTRAS } from './optionExtras';
import { facts, referencesOf, sentencesOf, table, type Block, type Draft } from './page';

type Space = 'option' | 'option6';

/** A row of an option table, and its place in the guide. */
interface Place {
  readonly space: Space;
  /** Path of codes, such as `82`, `82.1`, `43.pxe.6`. */
  readonly path: string;
  readonly row: OptionRow;
  readonly parent?: string;
}

/** Maximum depth at which sub-options have pages. */
const DEEPEST = 3;

/** Every row of the tables of both protocols; sub-options follow the option that holds them. */
function* placesOf(): Generator<Place> {
  for (const row of dhcpOptions.values()) yield* placesUnder({ space: 'option', path: String(row.code), row });
  for (const row of OPTIONS6.values()) yield* placesUnder({ space: 'option6', path: String(row.code), row });
}

function* placesUnder(place: Place): Generator<Place> {
  yield place;
  const { space, path } = place;
  if (path.split('.').length >= DEEPEST) return;
  const taken = new Set<string>();
  for (const [name, rows] of tablesIn(place)) {
    for (const inner of rows.values()) {
      const plain = name === '' ? `${path}.${inner.code}` : `${path}.${name}.${inner.code}`;
      // Two vendors' sub-options of one option may have the same code.
      const own = taken.has(plain) ? `${plain}/2` : plain;
      taken.add(own);
      yield* placesUnder({ space, path: own, row: inner, parent: `${space}/${path}` });
    }
  }
}

/**
 * The tables of the options inside an option, named if option 60 selects among them.
 * DHCPv6 options share one code space, so they have no inner tables.
 */
function tablesIn({ space, path, row }: Place): readonly (readonly [string, OptionTable])[] {
  if (space === 'option' && path === '43')
    return ENCAPSULATED.map(({ name, table }) => [name.split(/[ -]/)[0]!.toLowerCase(), table] as const);
  const tables = (row.type.spaces ?? []).map((one) => one());
  return tables.filter((one) => one !== (OPTIONS6 as OptionTable)).map((one) => ['', one] as const);
}

/** Groups rows with the same sentence, because they mean the same and share a page. */
function together(places: readonly Place[]): Place[][] {
  const bySentence = new Map<string, Place[]>();
  const out: Place[][] = [];
  for (const place of places) {
    const sentences = sentencesOf(place.row.purpose);
    const known = sentences.map((one) => bySentence.get(`${place.space} ${one}`)).find((one) => one !== undefined);
    const page = known ?? [];
    if (!known) out.push(page);
    page.push(place);
    for (const one of sentences) bySentence.set(`${place.space} ${one}`, page);
  }
  return out;
}

/** `[82, 84, 85, 86]` → `82 and 84 to 86`. */
function numbersText(paths: readonly string[]): string {
  const runs: string[][] = [];
  for (const path of paths) {
    const run = runs.at(-1);
    if (run && Number(path) === Number(run.at(-1)) + 1) run.push(path);
    else runs.push([path]);
  }
  const words = runs.flatMap((run) => (run.length > 2 ? [`${run[0]} to ${run.at(-1)}`] : run));
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words[0]!;
}

function titleOf(places: readonly Place[]): string {
  const [{ space, path, row }] = places as [Place];
  const many = places.length > 1;
  const what = `${path.includes('.') ? 'sub-option' : 'option'}${many ? 's' : ''}`;
  const whole = space === 'option6' ? `DHCPv6 ${what}` : `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  const name = many ? row.name.replace(/ \(\d+\)$/, '') : row.name;
  return `${whole} ${numbersText(places.map((one) => one.path.replace('/2', '')))}, ${name}`;
}

/** The numbers by which people ask for an option. */
function numbersOf({ space, path, row, parent }: Place): readonly string[] {
  const keys = [path, `${path} ${row.name}`];
  if (space === 'option') {
    // Microsoft's console shows option 3 as “003 Router”.
    for (const one of new Set([path, path.padStart(3, '0')]))
      keys.push(one, `option ${one}`, `opt ${one}`, `${one} ${row.name}`);
    keys.push(`dhcp.option.${path}`, `v4 ${path}`, `v4 option ${path}`);
  } else {
    for (const word of ['v6', 'option v6', 'v6 option', 'option6', 'dhcpv6', 'dhcpv6 option', 'dhcpv6.option.'])
      keys.push(`${word} ${path}`);
    keys.push(`option ${path} v6`);
  }
  if (parent !== undefined) for (const between of [' ', '/', ' sub-option ']) keys.push(path.replace('.', between));
  return keys;
}

/** The names by which people ask for an option: the registry's, the abbreviation in parentheses, and those in server configurations. */
function namesOf({ row, parent }: Place, keywords: ReadonlyMap<number, OptionKeywords>): readonly string[] {
  const short = /\(([A-Z0-9]{2,6})\)/.exec(row.name)?.[1];
  const known = parent === undefined ? keywords.get(row.code) : undefined;
  const names = [row.name.replace(/ \(.*\)$/, ''), short, known?.dhcpd, known?.kea, known?.dnsmasq];
  return names.filter((name) => name !== undefined);
}

/** The code is left out, because it is in the title. */
function factsOf({ row }: Place, known: OptionKeywords | undefined): Block {
  const { size, name } = row.type;
  const rows: (readonly string[])[] = [['Value', name]];
  if (size.min > 0 || size.max < Infinity) rows.push(['Length', describeSize(size)]);
  const words = [
    ['ISC dhcpd', known?.dhcpd],
    ['Kea', known?.kea],
    ['dnsmasq', known?.dnsmasq],
  ] as const;
  for (const [program, word] of words) if (word) rows.push([`Name in ${program}`, word]);
  return facts(...rows);
}

/** What each of several options means beyond what they have in common. */
function singles(places: readonly Place[], shared: ReadonlySet<string>): Block[] {
  const rows = places.map(({ path, row }) => [
    path,
    sentencesOf(row.purpose)
      .filter((one) => !shared.has(one))
      .join(' '),
  ]);
  return rows.every(([, own]) => own === '') ? [] : [table(['Code', 'Meaning'], ...rows)];
}

function pageOf(places: readonly Place[], keywords: ReadonlyMap<number, OptionKeywords>): Draft {
  const [first] = places as [Place];
  const { space, path, row } = first;
  const id = `${space}/${path}` as const;
  const extra = EXTRAS[id];
  const sentences = places.map((one) => sentencesOf(one.row.purpose));
  const shared = sentences.reduce((kept, next) => kept.filter((one) => next.includes(one)));
  const own = first.parent === undefined ? keywords.get(row.code) : undefined;
  const blocks = places.length > 1 ? singles(places, new Set(shared)) : [factsOf(first, own), ...(extra?.blocks ?? [])];
  return {
    id,
    title: titleOf(places),
    aliases: [...places.flatMap((one) => [...numbersOf(one), ...namesOf(one, keywords)]), ...(extra?.aliases ?? [])],
    summary: shared.join(' '),
    blocks,
    see: [...new Set(places.flatMap(({ parent }) => parent ?? [])), ...(extra?.see ?? [])],
    references: [...new Set(places.flatMap((one) => referencesOf(one.row.rfc)))],
  };
}

/** A page for each option and sub-option, made from its table row and its extra texts. */
export function optionPages(): Draft[] {
  const byCode = (rows: readonly OptionKeywords[]): ReadonlyMap<number, OptionKeywords> =>
    new Map(rows.map((row) => [row.code, row]));
  const words = { option: byCode(KEYWORDS4), option6: byCode(KEYWORDS6) };
  return together([...placesOf()]).map((places) => pageOf(places, words[places[0]!.space]));
}
