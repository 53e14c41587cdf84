import { hex } from '../../../codec/bytes';
import { ABOUT, type Problem } from '../../../codec/field';
import { writeDomainName } from '../../../codec/values/domain';
import { KEYWORDS4 } from '../../../codec/optionKeywords';
import { cause } from '../../collector';
import type { Cause } from '../../finding';
import { settings, type Setting, type Step } from '../../words/steps';
import { configureSteps } from './wrongValues';

/** Wrong values whose octets show how they came about, and what to write instead. */

interface Maker {
  /** The words in which the codec tells of such a value. */
  readonly words: RegExp;
  readonly cause: string;
  /** What receivers do, where it is known better than of wrong values in general. */
  readonly meaning?: string;
  /** What to write, by what stands in the option. */
  readonly steps: (names: readonly string[], problem: Problem) => Step[];
}

const DOMAIN = 15;
const SEARCH = 119;

const MAKERS: readonly Maker[] = [
  {
    words: /plain text/,
    cause:
      'The name was configured as text, and the option wants it encoded: each label with its length in front (RFC 1035 §3.1)',
    steps: (names, problem) => settings(encoded(problem[ABOUT]?.option, names)),
  },
  {
    words: /holds several names/,
    cause: 'Several names were typed into an option that takes one; option 119 takes a list',
    steps: (names) =>
      names.length === 0
        ? []
        : [
            `Leave one name in option ${DOMAIN}, and move the list into option ${SEARCH}.`,
            ...settings(both(encoded(DOMAIN, names.slice(0, 1)), encoded(SEARCH, names))),
          ],
  },
  {
    words: /is less than the 300 s that clients wait/,
    cause: 'The time of option 108 was set without regard to the least time of the RFC',
    meaning: 'Clients do not drop the option: they wait 300 s instead, so the value has no effect.',
    steps: () => [
      'Set option 108 to 300 s or more; the usual value is 1800 s (RFC 8925 §3.4).',
      ...settings({
        dhcpd: '`option v6-only-preferred 1800;`',
        kea: '`{ "name": "v6-only-preferred", "data": "1800" }` in `option-data`',
        dnsmasq: '`dhcp-option=108,0:0:7:8` (1800 s as four octets)',
      }),
    ],
  },
];

/** What the octets of a wrong value show. */
export interface Made {
  readonly cause: Cause;
  readonly meaning: string | undefined;
  readonly steps: readonly Step[];
}

/** How a wrong value came about; undefined if its octets do not show that. */
export function madeBy(problem: Problem): Made | undefined {
  const { text } = problem;
  const maker = MAKERS.find(({ words }) => words.test(text));
  return (
    maker && {
      cause: cause('likely', maker.cause, text.replace(/\.$/, '').replace(/^O(?=ption )/, 'o')),
      meaning: maker.meaning,
      steps: maker.steps(namesIn(text), problem),
    }
  );
}

/** Addresses that were configured as text, in an option that has them as octets. */
export const asText = (problem: Problem, addresses: readonly string[]): Made => ({
  cause: cause(
    'likely',
    `The option was configured as text: it has the characters “${addresses.join(', ')}”, and the client reads each of them as an octet of an address`,
  ),
  meaning: undefined,
  steps: configureSteps(problem, addresses),
});

/** A name that can stand in a configuration as it is: who sends the message chose it. */
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i;
const MOST_NAMES = 8;

/** The names that were typed, in the order in which they were; none if one of them is no name. */
function namesIn(text: string): readonly string[] {
  const names = (/“([^”]*)”/.exec(text)?.[1] ?? '').split(/[\s,;]+/).filter((name) => name !== '');
  return names.length <= MOST_NAMES && names.every((name) => NAME.test(name)) ? names : [];
}

/** How each server is told names by the option’s own name, so that it encodes them itself. */
function encoded(code: number | undefined, names: readonly string[]): Setting {
  const row = KEYWORDS4.find((one) => one.code === code);
  if (!row || names.length === 0) return {};
  const quoted = names.map((name) => `"${name}"`).join(', ');
  const octets = names.map((name) => hex(writeDomainName(name))).join('');
  return {
    ...(row.dhcpd ? { dhcpd: `\`option ${row.dhcpd} ${quoted};\`` } : {}),
    ...(row.kea ? { kea: `\`{ "name": "${row.kea}", "data": "${names.join(', ')}" }\`` } : {}),
    ...(row.dnsmasq ? { dnsmasq: `\`dhcp-option=option:${row.dnsmasq},${names.join(',')}\`` } : {}),
    ios: code === DOMAIN ? `\`domain-name ${names[0]!}\`` : `\`option ${row.code} hex ${octets}\``,
  };
}

/** Two settings for each server. */
const both = (one: Setting, other: Setting): Setting =>
  Object.fromEntries(
    Object.entries(one).flatMap(([key, text]) => {
      const more = other[key as keyof Setting];
      return more === undefined ? [] : [[key, `${text as string} and ${more}`]];
    }),
  );
