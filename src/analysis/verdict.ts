import { SNAPLEN_CUT } from '../codec/field';
import type { Finding, Outcome } from './finding';
import { count, list, span } from './words';
import type { World } from './world';

/** One client for the verdict: what it came to in the end, whatever protocol it spoke. */
export interface Ending {
  readonly label: string;
  /** Orders clients by when they were met. */
  readonly rank: number;
  readonly outcome: Outcome;
  readonly server?: string;
  readonly address?: string;
}

/** The clients of DHCPv6 come behind all others: ranks are below this. */
export const BEHIND = 2 ** 40;

const GOT: ReadonlySet<Outcome> = new Set(['bound', 'renewed']);

/**
 * The capture in one to three sentences that somebody can read who knows nothing of DHCP. `endings` are of the clients that are not in
 * the crowd; `anyOfCrowd` is of one that is.
 */
export function verdictOf(
  world: World,
  endings: readonly Ending[],
  anyOfCrowd: () => Ending | undefined,
  findings: readonly Finding[],
): string {
  const crowd = world.crowd.endings;
  const crowd6 = world.crowd.six.endings;
  const clients = endings.length + crowd.bound + crowd.calm + crowd6.bound + crowd6.calm;
  if (clients === 0) return withoutClients(world, findings);
  const sentences: string[] = [];
  const by = (outcomes: readonly Outcome[]): Ending[] => endings.filter((one) => outcomes.includes(one.outcome));
  const got = endings.filter((one) => GOT.has(one.outcome));
  const bound = got.length + crowd.bound + crowd6.bound;
  const parts: string[] = [];
  if (bound > 0) {
    const servers = serversInOrder(got, crowd.servers, crowd6.servers);
    const within = slowest(world);
    parts.push(
      `${bound} got ${bound === 1 ? 'a lease' : 'leases'}${servers.length > 0 ? ` from ${list(servers, 3)}` : ''}${within === undefined ? '' : ` within ${span(within)}`}`,
    );
  }
  const say = (outcomes: readonly Outcome[], words: string): void => {
    const some = by(outcomes);
    if (some.length > 0)
      parts.push(
        `${some.length} ${words} (${list(
          some.map((one) => one.label),
          3,
        )})`,
      );
  };
  say(['unanswered'], 'got no answer');
  say(['refused'], by(['refused']).length === 1 ? 'was refused' : 'were refused');
  say(['declined'], 'found its address in use');
  const calm = by(['informed', 'released']).length + crowd.calm + crowd6.calm;
  if (calm > 0) parts.push(`${calm} only asked for settings or gave ${calm === 1 ? 'its' : 'their'} address back`);
  const open = by(['incomplete']).length;
  if (open > 0) parts.push(`how it ended for ${open} is not in this capture`);
  const only = clients === 1 ? (endings[0] ?? anyOfCrowd()) : undefined;
  sentences.push(only ? aloneOf(only, slowest(world)) : `${count(clients, 'client')}: ${parts.join('; ')}.`);
  sentences.push(...judgement(findings));
  return sentences.join(' ');
}

/** Who served the clients, in the order in which these were met. */
function serversInOrder(
  got: readonly Ending[],
  crowd: ReadonlyMap<string, number>,
  crowd6: ReadonlyMap<string, number>,
): string[] {
  const ranks = new Map(crowd);
  const note = (server: string, rank: number): unknown =>
    ranks.set(server, Math.min(ranks.get(server) ?? Infinity, rank));
  for (const [server, rank] of crowd6) note(server, BEHIND + rank);
  for (const { server, rank } of got) if (server !== undefined) note(server, rank);
  return [...ranks].sort(([, a], [, b]) => a - b).map(([server]) => server);
}

/** What became of the only client of a capture. */
function aloneOf({ label, outcome, server, address }: Ending, within: number | undefined): string {
  const from = server === undefined ? '' : ` from ${server}`;
  const time = within === undefined ? '' : ` within ${span(within)}`;
  const of = address === undefined ? '' : ` of ${address}`;
  const words: Readonly<Record<Outcome, string>> = {
    bound: `got a lease${of}${from}${time}`,
    renewed: `renewed its lease${of}${server === undefined ? '' : ` with ${server}`}${time}`,
    informed: `only asked for settings${server === undefined ? '' : `, and got them from ${server}`}`,
    refused: `was refused${server === undefined ? '' : ` by ${server}`}`,
    declined: 'found its address in use, and declined it',
    unanswered: 'got no answer',
    incomplete: 'asked; how it ended is not in this capture',
    released: `gave its address back${address === undefined ? '' : ` (${address})`}`,
  };
  return `One client, ${label}, ${words[outcome]}.`;
}

function judgement(findings: readonly Finding[]): string[] {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const warnings = findings.filter((finding) => finding.severity === 'warning');
  const worst = errors[0] ?? warnings[0];
  const out: string[] = [];
  if (!worst) out.push('Nothing is wrong as far as this capture shows.');
  else {
    const others = errors.length + warnings.length - 1;
    out.push(
      `${errors.length > 0 ? 'Worst' : 'To look at'}: ${worst.title}${others > 0 ? `, and ${count(others, 'further finding')}` : ''}.`,
    );
  }
  const blind = findings.find((finding) => finding.id === 'one-sided');
  const cut = findings.find((finding) => finding.id === 'capture-truncated');
  if (cut) out.push('The file is cut or damaged, so there may be more that it does not show.');
  else if (blind) out.push(`${blind.title}.`);
  else {
    const [first] = errors[0]?.causes ?? [];
    if (first?.likelihood === 'likely') out.push(`Likeliest cause: ${first.text}.`);
    else if (findings.some(({ id }) => id === SNAPLEN_CUT))
      out.push('Messages are cut by the snapshot length, so there may be more that this capture does not show.');
  }
  return out;
}

/** The longest time from a client's first message to its ACK, over the exchanges that gave a lease. */
function slowest(world: World): number | undefined {
  let worst = world.crowd.endings.slowest;
  for (const { outcome, waited } of world.singled)
    if (GOT.has(outcome) && waited !== undefined) worst = Math.max(worst ?? 0, waited);
  return worst;
}

function withoutClients(world: World, findings: readonly Finding[]): string {
  const none = findings.find((finding) => finding.id === 'no-dhcp');
  const cut =
    world.facts.fileProblems.length > 0
      ? ' The file is cut or damaged, so there may be more that it does not show.'
      : '';
  if (none) return `${none.explanation}${cut}`;
  const { frames } = world.facts;
  return frames === 0
    ? `The file holds not one frame.${cut}`
    : `${count(frames, 'frame')}, and no client that asks for an address.${cut}`;
}

/** What else the capture shows, and the person's settings keep from being told; empty where that is nothing. Stands behind the verdict. */
export function suppressedSentence(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  return ` Your settings suppress ${ids.length === 1 ? 'a finding' : 'findings'} of this capture: ${list(ids, 5)}.`;
}
