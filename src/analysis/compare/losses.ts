import { append, push } from '../../codec/append';
import { lowerBound } from '../../codec/search';
import { nameOfDuid } from '../../codec/names/duids';
import { FINDINGS, fieldsOf } from '../catalogue';
import { cause } from '../draft';
import type { Finding } from '../finding';
import { OPTION } from '../conversations/model';
import { unechoedText } from '../evidence/fit';
import { told } from '../words/steps';
import { count, frames, list } from '../words/words';
import { clocksText } from './clocks';
import { besideText, lostCauses, lostSteps, partOf, passedAs, sidesOf, unicastTrait } from './lost';
import { arpPassed, type PairFinding, type PointEvents } from './point';
import type { Event, Matching } from './points';
import {
  apartFrom,
  pluralOf,
  relayTrait,
  sizeTrait,
  traitOf,
  turnReason,
  turnsOf,
  typeTrait,
  type Turned,
} from './trait';
import type { Unheard } from './unheard';
import type { View } from './view';
import type { Reason } from './way';

/** The findings about messages that were lost between two points. */

/** What the findings of one point leave open about these frames. */
function answeredBy(
  { point, open }: PointEvents,
  near: ReadonlySet<number>,
): { readonly finding: Finding; readonly text: string }[] {
  const places = new Set<number>();
  for (const frame of near) for (const place of open.get(frame) ?? []) places.add(place);
  return [...places]
    .sort((a, b) => a - b)
    .map((place) => {
      const finding = point.findings[place]!;
      return { finding, text: `“${FINDINGS.get(finding.id)!.name}” in ${point.name}` };
    });
}

/** The messages of one or more clients that were lost on one way for one reason. */
export interface Loss {
  readonly clients: readonly string[];
  readonly lost: readonly Event[];
  readonly view: View;
  /** The reasons that the messages of the first client show. */
  readonly reasons: readonly Reason[];
  /** The same passed when it was sent again. */
  readonly madeUp: boolean;
  /** All of it comes after the last that passed. */
  readonly turned: Turned | undefined;
  /** Nothing is in both captures: what shows that the other one should have seen it. */
  readonly unheard?: Unheard;
}

/** What some clients lose for one reason. */
interface Group extends Pick<Loss, 'reasons' | 'madeUp' | 'turned'> {
  readonly clients: string[];
  readonly lost: Event[];
}

/** What is lost on one way, clients with one reason together: those that lose the same, and those of which nothing gets through. */
export function lossesOf(view: View, events: readonly Event[]): Loss[] {
  const byClient = new Map<string, Event[]>();
  for (const event of events) push(byClient, `${event.client} ${event.fromClient}`, event);
  const names = { seen: view.here.point.name, missed: view.there.point.name };
  const alike = new Map<string, Group>();
  const turnedAt = turnsOf(view.passed(), events);
  for (const lost of byClient.values()) {
    const [event] = lost as [Event];
    const reasons = view.way.reasonsFor(lost, names);
    const madeUp = view.isMadeUp(lost);
    const own = [...new Set(lost.map(({ name }) => name))].join();
    const turned = turnedAt(lost);
    add(alike, turned?.key ?? `${keyOf(event, reasons, madeUp)} ${own}`, {
      clients: [event.client],
      lost: [...lost],
      reasons,
      madeUp,
      turned,
    });
  }
  const groups = new Map<string, Group>();
  for (const [own, group] of alike) {
    const { lost, reasons, madeUp, turned } = group;
    const [{ relays, broadcast, unicast }] = lost as [Event];
    // Where nothing of clients behind one relay gets through, it matters little what each of them sent.
    const whole = !turned && lost.every((event) => view.losesAll(event));
    add(
      groups,
      whole ? `${keyOf(lost[0]!, reasons, madeUp)} ${[...relays].join()} ${broadcast} ${unicast}` : own,
      group,
    );
  }
  return [...groups.values()].map((one) => ({ ...one, view }));
}

const keyOf = ({ fromClient, kind }: Event, [first]: readonly Reason[], madeUp: boolean): string =>
  `${fromClient} ${madeUp} ${kind.startsWith('v6')} ${first?.cause.text ?? ''}`;

function add(groups: Map<string, Group>, key: string, group: Group): void {
  const known = groups.get(key);
  if (!known) groups.set(key, group);
  else {
    append(known.clients, group.clients);
    append(known.lost, group.lost);
  }
}

/** How many clients of one loss are listed. */
const MOST_MEMBERS = 1000;

/** The finding about a loss; what it answers is added to `settled`. */
export function lostFinding(
  { clients, lost, view, reasons: shown, madeUp, turned, unheard }: Loss,
  a: PointEvents,
  b: PointEvents,
  matching: Matching,
  settled: Map<Finding, PairFinding>,
): PairFinding {
  const { here, there, passage, way } = view;
  const { offset, partner } = matching;
  const [{ fromClient, kind, client }] = lost as [Event];
  const six = kind.startsWith('v6');
  const nameOf = (one: string): string => (six ? nameOfDuid(one) : one);
  const who = clients.length === 1 ? nameOf(client) : count(clients.length, 'client');
  const names = [...new Set(lost.map((event) => event.name))];
  const what = list(
    names.map((name) => count(lost.filter((event) => event.name === name).length, name, pluralOf(name))),
  );
  const seen = here.point.name;
  const missed = there.point.name;
  const lostFrames = lost.flatMap((event) => event.frames);
  // The other point has no frame of the lost message itself; the messages around it show that it is missing.
  const around = new Set<Event>();
  for (const event of lost) {
    for (const one of event.transaction) {
      const other = partner.get(one);
      if (other) around.add(other);
    }
  }
  if (around.size === 0)
    for (const one of new Set(lost.map((event) => event.client)))
      for (const other of there.byClient.get(one) ?? []) around.add(other);
  const aroundFrames = (unheard?.answers ?? [...around].flatMap((event) => event.frames)).slice(0, 1000);
  const framesOf = (one: PointEvents): number[] =>
    [...new Set(one === here ? lostFrames : aroundFrames)].sort((x, y) => x - y);
  const nearHere = new Set(lost.flatMap((event) => event.transaction.flatMap((one) => one.frames)));
  const answered = [...answeredBy(here, nearHere), ...answeredBy(there, new Set(aroundFrames))];
  const answers = answered.map(({ text }) => text);
  const losers = new Set(clients);
  // What passed before something changed on the way says nothing of what is lost since.
  const since = turned?.last.time ?? -Infinity;
  const passed =
    names.length > 1 ? [] : passage.named(names[0]!).filter((event) => event.time > since && !losers.has(event.client));
  const relay = way.relayFor(lost[0]!);
  const ahead = here === a ? offset : -offset;
  const arp = fromClient || six ? undefined : arpPassed(lost[0]!, here, there, ahead);
  const known = shown.some(({ cause: { likelihood } }) => likelihood === 'likely');
  const ofRelay =
    relay !== undefined || (fromClient && known)
      ? undefined
      : relayTrait(lost, (one) => passage.relayed(fromClient, one));
  const trait = traitOf(lost, passed, here.point.packets, relay, arp, ofRelay);
  const same = passage.sameWay(lost).filter(({ time }) => time > since);
  const whose = clients.length === 1 ? who : `these ${who}`;
  const alike = passed.filter((event) => sidesOf(event) === sidesOf(lost[0]!));
  const type = typeTrait(lost, same, here.point.packets, seen, whose, alike);
  // What else the same server sends from the same port, and what else goes the same way to it.
  const { got } = passage;
  const macOf = ({ index }: Event): string | undefined => here.point.packets.get(index).ethSource;
  const replies = fromClient || turned ? [] : passage.replies(lost[0]!).filter((one) => macOf(one) === macOf(lost[0]!));
  const size = turned || type ? undefined : sizeTrait(lost, fromClient ? same : replies, here.point.packets, got);
  const served = replies.find((one) => got.has(one) && !losers.has(one.client));
  const passedBeside = turned ? undefined : passage.beside(lost[0]!, losers);
  const beside = passedBeside ?? (served && { ...passedAs(served), got: got.get(served) });
  const unicast =
    turned || relay !== undefined || same.some((event) => losers.has(event.client))
      ? undefined
      : unicastTrait(lost, passage, seen, beside);
  const reported = reportedIn([here, there], lost);
  const loss = {
    who: whose,
    many: clients.length > 1,
    client: nameOf(client),
    event: lost[0]!,
    six,
    seen,
    missed,
    // What holds a client’s port or address to be at fault is contradicted by its broadcasts.
    beside: unicast ? undefined : type && alike[0] ? passedAs(alike[0]) : beside,
    samePort: turned ? undefined : passage.samePort(lost[0]!, losers),
    turned: turned !== undefined,
    before: lost.length === 1 || turned ? undefined : passage.before(lost)?.frames[0],
    same: same[0],
    own: same.find((event) => losers.has(event.client) && !names.includes(event.name)),
    typed: type !== undefined,
    trusted:
      passedBeside || same[0] || !replies[0]
        ? undefined
        : `the ${replies[0].name} of the same server in ${besideText({ ...passedAs(replies[0]), got: got.get(replies[0]) ?? 'passed' }, replies[0], seen)}`,
    apart: apartFrom(lost, passed, here.point.packets),
    part: partOf(lost, same),
    // A relay between the points may be what drops one type of messages.
    reasons: [
      ...reported,
      relay !== undefined && !fromClient && unechoed(lost, passed, relay, here),
      turned &&
        turnReason(
          turned,
          here.point,
          turned.first.relays.size > 0 || !turned.whole ? undefined : view.arpSince(turned.first, ahead),
        ),
      trait ?? size,
      unicast,
      ...(relay === undefined ? [type, ...shown] : [...shown, type]),
    ].filter((one) => one !== undefined && one !== false),
    relay,
    arp,
    unheard,
  };
  const found: PairFinding = {
    id: 'lost-between',
    severity: madeUp ? 'info' : 'error',
    fields: fieldsOf('lost-between'),
    subject: clients.length === 1 ? client : `${clients.length} clients`,
    title: `${clients.length > 1 ? `${who} (${list(clients.map(nameOf), 3)})` : who}: ${what} lost between ${seen} and ${missed}${madeUp ? ', the next one passes' : ''}`,
    frames: framesOf(a),
    framesIn: [a, b].map((one) => ({ file: one.point.file, frames: framesOf(one) })),
    explanation:
      `${seen} shows ${what} (${frames(lostFrames)}) ${fromClient ? 'from' : 'to'} ${who}${relayText(lost)}` +
      (unheard
        ? `, sent to ${unheard.server} by ${unheard.source}. ${missed} shows that ${unheard.server}, at the same link-layer address, answers others (${frames(unheard.answers)}), and none of these messages. No message is in both captures, so nothing shows how far their clocks differ; as far as they agree, ${missed} was capturing when frame ${unheard.during} was sent. `
        : `. ${missed} was capturing at the same time: it shows ` +
          `${fromClient ? 'other messages from there' : `the request that ${lost.length === 1 ? 'it answers' : 'they answer'}`}, but not ${lost.length === 1 ? 'this message' : 'these messages'}. ${clocksText(a, b, matching)} `) +
      leftOutText(view, lost) +
      (madeUp
        ? 'What was sent next passed on the same way, so nothing there keeps it back.'
        : fromClient
          ? `The fault lies between these two points, on the way to the server. The server’s pool, filters and leases are not the cause: ${lost.length === 1 ? 'the message' : 'these messages'} never reached ${missed}.`
          : `The fault lies between these two points, on the way back to the client. The server received the request and answered it: its pool, its filters, port ${six ? 547 : 67} and the way there are not the cause.`) +
      (answers.length > 0 ? ` This answers what one capture alone leaves open: ${list([...new Set(answers)])}.` : ''),
    ...(madeUp ? MADE_UP : { causes: lostCauses(loss), ...told(lostSteps(loss)) }),
    ...(clients.length > 1 ? { members: membersOf(lost, nameOf) } : {}),
    reference: six ? 'RFC 9915 §15, §18.2' : 'RFC 2131 §3.1, §4.1',
  };
  for (const { finding } of answered) if (!settled.has(finding)) settled.set(finding, found);
  return found;
}

/** What else of the same kind the other point lacks, and why it is not counted, as sentences that each end with a space. */
function leftOutText(view: View, lost: readonly Event[]): string {
  const { before, after, within } = view.leftOut(lost);
  const missed = view.there.point.name;
  const text = (events: readonly Event[], why: (one: boolean) => string): string => {
    const names = [...new Set(events.map(({ name }) => name))];
    const what = names.length === 1 ? names[0]! : 'message';
    const one = events.length === 1;
    return events.length === 0
      ? ''
      : `${count(events.length, `more ${what}`, `more ${pluralOf(what)}`)} (${frames(events.flatMap((event) => event.frames))} of ${view.here.point.name}) ${one ? 'is' : 'are'} not counted: ${why(one)}. `;
  };
  return (
    text(before, (one) => `${missed} begins after ${one ? 'it' : 'them'}`) +
    text(after, (one) => `${missed} ends before ${one ? 'it' : 'them'}`) +
    text(within, (one) => `what follows does not show that ${one ? 'it was' : 'they were'} lost`)
  );
}

/** A frame that is lost once. */
const MADE_UP: Pick<Finding, 'causes' | 'steps'> = {
  causes: [
    cause('likely', 'A single frame is lost, as happens on any network, or the second capture did not record it'),
  ],
  steps: ['Nothing needs to be done unless it happens often.'],
};

/** The relay that all of it comes from or goes to. */
function relayText(lost: readonly Event[]): string {
  const [relay, ...others] = new Set(
    lost.map(({ relays, fromClient, source, destination }) =>
      relays.size === 0 ? undefined : fromClient ? source : destination,
    ),
  );
  return relay === undefined || others.length > 0 ? '' : ` behind relay ${relay}`;
}

function membersOf(lost: readonly Event[], nameOf: (client: string) => string): NonNullable<Finding['members']> {
  const members = new Map<string, number[]>();
  for (const { client, frames: own } of lost) for (const frame of own) push(members, nameOf(client), frame);
  return [...members].slice(0, MOST_MEMBERS).map(([subject, own]) => ({ subject, frames: own }));
}

/** What a router or host says by ICMP of messages that are lost: a finding of either capture alone. */
function reportedIn(points: readonly PointEvents[], lost: readonly Event[]): Reason[] {
  const clients = new Set(lost.map(({ client }) => client));
  const ends = new Set(lost.map(({ source, destination }) => `${source} ${destination}`));
  return points.flatMap(({ point: { findings, packets, name } }) => {
    const quotes = (frame: number): boolean => {
      const at = lowerBound(packets.count, (i) => packets.get(i).frame < frame);
      const quoted = at < packets.count ? packets.get(at).icmp?.quoted : undefined;
      if (!quoted) return false;
      const { dhcp, source, destination } = quoted;
      return dhcp?.chaddr === undefined ? ends.has(`${source} ${destination}`) : clients.has(dhcp.chaddr);
    };
    const found = findings.find(
      ({ severity, fields, frames: all }) =>
        severity === 'error' && fields?.includes('icmp') === true && all.slice(0, MOST_QUOTES).some(quotes),
    );
    if (!found) return [];
    const told = cause('likely', found.title, `see the finding ${found.id} in ${name}`);
    return [{ cause: { ...told, finding: found.id }, steps: found.steps }];
  });
}

/** Replies that do not give the relay its option 82 back, where all that it hands on do. */
function unechoed(
  lost: readonly Event[],
  passed: readonly Event[],
  relay: string,
  { point: { findings, packets, name } }: PointEvents,
): Reason | undefined {
  const told = findings.filter(({ id }) => id === 'option82-not-echoed');
  const at = new Set(told.flatMap((one) => one.frames));
  const isTold = ({ frames: own }: Event): boolean => own.every((frame) => at.has(frame));
  const [first] = lost as [Event];
  const found = told.find((one) => one.frames.includes(first.frames[0]!));
  if (!found || !lost.every(isTold) || passed.some(isTold)) return undefined;
  const has = ({ index }: Event): boolean => packets.get(index).dhcp?.has(OPTION.relayAgent) === true;
  const other = passed.find((one) => one.destination === first.destination && has(one));
  const left = !has(first);
  return {
    cause: {
      ...cause(
        'likely',
        unechoedText(`Relay ${relay}`, first.name, left),
        `${left ? 'no option 82' : 'another option 82'} in frame ${first.frames[0]!} of ${name}`,
        other &&
          `frame ${other.frames[0]!} of ${name}, to ${other.client} behind the same relay, has it and is handed on`,
        `see the finding ${found.id} in ${name}`,
      ),
      finding: found.id,
    },
    steps: found.steps,
  };
}

/** How many ICMP messages of a finding are read. */
const MOST_QUOTES = 32;
