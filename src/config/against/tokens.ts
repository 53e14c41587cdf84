/* The tokens of an expression of dhcpd or Kea. */

const TOKENS =
  /\s+|(?<string>'[^'\n]*'|"(?:[^"\\\n]|\\.)*")|(?<hex>0[xX][\dA-Fa-f]+)|(?<octets>[\dA-Fa-f]{1,2}(?::[\dA-Fa-f]{1,2})+)|(?<address>\d+\.\d+\.\d+\.\d+)|(?<number>-?\d+)|(?<word>[A-Za-z][\w-]*)|(?<mark>==|!=|~=|~~|[()[\].,+*=-])/y;

export interface Token {
  readonly kind: string;
  readonly text: string;
}

const MOST_TOKENS = 2000;

/** Thrown for an expression that cannot be evaluated here. */
export class Beyond extends Error {}

/** Splits an expression. Throws Beyond at what is no token, and where there are too many. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    TOKENS.lastIndex = at;
    const match = TOKENS.exec(text);
    if (!match || tokens.length > MOST_TOKENS) throw new Beyond();
    const [kind] = Object.entries(match.groups!).find(([, value]) => value !== undefined) ?? [];
    if (kind) tokens.push({ kind, text: match[0] });
    at = TOKENS.lastIndex;
  }
  return tokens;
}
