import { SNAPLEN_CUT } from '../../codec/field';
import { rarpHosts } from '../evidence/rarp';
import { contentsText, spoken } from './contents';
import { SEVERITIES, type Finding, type Outcome, type Severity } from '../finding';
import { count, list, span } from './words';
import { NO_ADDRESS } from '../conversations/conversations';
import type { World } from '../evidence/world';

/** One client for the verdict: what it came to in the end, whatever protocol it spoke. */
export interface Ending {
  readonly label: string;
  /** Orders clients by when they were met. */
  readonly rank: number;
  readonly outcome: Outcome;
  /** It has an address, and what it asked last got no answer: to renew its lease, for settings, a boot server. */
  readonly askedInVain: boolean;
  /** It got no address: an answer gives none, and says why or does not; or OFFERs are seen, and it goes on asking. */
  readonly without: 'lawful' | 'unlawful' | 'asks on' | undefined;
  readonly server: string | undefined;
  readonly address: string | undefined;
}

/** The clients of DHCPv6 come behind all others: ranks are below this. */
export const BEHIND = 2 ** 40;

const GOT: ReadonlySet<Outcome> = new Set(['bound', 'renewed']);

/** What a capture shows of its clients, whatever is found wrong. */
export interface Story {
  /** One sentence that somebody can read who knows nothing of DHCP. */
  readonly text: string;
  /** The same in brief, to stand beside what is wrong. */
  readonly aside: string;
  /** Whether somebody was left without an answer; or without what it asked for, for whatever reason. */
  readonly unanswered: boolean;
  readonly unserved: boolean;
  /** Whether the file is cut or damaged. */
  readonly damaged: boolean;
  /** There is nothing here that could be right or wrong. */
  readonly empty: boolean;
  /** Ids of findings above info that the settings suppress. */
  readonly suppressed: readonly string[];
}

/**
 * The verdict, in two sentences at the most: what is wrong, and what to do first; where nothing is, what became of the clients.
 * `findings` are all that the reader is shown, in the order of telling, those of a comparison included. Over several captures there is
 * one story each, and `comparison` is what came of holding them against each other.
 */
export function verdictOf(stories: readonly Story[], findings: readonly Finding[], comparison = ''): string {
  const { what, why, beside, finding } = verdictParts(stories, findings, comparison);
  if (finding < 0) return [what, beside].filter((one) => one !== '').join(' ');
  const [step] = findings[finding]!.steps;
  const first = step === undefined ? '' : ` Do this first: ${firstSentence(step)}`;
  const because = why === '' ? '' : `; ${lower(clause(why))}`;
  return `${clause(what)}${because} (${clause(beside)}).${first}`;
}

/** The verdict in its parts, for a reader who is shown them apart. */
export interface VerdictParts {
  /** What is wrong; where nothing is, what became of the clients. */
  readonly what: string;
  /** Why that most likely is so; empty where nothing speaks for one cause. */
  readonly why: string;
  /** What is found beside it, and why there may be more than that; empty where there is nothing to say. */
  readonly beside: string;
  /** Place of the finding that `what` is about, the first one to act on; -1 where none is above info. */
  readonly finding: number;
  /** Whether everybody got what they asked for, as far as can be seen. */
  readonly fine: boolean;
}

export function verdictParts(stories: readonly Story[], findings: readonly Finding[], comparison = ''): VerdictParts {
  const finding = findings.findIndex(({ severity }) => severity !== 'info');
  return finding < 0
    ? { ...calm(stories, findings, comparison), finding }
    : { ...wrong(findings[finding]!, stories, findings, comparison), finding, fine: false };
}

/** What became of the clients. */
export function storyOf(world: World, endings: readonly Ending[], suppressed: readonly string[]): Story {
  const clients = endings.length;
  const [first] = endings;
  const [text, aside] =
    clients === 0
      ? [withoutClients(world), '']
      : clients === 1
        ? aloneOf(first!, world.slowestLease)
        : [together(world, endings, true), lower(clause(together(world, endings, false)))];
  const unanswered = endings.some(
    ({ outcome, askedInVain, without }) => (outcome === 'unanswered' && without === undefined) || askedInVain,
  );
  return {
    text,
    aside,
    unanswered,
    unserved:
      unanswered ||
      endings.some(
        ({ outcome, without }) =>
          outcome === 'refused' || outcome === 'declined' || without === 'unlawful' || without === 'asks on',
      ),
    damaged: world.facts.fileProblems.length > 0,
    empty: clients === 0 && spoken(world).size === 0,
    suppressed,
  };
}

/** What became of several clients: who they are is left out where it is said in brief. */
function together(world: World, endings: readonly Ending[], named: boolean): string {
  const all = endings.length;
  const parts: { readonly n: number; readonly words: string }[] = [];
  const say = (some: readonly Ending[], one: string, more = one, names = named): void => {
    const n = some.length;
    if (n === 0) return;
    const labels = list(
      some.map(({ label }) => label),
      3,
    );
    parts.push({ n, words: `${n === 1 ? one : more}${names && n < all ? ` (${labels})` : ''}` });
  };
  const got = endings.filter(({ outcome }) => GOT.has(outcome));
  const servers = serversInOrder(got);
  const within = world.slowestLease;
  const how = `${servers.length > 0 ? ` from ${list(servers, 3)}` : ''}${within === undefined ? '' : ` within ${span(within)}`}`;
  say(got, `got a lease${how}`, `got leases${how}`, false);
  const vain = endings.filter(({ askedInVain }) => askedInVain);
  const again = vain.filter(({ outcome }) => GOT.has(outcome));
  const before = vain.filter(({ outcome }) => !GOT.has(outcome));
  const ended = (...outcomes: Outcome[]): Ending[] => endings.filter(({ outcome }) => outcomes.includes(outcome));
  say(again, 'of them asked again and got no answer');
  say(before, 'that had an address already got no answer');
  say(
    ended('unanswered').filter(({ askedInVain, without }) => !askedInVain && without === undefined),
    'got no answer',
  );
  say(ended('refused'), 'was refused', 'were refused');
  say(ended('declined'), 'declined the address it was given', 'declined the addresses they were given');
  const calm = ended('informed', 'released');
  say(calm, 'only asked for settings or gave its address back', 'only asked for settings or gave their addresses back', false); // prettier-ignore
  say(
    endings.filter(({ without }) => without === 'asks on'),
    WITHOUT['asks on'],
  );
  say(
    endings.filter(({ without }) => without === 'unlawful'),
    WITHOUT.unlawful,
    'were answered without an address',
  );
  say(
    endings.filter(({ without }) => without === 'lawful'),
    WITHOUT.lawful,
    'were told that there is no address for them',
  );
  const open = ended('incomplete').filter(({ without }) => without === undefined);
  const outcome = named
    ? 'asked, and this capture does not show how it ended'
    : 'asked without an outcome in this capture';
  say(open, outcome, outcome, false);
  const [first] = parts;
  if (parts.length === 1 && first!.n === all)
    return `${all === 2 ? 'Both clients' : `All ${all} clients`} ${first!.words}.`;
  const told = parts.map(({ n, words }) => `${n} ${words}`);
  return named ? `${count(all, 'client')}: ${told.join('; ')}.` : `of ${count(all, 'client')}, ${told.join(', ')}`;
}

/** Who served the clients, in the order in which these were met. */
function serversInOrder(got: readonly Ending[]): string[] {
  const ranks = new Map<string, number>();
  for (const { server, rank } of got)
    if (server !== undefined) ranks.set(server, Math.min(ranks.get(server) ?? Infinity, rank));
  return [...ranks].sort(([, a], [, b]) => a - b).map(([server]) => server);
}

/** What became of a client that got no address. */
const WITHOUT: Readonly<Record<NonNullable<Ending['without']>, string>> = {
  lawful: 'was told that there is no address for it',
  unlawful: 'was answered without an address',
  'asks on': 'got no lease',
};

/** What became of the only client of a capture, as a sentence and in brief. */
function aloneOf(
  { label, outcome, server, address, askedInVain, without }: Ending,
  within: number | undefined,
): [string, string] {
  const from = server === undefined ? '' : ` from ${server}`;
  const time = within === undefined ? '' : ` within ${span(within)}`;
  const of = address === undefined ? '' : ` of ${address}`;
  const words: Readonly<Record<Outcome, string>> = {
    bound: `got a lease${of}${from}${time}`,
    renewed: `renewed its lease${of}${server === undefined ? '' : ` with ${server}`}${time}`,
    informed: `only asked for settings${server === undefined ? '' : `, and got them from ${server}`}`,
    refused: `was refused${server === undefined ? '' : ` by ${server}`}`,
    declined: `declined ${address === undefined ? 'its address' : address}`,
    unanswered: askedInVain ? 'had an address already, but what it asked got no answer' : 'got no answer',
    incomplete: 'asked, and this capture does not show how it ended',
    released: `gave its address back${address === undefined ? '' : ` (${address})`}`,
  };
  const later = askedInVain && GOT.has(outcome) ? ', but what it asked later got no answer' : '';
  const became = `${without === undefined ? words[outcome] : WITHOUT[without]}${later}`;
  const who = label === NO_ADDRESS ? `${upper(label)} ` : `One client, ${label}, `;
  return [`${who}${became}.`, `the client ${became}`];
}

/** What is wrong; beside it all that is found, and what became of the clients. */
function wrong(
  worst: Finding,
  stories: readonly Story[],
  findings: readonly Finding[],
  comparison: string,
): Pick<VerdictParts, 'what' | 'why' | 'beside'> {
  const number = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  const [likely] = worst.causes.filter(({ likelihood }) => likelihood === 'likely');
  const why = likely ? `Most likely, ${inSentence(likely.text)}.` : '';
  const beside = [
    list(SEVERITIES.flatMap((one) => (number(one) > 0 ? [count(number(one), one)] : []))),
    ...stories.map(({ aside }) => aside),
    clause(comparison),
    ...limits(stories, findings, worst),
  ];
  return { what: `${worst.title}.`, why, beside: `${beside.filter((one) => one !== '').join('; ')}.` };
}

/** What became of the clients where nothing is found above info, and whether anything is left open. */
function calm(
  stories: readonly Story[],
  findings: readonly Finding[],
  comparison: string,
): Omit<VerdictParts, 'finding'> {
  const many = stories.length > 1;
  const told = [...stories.map(({ text }) => clause(text)), clause(comparison)].filter((one) => one !== '').join('; ');
  const open = stories.some((story) => story.unanswered);
  const fine = !open && !stories.some((story) => story.unserved) && !stories.every((story) => story.empty);
  const reservations = limits(stories, findings);
  const suppressed = stories.some((story) => story.suppressed.length > 0);
  const judged = open
    ? `${many ? 'these captures do' : 'this capture does'} not show why`
    : fine && !suppressed
      ? `nothing is wrong as far as ${many ? 'these captures show' : 'this capture shows'}`
      : '';
  const second = [judged, ...reservations].filter((one) => one !== '').join('; ');
  return { what: `${told}.`, why: '', beside: second === '' ? '' : `${upper(second)}.`, fine };
}

/** Why there may be more than is found. */
function limits(stories: readonly Story[], findings: readonly Finding[], worst?: Finding): string[] {
  const out: string[] = [];
  const suppressed = [...new Set(stories.flatMap((story) => story.suppressed))];
  if (suppressed.length > 0)
    out.push(`your settings suppress ${suppressed.length === 1 ? 'a finding' : 'findings'} of this capture: ${list(suppressed, 5)}`); // prettier-ignore
  if (worst?.id !== 'capture-truncated' && stories.some((story) => story.damaged))
    out.push('the file is cut or damaged, so there may be more that it does not show');
  else if (findings.some(({ id }) => id === 'one-sided')) out.push('the capture shows one side only');
  else if (findings.some(({ id }) => id === SNAPLEN_CUT))
    out.push('messages are cut by the snapshot length, so there may be more that this capture does not show');
  return out;
}

/** A sentence without its full stop, as part of another. */
const clause = (sentence: string): string => sentence.replace(/\.$/, '');
const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** The first sentence of a step; what is to be typed stands in quotation marks. */
function firstSentence(step: string): string {
  const text = step.replace(/`([^`]*)`/g, '“$1”');
  const end = /\.(?= [A-Z])/.exec(text.replace(/“[^”]*”/g, (quoted) => ' '.repeat(quoted.length)));
  return end ? text.slice(0, end.index + 1) : `${clause(text)}.`;
}

/** Names with which a cause may begin: they keep their capital within a sentence. Abbreviations (DHCP, VLAN, Wi-Fi) do so by their form. */
const NAMES = new Set(
  'Amazon Android Apple Azure Cisco Debian Ethernet Google Java Kea Linux Microsoft Oracle Raspberry Ubuntu Windows Yersinia'.split(
    ' ',
  ),
);
const inSentence = (text: string): string =>
  clause(
    text
      .replace(/^[A-Z][a-z]*(?=[ ,;:]|$)/, (word) => (NAMES.has(word) ? word : word.toLowerCase()))
      .replace(/`([^`]*)`/g, '“$1”'),
  );

/** What a capture shows in which nobody could be told to ask by DHCP. */
function withoutClients(world: World): string {
  const hosts = rarpHosts(world);
  if (hosts.length === 1) return `One host, ${hosts[0]!}, asks by RARP for its address.`;
  if (hosts.length > 1) return `${hosts.length} hosts ask by RARP for their addresses (${list(hosts, 3)}).`;
  const told = spoken(world);
  if (told.size === 0) return contentsText(world);
  const messages = [...told].map(([protocol, n]) => count(n, `${protocol} message`));
  return `The capture holds ${list(messages)}, and does not show who asks.`;
}
