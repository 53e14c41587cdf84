import { printable } from '../../codec/bytes';
import { dhcpOptions, optionName } from '../../codec/dhcpv4/options';
import type { View } from '../../codec/view';
import { isBroadcast, isUnicast, OPTION } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { cause } from '../draft';
import type { Finding } from '../finding';
import { MOST_COMPARED } from '../explained';
import { capital, count, ip, list, valueText } from '../words/words';
import type { Answer, PointEvents } from './point';
import type { Event, Matching } from './points';

/** What is different in one message at two points: an option, the VLAN's tag, how it is sent, the checksum. */

/** One difference: the key of the field (`Field.key`), its name, and its value at either point; undefined where it is not there. */
interface Change {
  readonly key: string;
  readonly name: string;
  readonly here: string | undefined;
  readonly there: string | undefined;
  /** What happens to it, where that has its own words. */
  readonly verb?: string;
}

const AGENT = 82;
/** Options that relays and proxies on the way rightly change (RFC 3046, RFC 5107). */
const RELAYS_OWN: ReadonlySet<number> = new Set([OPTION.server, AGENT]);

const FIXED = [
  ['dhcp.yiaddr', 'yiaddr', ({ yiaddr }: NonNullable<Packet['dhcp']>) => ip(yiaddr)],
  ['dhcp.file', 'the boot file', ({ file }: NonNullable<Packet['dhcp']>) => printable(file)],
] as const;

/** What differs in the DHCP message itself, apart from what a relay has to change. */
function contentChanges(here: Packet, there: Packet): Change[] {
  const [a, b] = [here.dhcp, there.dhcp];
  if (!a || !b || here.cut > 0 || there.cut > 0) return [];
  const out: Change[] = [];
  for (const code of new Set([...a.codes(), ...b.codes()])) {
    // Where no relay handled the message in between, an option 82 is another device's.
    if (RELAYS_OWN.has(code) && (code !== AGENT || a.giaddr !== 0 || b.giaddr !== 0 || a.op !== 1)) continue;
    const [x, y] = [a.option(code), b.option(code)];
    if (x && y && isEqual(x, y)) continue;
    out.push({
      key: `dhcp.option.${code}`,
      name: `option ${code} (${optionName(code)})`,
      here: x && valueOf(code, x),
      there: y && valueOf(code, y),
    });
  }
  for (const [key, name, of] of FIXED)
    if (of(a) !== of(b)) out.push({ key, name, here: of(a) || undefined, there: of(b) || undefined });
  return out;
}

/** What differs around it. Between different links and kinds of links it may, so that only a finding makes it a fault. */
function frameChanges(here: Packet, there: Packet): Change[] {
  const out: Change[] = [];
  const add = (key: string, name: string, of: (packet: Packet) => string): void => {
    if (of(here) !== of(there)) out.push({ key, name, here: of(here), there: of(there) });
  };
  add('vlan.id', 'the VLAN tag', ({ vlans }) => (vlans === undefined ? 'not tagged' : vlans));
  add('udp.checksum', 'the checksum', ({ problems }) =>
    problems.some(({ id }) => id === 'bad-checksum') ? 'wrong' : 'right',
  );
  // A relay turns a unicast into a broadcast, and a broadcast into a unicast.
  const [from, to] = [here.destination, there.destination];
  if (here.dhcp?.giaddr === there.dhcp?.giaddr && here.destinationPort === there.destinationPort && from && to)
    add('ip.dst', 'the destination address', ({ destination }) => destination!);
  if (isBroadcast(here) && isUnicast(there))
    return out.map((one) => (one.key === 'ip.dst' ? { ...one, verb: 'turned from broadcast into unicast' } : one));
  return out;
}

const isEqual = (x: View, y: View): boolean => x.length === y.length && x.hex() === y.hex();

const valueOf = (code: number, view: View): string => valueText(dhcpOptions.get(code)?.type, view);

/** The points between which messages of one direction go: where they are seen first, and then. */
export interface Direction {
  readonly from: PointEvents;
  readonly to: PointEvents;
  readonly fromClient: boolean;
  /** Which of the two is the first is known. */
  readonly sure: boolean;
}

const packetOf = ({ point }: PointEvents, { index }: Event): Packet => point.packets.get(index);
const placeIn = ({ point }: PointEvents, { frames: seen }: Event): string => `${point.name} (frame ${seen[0]!})`;

/** One change as evidence. */
function told({ name, here, there }: Change, sent: Event, came: Event, { from, to }: Direction): string {
  const [first, then] = [placeIn(from, sent), placeIn(to, came)];
  const what = `${name} of the ${sent.name}`;
  if (here === undefined) return `${what} is ${there!} in ${then}, and not there in ${first}`;
  if (there === undefined) return `${what} is ${here} in ${first}, and not there in ${then}`;
  return `${what} is ${here} in ${first}, and ${there} in ${then}`;
}

const verbOf = ({ here, there, verb }: Change, sure: boolean): string =>
  verb ?? (!sure ? 'changed' : here === undefined ? 'added' : there === undefined ? 'taken out' : 'changed');

/** The answers to findings of the point `to` about something that was right in the same message at `from`. */
export function changesAnswer(
  way: Direction,
  { partner }: Matching,
  relayOf: (event: Event) => string | undefined,
): Map<Finding, Answer> {
  const { from, to } = way;
  const answers = new Map<Finding, Answer>();
  const same = new Map<string, Set<number>>();
  for (const { id, frames: own } of from.point.findings) {
    const known = same.get(id) ?? new Set();
    for (const frame of own.slice(0, MOST_COMPARED)) known.add(frame);
    same.set(id, known);
  }
  for (const finding of to.point.findings) {
    if (finding.severity === 'info') continue;
    const shown = same.get(finding.id);
    const found = new Map<string, { change: Change; sent: Event; came: Event }>();
    const messages = new Set(finding.frames.slice(0, MOST_COMPARED).flatMap((frame) => to.byFrame.get(frame) ?? []));
    for (const came of messages) {
      const sent = partner.get(came);
      if (!sent || came.fromClient !== way.fromClient || sent.frames.some((frame) => shown?.has(frame))) continue;
      const [x, y] = [packetOf(from, sent), packetOf(to, came)];
      for (const change of [...contentChanges(x, y), ...frameChanges(x, y)])
        if (!found.has(change.key) && shows(finding, change)) found.set(change.key, { change, sent, came });
    }
    const [first] = found.values();
    if (!first) continue;
    const { change, sent } = first;
    const relay = relayOf(sent);
    const what = [...found.values()].map((one) => one.change.name);
    const by = `${relay === undefined ? 'a device' : `relay ${relay}, or another device`} on the way`;
    const between = `between ${from.point.name} and ${to.point.name}`;
    answers.set(finding, {
      cause: cause(
        'likely',
        `${capital(list(what))} ${what.length > 1 ? 'are' : 'is'} ${verbOf(change, way.sure)} ${between}, by ${by}`,
        ...[...found.values()].map((one) => told(one.change, one.sent, one.came, way)),
      ),
      steps: [
        `Find the device ${between} that writes ${list(what)} anew: look at ${relay === undefined ? '' : `the settings of relay ${relay}, and at `}DHCP inspection, firewalls and access points on the way.`,
        `Capture at a point half-way ${between}, and compare again: each step halves the way.`,
      ],
    });
  }
  return answers;
}

/** Whether a finding is about the field that is changed: by its kind, or because it names the option. */
const shows = ({ fields = [], explanation }: Finding, { key }: Change): boolean =>
  key !== `dhcp.option.${AGENT}` &&
  (fields.includes(key) ||
    (key.startsWith('dhcp.option.') &&
      new RegExp(`\\boption ${key.slice('dhcp.option.'.length)}\\b`).test(explanation)));

/** How many kinds of changes the outcome of a comparison names. */
const MOST_NAMED = 3;

/** What is changed in the messages that both points show, as a clause; empty if nothing is. */
export function changesText(ways: readonly Direction[], { partner }: Matching): string {
  const kinds = new Map<string, string>();
  let changed = 0;
  for (const way of ways)
    for (const came of way.to.events) {
      const sent = came.fromClient === way.fromClient ? partner.get(came) : undefined;
      if (!sent) continue;
      const changes = contentChanges(packetOf(way.from, sent), packetOf(way.to, came));
      if (changes.length > 0) changed++;
      for (const change of changes) {
        const key = `${way.fromClient} ${change.key}`;
        if (!kinds.has(key)) kinds.set(key, told(change, sent, came, way));
      }
    }
  if (changed === 0) return '';
  return `${count(changed, 'message')} ${changed === 1 ? 'is' : 'are'} changed on the way: ${list([...kinds.values()], MOST_NAMED)}`;
}
