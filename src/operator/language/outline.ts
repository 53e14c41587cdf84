import type { Statement } from '../../config/model';
import { textOf, type SourceFile } from '../../config/source';
import { areaOf } from '../area';
import type { Read } from '../documents';
import type { OutlineItem } from '../questions';

/** Limit on the entries of an outline, all levels together. A longer one is no help. */
const MOST_ITEMS = 20_000;
const LONGEST_NAME = 100;

/** The statements of the file itself as an outline. Keeps blocks and statements with names, and leaves out plain parameters. */
export function outlineOf({ document, file }: Read): OutlineItem[] {
  let left = MOST_ITEMS;
  const items = (statements: readonly Statement[]): OutlineItem[] => {
    const out: OutlineItem[] = [];
    for (const one of statements) {
      if (left <= 0) break;
      if (one.span.file !== file) continue;
      left--;
      out.push({
        kind: one.keyword,
        name: nameOf(one, file),
        area: areaOf(one.span),
        head: areaOf(one.head),
        children: items(one.children),
      });
    }
    return out;
  };
  return items(document.statements);
}

/** Such as `subnet 10.0.0.0 netmask 255.255.255.0`, without the contents of the block. */
function nameOf({ head, keyword }: Statement, file: SourceFile): string {
  const text = textOf(file.span(head.start, Math.min(head.end, head.start + 4 * LONGEST_NAME)));
  const brace = text.indexOf('{');
  const name = (brace > 0 ? text.slice(0, brace) : text).replace(/\s+/g, ' ').replace(/[\s;]+$/, '');
  return (name === '' ? keyword : name).slice(0, LONGEST_NAME);
}
