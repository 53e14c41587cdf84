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

/** Words that are dropped from a topic if nothing is found with them. */
const FILLERS = /\b(what is|what are|explain|the|a|an|dhcp|message|field|finding|header)\b/g;

/** Maximum number of similar words offered for an unknown one. */
const MOST_NEAR = 5;

/** Normalises a topic for look-up: `No OFFER`, `no-offer` and `nooffer` are the same. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/neighbor/g, 'neighbour')
    .replace(/[^\p{L}\p{N}./]/gu, '')
    .replace(/^[./]+|[./]+$/g, '');

interface Index {
  readonly pages: ReadonlyMap<string, readonly Page[]>;
  /** The usual spelling of each key. */
  readonly spelled: ReadonlyMap<string, string>;
}

let index: Index | undefined;

function indexed(): Index {
  if (index) return index;
  const pages = new Map<string, Page[]>();
  const spelled = new Map<string, string>();
  for (const page of guide().values()) {
    const name = page.id.slice(page.id.indexOf('/') + 1);
    for (const word of [...page.aliases, name, page.id, page.title]) {
      const key = plain(word);
      if (key === '') continue;
      if (!spelled.has(key)) spelled.set(key, word);
      const there = pages.get(key);
      if (!there) pages.set(key, [page]);
      else if (!there.includes(page)) there.push(page);
    }
  }
  // The sort is stable: within a group the order is that of the guide.
  const place = (page: Page): number => RANK.indexOf(page.group) + (page.id.includes('.') ? 0.5 : 0);
  for (const list of pages.values()) list.sort((a, b) => place(a) - place(b));
  for (const [word, id] of Object.entries(PREFERRED)) {
    const list = pages.get(word)!;
    pages.set(word, [guide().get(id)!, ...list.filter((page) => page.id !== id)]);
  }
  return (index = { pages, spelled });
}

/** The pages for a topic as a user types it: `82`, `option 82`, `giaddr`, `v6 25`, `port 67`, `No OFFER`. */
export function lookUp(topic: string): Found {
  const { pages } = indexed();
  for (const words of [topic, topic.toLowerCase().replace(FILLERS, ' ')]) {
    const all = pages.get(plain(words)) ?? [];
    const [first, ...others] = all;
    if (!first) continue;
    // An id with a hyphen, as `inspect` writes it, means the finding: `v6-decline`.
    const finding = words.includes('-') ? all.find(({ id }) => id === `finding/${words}`) : undefined;
    return finding ? { pages: [finding, ...all.filter((page) => page !== finding)] } : { pages: [first, ...others] };
  }
  return { near: nearWords(topic) };
}

/** Words that differ from a topic by a few letters; if there are none, words that contain it. */
function nearWords(topic: string): readonly string[] {
  const { pages, spelled } = indexed();
  const wanted = plain(topic);
  // A similar number would mean something else.
  if (/^[\d./]*$/.test(wanted)) return [];
  const close = allNearest(wanted, pages.keys());
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

/** Every page with the title of its group and its other names, for a picker: ideas first. */
export function contentsOfGuide(): { id: string; title: string; group: string; names: string }[] {
  return [...guide().values()].map(({ id, title, group, aliases }) => ({
    id,
    title,
    group: GROUPS[group],
    names: aliases.join(', '),
  }));
}
