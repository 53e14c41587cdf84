import { createScanner } from 'jsonc-parser';

/** The position of a cursor in JSON: the enclosing maps, and the key or value at the cursor. */
export interface JsonPlace {
  /** Names of the enclosing maps, the outermost first. A list has the name of its key. */
  readonly maps: readonly string[];
  /** The key whose value is at the cursor. Undefined if a key is expected there. */
  readonly key?: string;
  /** The cursor is between quotation marks. */
  readonly quoted: boolean;
}

/* SyntaxKind of jsonc-parser. It is a const enum, so it does not exist at run time. */
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, COMMA, COLON] = [1, 2, 3, 4, 5, 6];
const STRING = 10;
const END = 17;

interface Level {
  /** Name of the map; undefined for the outermost. */
  readonly name: string | undefined;
  readonly list: boolean;
  key: string | undefined;
  value: boolean;
}

/** Reads JSON up to a cursor. Tolerates any damage. */
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
      // The cursor is inside a string that is not closed yet.
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
