import { SNAPLEN_CUT } from '../../codec/field';
import { rarpHosts } from '../evidence/rarp';
import { contentsText, spoken } from './contents';
import { SEVERITIES, type Finding, type Outcome, type Severity } from '../finding';
import { count, list, span } from './words';
import type { World } from '../evidence/world';

/** One client for the verdict: what it came to in the end, whatever protocol it spoke. */
export interface Ending {
  readonly label: string;
  /** Orders clients by when they were met. */
  readonly rank: number;
  readonly outcome: Outcome;
  /** It has an address, and what it asked last got no answer: to renew its lease, for settings, a boot server. */
  readonly askedInVain: boolean;
  readonly server?: string;
  readonly address?: string;
}

/** The clients of DHCPv6 come behind all others: ranks are below this. */
export const BEHIND = 2 ** 40;

const GOT: ReadonlySet<Outcome> = new Set(['bound', 'renewed']);

/** What a capture shows of its clients, whatever is found wrong. */
export interface Story {
  /** One sentence that somebody can read who knows nothing of DHCP. */
  readonly text: string;
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
 * The verdict, in a few sentences: what became of the clients, how many findings there are, the first of them and its likeliest cause.
 * `findings` are all that the reader is shown, those of a comparison included. Over several captures there is one story each, and
 * `comparison` is what came of holding them against each other.
 */
export function verdictOf(stories: readonly Story[], findings: readonly Finding[], comparison = ''): string {
  const sentences = [...stories.map(({ text }) => text), comparison, ...judgement(stories, findings)];
  return sentences.filter((one) => one !== '').join(' ');
}

/** What became of the clients. */
export function storyOf(world: World, endings: readonly Ending[], suppressed: readonly string[]): Story {
  const clients = endings.length;
  const text =
    clients === 0
      ? withoutClients(world)
      : clients === 1
        ? aloneOf(endings[0]!, slowest(world))
        : together(world, endings);
  const unanswered = endings.some(({ outcome, askedInVain }) => outcome === 'unanswered' || askedInVain);
  return {
    text,
    unanswered,
    unserved: unanswered || endings.some(({ outcome }) => outcome === 'refused' || outcome === 'declined'),
    damaged: world.facts.fileProblems.length > 0,
    empty: clients === 0 && spoken(world).size === 0,
    suppressed,
  };
}

/** What became of several clients. */
function together(world: World, endings: readonly Ending[]): string {
  const got = endings.filter((one) => GOT.has(one.outcome));
  const bound = got.length;
  const parts: string[] = [];
  if (bound > 0) {
    const servers = serversInOrder(got);
    const within = slowest(world);
    parts.push(
      `${bound} got ${bound === 1 ? 'a lease' : 'leases'}${servers.length > 0 ? ` from ${list(servers, 3)}` : ''}${within === undefined ? '' : ` within ${span(within)}`}`,
    );
  }
  const say = (which: (one: Ending) => boolean, words: string, plural = words): void => {
    const some = endings.filter(which);
    if (some.length === 0) return;
    const labels = list(
      some.map((one) => one.label),
      3,
    );
    parts.push(`${some.length} ${some.length === 1 ? words : plural} (${labels})`);
  };
  say((one) => one.askedInVain && GOT.has(one.outcome), 'of them asked again and got no answer');
  say((one) => one.askedInVain && !GOT.has(one.outcome), 'that had an address already got no answer');
  say(({ outcome, askedInVain }) => outcome === 'unanswered' && !askedInVain, 'got no answer');
  say(({ outcome }) => outcome === 'refused', 'was refused', 'were refused');
  say(({ outcome }) => outcome === 'declined', 'declined its address', 'declined their addresses');
  const calm = endings.filter(({ outcome }) => outcome === 'informed' || outcome === 'released').length;
  if (calm > 0) parts.push(`${calm} only asked for settings or gave ${calm === 1 ? 'its' : 'their'} address back`);
  const open = endings.filter(({ outcome }) => outcome === 'incomplete').length;
  if (open > 0) parts.push(`how it ended for ${open} is not in this capture`);
  return `${count(endings.length, 'client')}: ${parts.join('; ')}.`;
}

/** Who served the clients, in the order in which these were met. */
function serversInOrder(got: readonly Ending[]): string[] {
  const ranks = new Map<string, number>();
  for (const { server, rank } of got)
    if (server !== undefined) ranks.set(server, Math.min(ranks.get(server) ?? Infinity, rank));
  return [...ranks].sort(([, a], [, b]) => a - b).map(([server]) => server);
}

/** What became of the only client of a capture. */
function aloneOf({ label, outcome, server, address, askedInVain }: Ending, within: number | undefined): string {
  const from = server === undefined ? '' : ` from ${server}`;
  const time = within === undefined ? '' : ` within ${span(within)}`;
  const of = address === undefined ? '' : ` of ${address}`;
  const words: Readonly<Record<Outcome, string>> = {
    bound: `got a lease${of}${from}${time}`,
    renewed: `renewed its lease${of}${server === undefined ? '' : ` with ${server}`}${time}`,
    informed: `only asked for settings${server === undefined ? '' : `, and got them from ${server}`}`,
    refused: `was refused${server === undefined ? '' : ` by ${server}`}`,
    declined: `declined its address${address === undefined ? '' : ` (${address})`}`,
    unanswered: askedInVain ? 'had an address already; what it asked got no answer' : 'got no answer',
    incomplete: 'asked; how it ended is not in this capture',
    released: `gave its address back${address === undefined ? '' : ` (${address})`}`,
  };
  const later = askedInVain && GOT.has(outcome) ? '; what it asked later got no answer' : '';
  return `One client, ${label}, ${words[outcome]}${later}.`;
}

/** What the findings come to. The numbers are those of the findings shown, severity by severity. */
function judgement(stories: readonly Story[], findings: readonly Finding[]): string[] {
  const of = (severity: Severity): Finding[] => findings.filter((finding) => finding.severity === severity);
  const worst = of('error')[0] ?? of('warning')[0];
  const damaged = stories.some((story) => story.damaged);
  const suppressed = [...new Set(stories.flatMap((story) => story.suppressed))];
  const out: string[] = [];
  if (worst) {
    out.push(`Found: ${list(SEVERITIES.flatMap((one) => (of(one).length > 0 ? [count(of(one).length, one)] : [])))}.`);
    // That the file is cut is said below.
    if (worst.id !== 'capture-truncated') out.push(`${worst.title}.`);
  } else if (stories.some((story) => story.unanswered)) {
    out.push(stories.length > 1 ? 'These captures do not show why.' : 'This capture does not show why.');
  } else if (
    suppressed.length === 0 &&
    !stories.some((story) => story.unserved) &&
    !stories.every((story) => story.empty)
  ) {
    out.push(`Nothing is wrong as far as ${stories.length > 1 ? 'these captures show' : 'this capture shows'}.`);
  }
  if (suppressed.length > 0)
    out.push(
      `Your settings suppress ${suppressed.length === 1 ? 'a finding' : 'findings'} of this capture: ${list(suppressed, 5)}.`,
    );
  const blind = findings.find((finding) => finding.id === 'one-sided');
  if (damaged) out.push('The file is cut or damaged, so there may be more that it does not show.');
  else if (blind) out.push(`${blind.title}.`);
  else {
    const [first] = worst?.severity === 'error' ? worst.causes : [];
    if (first?.likelihood === 'likely') out.push(`Most likely, ${inSentence(first.text)}.`);
    else if (findings.some(({ id }) => id === SNAPLEN_CUT))
      out.push('Messages are cut by the snapshot length, so there may be more that this capture does not show.');
  }
  return out;
}

/** Words with which a cause may begin that are written small within a sentence. */
const SMALL = /^(?:A|An|Another|It|Its|No|Nobody|One|Some|Somebody|That|The|This|Two)\b/;
const inSentence = (text: string): string => text.replace(SMALL, (word) => word.toLowerCase());

/** The longest time from a client's first message to its ACK, over the exchanges that gave a lease. */
function slowest(world: World): number | undefined {
  let worst: number | undefined;
  for (const exchange of world.exchanges) {
    if (!GOT.has(exchange.outcome)) continue;
    const { waited } = exchange;
    exchange.forget();
    if (waited !== undefined) worst = Math.max(worst ?? 0, waited);
  }
  return worst;
}

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
