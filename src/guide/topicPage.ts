import { fieldPageId, guide } from './index';
import { lookUp } from './lookup';

/** Prefixes of option keys in the packet tree, and the groups of their pages. */
const OPTION_KEYS: readonly (readonly [start: string, group: string])[] = [
  ['dhcpv6.option.', 'option6'],
  ['dhcp.option.', 'option'],
];

/** The pages that the key of a field may mean, the most specific first: its own, then those of what it is part of. */
function* pagesOfKey(key: string): Generator<string> {
  for (let part = key; part !== ''; part = part.slice(0, Math.max(part.lastIndexOf('.'), 0))) {
    for (const [start, group] of OPTION_KEYS) if (part.startsWith(start)) yield `${group}/${part.slice(start.length)}`;
    yield fieldPageId(part);
  }
}

/** The page id for an id, the key of a field, the id of a finding or any other name of a page; undefined if there is none. */
export function pageFor(topic: string): string | undefined {
  const pages = guide();
  for (const id of [topic, `finding/${topic}`, `check/${topic}`, ...pagesOfKey(topic)]) if (pages.has(id)) return id;
  const found = lookUp(topic);
  return 'pages' in found ? found.pages[0].id : undefined;
}
