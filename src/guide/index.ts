import { checkPages } from './checkPages';
import { fieldPages } from './fieldPages';
import { findingPages } from './findingPages';
import { messagePages4 } from './messages4';
import { messagePages6 } from './messages6';
import { NEIGHBOURS } from './neighbours';
import { optionPages } from './options';
import { GROUPS, type Draft, type Group, type Page } from './page';
import { PORTS } from './ports';
import { termPages } from './terms';
import { BASICS } from './topics/basics';
import { CLAIMS } from './topics/claims';
import { NETWORKS } from './topics/networks';
import { OPERATION } from './topics/operation';
import { SERVERS } from './topics/servers';

export { fieldPageId } from './fieldPages';
export { COMMANDS, GROUPS, sentencesOf, type Block, type Group, type Page } from './page';

/** Every page by its id, in the order of the groups. */
export type Guide = ReadonlyMap<string, Page>;

let made: Guide | undefined;

/** The whole guide, built on first use. */
export function guide(): Guide {
  return (made ??= bound([
    ...BASICS,
    ...NETWORKS,
    ...OPERATION,
    ...SERVERS,
    ...CLAIMS,
    ...termPages(),
    ...PORTS,
    ...messagePages4(),
    ...messagePages6(),
    ...fieldPages(),
    ...NEIGHBOURS,
    ...optionPages(),
    ...findingPages(),
    ...checkPages(),
  ]));
}

/** Adds the reverse of every link. Throws Error on a duplicate id or a link to nowhere: both are mistakes in the data. */
function bound(drafts: readonly Draft[]): Guide {
  const links = new Map<string, Set<string>>();
  for (const { id } of drafts) {
    if (links.has(id)) throw new Error(`the guide has two pages ${id}`);
    links.set(id, new Set());
  }
  for (const { id, see = [] } of drafts)
    for (const other of see) {
      const there = links.get(other);
      if (!there || other === id) throw new Error(`the page ${id} links to ${other}`);
      links.get(id)!.add(other);
    }
  // A page's own links come first, then the reverse links.
  for (const { id, see = [] } of drafts) for (const other of see) links.get(other)!.add(id);
  const rank = Object.keys(GROUPS);
  const pages = drafts.map((draft): Page => {
    const { id, aliases = [], blocks = [], references = [] } = draft;
    return { ...draft, group: groupOf(id), aliases, blocks, references, see: [...links.get(id)!] };
  });
  pages.sort((a, b) => rank.indexOf(a.group) - rank.indexOf(b.group));
  return new Map(pages.map((page) => [page.id, page]));
}

const groupOf = (id: string): Group => id.slice(0, id.indexOf('/')) as Group;
