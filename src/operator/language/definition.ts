import type { ConfigDocument, NameUse } from '../../config/model';
import type { Span } from '../../config/source';
import { areaOf } from '../area';
import type { Read } from '../documents';
import type { Area } from '../questions';

/** A dnsmasq tag where it is set or tested. */
const TAG = /\b(set|tag|net):!?([\w.-]+)/g;

/** Names defined and used. The tags of dnsmasq occur in many kinds of lines, so they are found by their prefixes. */
function* namesOf({ names, classes = [], kind, files }: ConfigDocument): Generator<NameUse> {
  yield* names;
  for (const { name, span } of classes)
    if (!names.some((one) => one.role === 'class' && one.definition && one.name === name))
      yield { role: 'class', name, span, definition: true };
  if (kind !== 'dnsmasq') return;
  for (const file of files)
    for (const match of file.text.matchAll(TAG)) {
      const end = match.index + match[0].length;
      const start = end - match[2]!.length;
      yield { role: 'tag', name: match[2]!, span: file.span(start, end), definition: match[1] === 'set' };
    }
}

/** The names with one role that a file defines. */
export function* definedNames(document: ConfigDocument, role: NameUse['role']): Generator<string> {
  const told = new Set<string>();
  for (const one of namesOf(document)) {
    if (one.role !== role || !one.definition || told.has(one.name)) continue;
    told.add(one.name);
    yield one.name;
  }
}

const plain = (name: string): string => name.replace(/^"|"$/g, '').toLowerCase();

/** Where the name at a place is defined. At a definition, its own place. */
export function definitionsAt({ document, file }: Read, offset: number): { path: string; area: Area }[] {
  const inside = ({ file: of, start, end }: Span): boolean => of === file && start <= offset && offset <= end;
  const all = [...namesOf(document)];
  const used = all
    .filter(({ span }) => inside(span))
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
  if (!used) return [];
  return all
    .filter(({ role, name, definition }) => definition && role === used.role && plain(name) === plain(used.name))
    .slice(0, 20)
    .map(({ span }) => ({ path: span.file.path, area: areaOf(span) }));
}
