import type { Cause, Finding } from '../finding';
import { count, list } from './words';

/** How a text becomes part of a sentence. */

/** A sentence without its full stop, to be used inside another one. */
export const clause = (sentence: string): string => sentence.replace(/\.$/, '');
/** With a small first letter. */
export const lower = (text: string): string =>
  /^[A-Z]{2}/.test(text) ? text : `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** The first sentence of a step, with things to type in quotation marks. */
function firstSentence(step: string): string {
  const text = step.replace(/`([^`]*)`/g, '“$1”');
  const end = /\.(?= [A-Z])/.exec(text.replace(/“[^”]*”/g, (quoted) => ' '.repeat(quoted.length)));
  return end ? text.slice(0, end.index + 1) : `${clause(text)}.`;
}

/** What to do first; if that is for one product, also for which others the steps that follow say the same. */
export function firstStep({ steps, stepsFor }: Finding): string {
  const [step] = steps;
  if (step === undefined) return '';
  const first = ` Do this first: ${firstSentence(step)}`;
  const its = stepsFor?.[0];
  if (!its) return first;
  const others = new Set<string>();
  for (let i = 1; stepsFor[i]?.kind === its.kind; i++) {
    const { product } = stepsFor[i]!;
    if (product !== its.product) others.add(/^[^:,]*/.exec(steps[i]!)![0]);
  }
  return others.size === 0 ? first : `${clause(first)} (for ${list([...others])}, see the steps).`;
}

/**
 * Names with which a cause may begin; they keep their capital inside a sentence. Abbreviations (DHCP, VLAN, Wi-Fi) are recognised by their
 * form.
 */
const NAMES = new Set(
  'Amazon Android Apple Azure Cisco Debian Ethernet Google Java Kea Linux Microsoft Oracle Raspberry Ubuntu Windows Yersinia'.split(
    ' ',
  ),
);
/** A cause as part of a sentence: with a small first letter unless it begins with a name, and things to type in quotation marks. */
export const inSentence = (text: string): string =>
  clause(
    text
      .replace(/^[A-Z][a-z]*(?=[ ,;:]|$)/, (word) => (NAMES.has(word) ? word : word.toLowerCase()))
      .replace(/`([^`]*)`/g, '“$1”'),
  );

/** What only some clients do (`difference.ts`): who, those who do not, and what follows. */
const ONLY =
  /^Only the (.+?) (?:is|are|sends?|has|have|asks?|chooses?|gets?) .+; (?:none of the|all|the) (.+?) (?:is|does|sends?|has|have|asks?|chooses?|gets?)(?: not| it)?: (.+)$/;

/** The likeliest cause, as it follows on the title. What sets the clients apart is not said again where the title ends with it. */
export function mostLikely({ text }: Cause, { title, subject }: Finding): string {
  const [, who = '', others, why] = ONLY.exec(text) ?? [];
  return why !== undefined && title.endsWith(` ${/^clients (.*)/.exec(subject)?.[1] ?? `behind ${subject}`}`)
    ? `Most likely because of that: it sets ${/^\d/.test(who) ? 'them' : 'this client'} apart from the ${others}, and ${why}`
    : `Most likely, ${inSentence(text)}`;
}

/** How many of the things noticed a verdict names. */
const MOST_NOTICED = 2;

/** The first of the things noticed, and how many more there are, as clauses. */
export function remarks(noticed: readonly string[]): string[] {
  const rest = noticed.length - MOST_NOTICED;
  return [...noticed.slice(0, MOST_NOTICED), ...(rest > 0 ? [`the like of ${count(rest, 'other')}`] : [])];
}

/** How the clients of each capture ended. If there are many captures, the reader gets each one's own story with it. */
export function ofEach(told: readonly string[]): string[] {
  const some = told.filter((one) => one !== '');
  const first = some.slice(0, MOST_TOLD);
  return some.length > first.length + 1
    ? [...first, `for the clients of the other ${some.length - first.length} captures, see each capture`]
    : some;
}

/** Beyond this many captures, a verdict over all of them does not tell how the clients of each ended. */
const MOST_TOLD = 4;
