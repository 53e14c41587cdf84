import { sentencesOf, type Page } from '../../src/guide';

/** Every text of a page that is prose or may be: not commands, nor octets. */
export function textsOf({ summary, blocks }: Page): readonly string[] {
  const texts = blocks.flatMap((block): readonly string[] => {
    switch (block.kind) {
      case 'paragraph':
      case 'octets':
        return [block.text];
      case 'list':
        return block.items;
      case 'table':
        return block.rows.flat();
      default:
        return [];
    }
  });
  return [summary, ...texts];
}

/** The whole sentences of a page: what ends with a stop. */
export const sentences = (page: Page): readonly string[] =>
  textsOf(page)
    .flatMap((text) => sentencesOf(text))
    .filter((text) => /[.!?][”)]?$/.test(text));
