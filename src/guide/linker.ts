import { WORDS } from './terms';

/** A piece of a text; with the id of a page if it is the first use of a glossary word. */
export interface Piece {
  readonly text: string;
  readonly page?: string;
}

/** `lease` also matches `Lease` and `leases`; the longest word wins. */
const pattern = (): RegExp => {
  const words = [...WORDS.keys()].sort((a, b) => b.length - a.length);
  const either = words.map((word) =>
    /^[a-z]/.test(word) ? `[${word[0]}${word[0]!.toUpperCase()}]${word.slice(1)}` : word,
  );
  return new RegExp(`(?<![\\p{L}\\p{N}_./@-])(${either.join('|')})(e?s)?(?![\\p{L}\\p{N}_/-]|\\.[\\p{L}\\p{N}])`, 'gu');
};
let words: RegExp | undefined;

/** Message names that DHCPv4 and DHCPv6 share. */
const SHARED: ReadonlySet<string> = new Set(['REQUEST', 'RELEASE', 'DECLINE']);

/** Finds the glossary words in the texts of one page, each once. */
export class Linker {
  private readonly seen = new Set<string>();
  private readonly six: boolean;

  /** `page` is the id of the page that the texts belong to; it does not link to itself. */
  constructor(page: string) {
    this.seen.add(page);
    this.six = /6\/|v6|prefix-delegation|rfc9915/.test(page);
  }

  pieces(text: string): Piece[] {
    const out: Piece[] = [];
    let at = 0;
    for (const match of text.matchAll((words ??= pattern()))) {
      const [all, word] = match as unknown as [string, string];
      const page = WORDS.get(word) ?? WORDS.get(word[0]!.toLowerCase() + word.slice(1))!;
      if (this.seen.has(page) || (this.six && SHARED.has(word))) continue;
      this.seen.add(page);
      if (match.index > at) out.push({ text: text.slice(at, match.index) });
      out.push({ text: all, page });
      at = match.index + all.length;
    }
    if (at < text.length) out.push({ text: text.slice(at) });
    return out;
  }
}
