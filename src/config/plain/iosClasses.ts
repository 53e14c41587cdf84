import type { ClassRule, OctetTest } from '../model';
import type { Span } from '../source';
import type { Word } from './builder';

/** `ip dhcp class`: patterns, one of which a request must match. */
export interface Class {
  readonly name: string;
  readonly span: Span;
  readonly tests: OctetTest[];
}

/** Commands of `ip dhcp class`. */
export const CLASS_WORDS = /^(relay|relay-information|option|remark|exit|no)$/;

/** Option 82 as a relay sends it, which `relay-information` compares. */
const RELAY_AGENT = 82;

/** Reads `relay-information hex 0104*` and `option 60 hex 505845 mask ffff00`. Undefined for any other command. */
export function readPattern(words: readonly Word[]): OctetTest | undefined {
  const [first, second] = words;
  const texts = words.map(({ text }) => text.toLowerCase());
  const at = texts.indexOf('hex');
  const option = first?.text.toLowerCase() === 'option' ? Number(second?.text) : RELAY_AGENT;
  const hex = texts[at + 1]?.replace(/\*$/, '') ?? '';
  if (at === -1 || !/^([\da-f]{2})+$/.test(hex) || !Number.isInteger(option)) return undefined;
  const open = texts.slice(at + 1).some((text) => text.endsWith('*'));
  const mask = /^(bit)?mask$/.test(texts.at(-2)!) && /^[\da-f]+$/.test(texts.at(-1)!) ? texts.at(-1) : undefined;
  const pattern = { hex, ...(mask === undefined ? {} : { mask }), ...(open ? { open } : {}) };
  return { field: { option }, patterns: [pattern] };
}

/** A class without a pattern is one that every client is in. */
export const ruleOf = ({ name, span, tests }: Class): ClassRule => ({
  name,
  span,
  values: [],
  octets: { tests, every: false },
});
