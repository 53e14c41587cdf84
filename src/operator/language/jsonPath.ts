import { createScanner } from 'jsonc-parser';

/** Where a cursor is in JSON: the maps around it by their names, and the key or value at it. */
export interface JsonPlace {
  /** Names of the maps around, the outermost first; lists have that of their key. */
  readonly maps: readonly string[];
  /** The key whose value is at the cursor; undefined where a key is to stand there. */
  readonly key?: string;
  /** The cursor is inside of quotation marks. */
  readonly quoted: boolean;
}

/* SyntaxKind of jsonc-parser, which is a const enum. */
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, COMMA, COLON] = [1, 2, 3, 4, 5, 6];
const STRING = 10;
const END = 17;

interface Level {
  /** Name of the map; undefined where it is the outermost. */
  readonly name: string | undefined;
  readonly list: boolean;
  key: string | undefined;
  value: boolean;
}

/** Reads JSON up to a cursor, however damaged it is. */
export function jsonPlace(text: string, offset: number): JsonPlace {
  const scanner = createScanner(text.slice(0, offset), true);
  const levels: Level[] = [{ name: undefined, list: true, key: undefined, value: true }];
  const top = (): Level => levels[levels.length - 1]!;
  let quoted = false;
  for (let token = scanner.scan() as number; token !== END; token = scanner.scan() as number) {
    const level = top();
    quoted = false;
    if (token === OPEN_BRACE || token === OPEN_BRACKET) {
      const name = level.list ? level.name : level.key;
      const list = token === OPEN_BRACKET;
      levels.push({ name, list, key: undefined, value: list });
    } else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) {
      if (levels.length > 1) levels.pop();
    } else if (token === COLON) level.value = true;
    else if (token === COMMA) level.value = level.list;
    else if (token === STRING) {
      // One that has no end yet is where the cursor is.
      const written = text.slice(scanner.getTokenOffset(), offset);
      quoted = scanner.getTokenOffset() + scanner.getTokenLength() >= offset && !/^"(?:[^"\\]|\\.)*"$/.test(written);
      if (!level.value && !quoted) level.key = scanner.getTokenValue();
    }
  }
  const level = top();
  const maps = levels.filter(({ list }) => !list).map(({ name }) => name ?? 'top');
  const key = level.list ? level.name : level.value ? level.key : undefined;
  return { maps, quoted, ...(key === undefined ? {} : { key }) };
}
