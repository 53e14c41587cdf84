import { allNearest } from '../config/nearest';
import { GROUPS, guide, type Group, type Page } from './index';

/** The result of looking up a topic: the most likely page first, then the others of that name. If there are none, similar words. */
export type Found = { readonly pages: readonly [Page, ...Page[]] } | { readonly near: readonly string[] };

/** Which page comes first if several have the same name: an idea before a message, a message before a field … */
const RANK: readonly Group[] = [
  'topic',
  'term',
  'message',
  'field',
  'neighbour',
  'option',
  'port',
  'message6',
  'option6',
  'finding',
  'check',
  'claim',
];

/** A bare number means a DHCPv4 option. The options with these two numbers are rarely seen, the ports are common. */
const PREFERRED: Readonly<Record<string, string>> = { 68: 'port/68', 69: 'port/69' };

/** What is dropped from a topic if nothing is found with it: first the form of a question, then ever more general words. */
const QUESTION = 'what is|what are|explain|how does|how do|work|works|the|a|an';
const FILLERS = [QUESTION, `${QUESTION}|dhcp`, `${QUESTION}|dhcp|message|field|finding|header`].map(
  (words) => new RegExp(`\\b(${words})\\b`, 'g'),
);

/** Maximum number of similar words offered for an unknown one. */
const MOST_NEAR = 5;

/** Normalises a topic for look-up: `No OFFER`, `no-offer` and `nooffer` are the same. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/neighbor/g, 'neighbour')
    // Between digits it matters: 1:1 is not 11.
    .replace(/(\d)[^\p{L}\p{N}./]+(?=\d)/gu, '$1:')
    .replace(/[^\p{L}\p{N}./:]|(?<!\d):|:(?!\d)/gu, '')
    .replace(/^[./]+|[./]+$/g, '');

interface Index {
  readonly pages: ReadonlyMap<string, readonly Page[]>;
  /** The same by the words that say what a name is about, in their singular. */
  readonly byWords: ReadonlyMap<string, readonly Page[]>;
  /** The usual spelling of each key. */
  readonly spelled: ReadonlyMap<string, string>;
}

let index: Index | undefined;

function indexed(): Index {
  if (index) return index;
  const pages = new Map<string, Page[]>();
  const byWords = new Map<string, Page[]>();
  const spelled = new Map<string, string>();
  const note = (map: Map<string, Page[]>, key: string, page: Page): void => {
    const there = map.get(key);
    if (!there) map.set(key, [page]);
    else if (!there.includes(page)) there.push(page);
  };
  for (const page of guide().values()) {
    const name = page.id.slice(page.id.indexOf('/') + 1);
    for (const word of [...page.aliases, name, page.id, page.title]) {
      const key = plain(word);
      if (key === '') continue;
      if (!spelled.has(key)) spelled.set(key, word);
      note(pages, key, page);
      note(byWords, wordsOf(word).join(' '), page);
    }
  }
  // The sort is stable: within a group the order is that of the guide.
  const place = (page: Page): number => RANK.indexOf(page.group) + (page.id.includes('.') ? 0.5 : 0);
  for (const list of [...pages.values(), ...byWords.values()]) list.sort((a, b) => place(a) - place(b));
  for (const [word, id] of Object.entries(PREFERRED)) {
    const list = pages.get(word)!;
    pages.set(word, [guide().get(id)!, ...list.filter((page) => page.id !== id)]);
  }
  byWords.delete('');
  return (index = { pages, byWords, spelled });
}

/** Hexadecimal numbers of options and messages as the decimal ones that pages are named by: `option 0x52` is option 82. */
const inDecimal = (topic: string): string =>
  topic.replace(/\b0x([0-9a-f]{1,4})\b/gi, (_, digits: string) => String(parseInt(digits, 16)));

/** The pages for a topic as a user types it: `82`, `option 82`, `giaddr`, `v6 25`, `port 67`, `No OFFER`. */
export function lookUp(topic: string): Found {
  const { pages, byWords } = indexed();
  const decimal = inDecimal(topic.toLowerCase());
  for (const words of [topic, decimal, ...FILLERS.map((filler) => decimal.replace(filler, ' '))]) {
    const all = pages.get(plain(words)) ?? [];
    const [first, ...others] = all;
    if (!first) continue;
    // An id with a hyphen, as `inspect` writes it, means the finding: `v6-decline`.
    const finding = words.includes('-') ? all.find(({ id }) => id === `finding/${words}`) : undefined;
    return finding ? { pages: [finding, ...all.filter((page) => page !== finding)] } : { pages: [first, ...others] };
  }
  // One word of a whole question says too little.
  const words = wordsOf(decimal);
  const [first, ...others] = words.length > 1 || !/\s/.test(decimal.trim()) ? (byWords.get(words.join(' ')) ?? []) : [];
  if (first) return { pages: [first, ...others] };
  const near = nearWords(decimal);
  return { near: near.length > 0 ? near : nearPages(decimal) };
}

/** The numbers in a text, apart: those of `option16v6` are not those of `option166`. */
const digitsOf = (text: string): string => (text.match(/\d+/g) ?? []).join(' ');

/** Words that differ from a topic by a few letters; if there are none, words that contain it. */
function nearWords(topic: string): readonly string[] {
  const { pages, spelled } = indexed();
  const wanted = plain(topic);
  // A similar number would mean something else.
  if (/^[\d./:]*$/.test(wanted)) return [];
  const digits = digitsOf(wanted);
  const close = allNearest(wanted, pages.keys()).filter((key) => digitsOf(key) === digits);
  const keys = close.length > 0 || wanted.length < 3 ? close : [...pages.keys()].filter((key) => key.includes(wanted));
  const words: string[] = [];
  const seen = new Set<Page>();
  for (const key of keys) {
    const [page] = pages.get(key)!;
    // Several words for one page are one suggestion.
    if (seen.has(page!)) continue;
    seen.add(page!);
    words.push(spelled.get(key)!);
    if (words.length === MOST_NEAR) break;
  }
  return words;
}

/** Words that say nothing of what a question is about. */
const COMMON = new Set(
  'a an and are as at be between by can cannot client come dhcp do does doing dont for from get gets getting got has have how i if in into is it its keep mean means my no not of off on or our server should that the their there they this to understand understanding use used using versus vs want was we what when where which who why will with work working works would you your'.split(
    ' ',
  ),
);
/** How much a word counts in the names of a page, and in its first two sentences. */
const IN_NAMES = 3;
const IN_SUMMARY = 1;
/** How many pages are suggested for a question. */
const MOST_PAGES = 3;

/** The words of a text that say what it is about, in their singular. */
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}.]+/u)
    .map((word) => word.replace(/^\.+|\.+$/g, ''))
    .filter((word) => !COMMON.has(word))
    .map((word) => word.replace(/(?<=..[^s])s$/, ''))
    .filter((word) => word !== '' && !COMMON.has(word));

let weights: ReadonlyMap<string, ReadonlyMap<Page, number>> | undefined;

/** By word: the pages that have it in a name or in their summary, and how much that counts. */
function pagesByWord(): ReadonlyMap<string, ReadonlyMap<Page, number>> {
  if (weights) return weights;
  const all = new Map<string, Map<Page, number>>();
  for (const page of guide().values()) {
    const note = (text: string, weight: number): void => {
      for (const word of wordsOf(text)) {
        const pages = all.get(word) ?? new Map<Page, number>();
        all.set(word, pages.set(page, Math.max(weight, pages.get(page) ?? 0)));
      }
    };
    for (const name of [page.title, ...page.aliases]) note(name, IN_NAMES);
    note(page.summary, IN_SUMMARY);
  }
  return (weights = all);
}

/** Names of the pages that have most of a question's words, the rarer a word the more it counts. */
function nearPages(topic: string): readonly string[] {
  if (!/\p{L}/u.test(topic)) return [];
  const scores = new Map<Page, number>();
  let most = 0;
  for (const word of new Set(wordsOf(topic))) {
    const pages = pagesByWord().get(word);
    if (!pages) continue;
    const rarity = Math.log(1 + guide().size / pages.size);
    most += rarity * IN_NAMES;
    for (const [page, weight] of pages) scores.set(page, (scores.get(page) ?? 0) + rarity * weight);
  }
  return [...scores]
    .filter(([, score]) => score >= most / 4)
    .sort(([a, one], [b, other]) => other - one || RANK.indexOf(a.group) - RANK.indexOf(b.group))
    .slice(0, MOST_PAGES)
    .map(([{ title }]) => `“${title}”`);
}

/** Every page with the title of its group and its other names, for a picker: ideas first. */
export function contentsOfGuide(): { id: string; title: string; group: string; names: string }[] {
  return [...guide().values()].map(({ id, title, group, aliases }) => ({
    id,
    title,
    group: GROUPS[group],
    names: aliases.join(', '),
  }));
}
