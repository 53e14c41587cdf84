import { push } from '../../../codec/append';
import { NO_BINDING } from '../../../codec/dhcpv6/answer';
import { RENEW } from '../../../codec/dhcpv6/message';
import { cause, ranked } from '../../collector';
import { withFinding } from '../../draft';
import type { Cause } from '../../finding';
import type { Client6, Note6 } from '../../conversations/v6model';
import type { WorldRule } from '../rule';
import type { World } from '../../evidence/world';
import { invented6 } from '../../evidence/attacks6';
import { clonesOf6, sendersOf } from '../../evidence/identity6';
import { UNKNOWN_ADDRESS, frames, list } from '../../words/words';
import { stepFor, type Step } from '../../words/steps';

/** DHCPv6: DUIDs that are not unique or not stable. */

/** The messages in which a server at one address used one DUID. */
export interface Answers {
  readonly server: string;
  readonly first: Note6;
  readonly exchanges: Set<unknown>;
  last: Note6;
}

/** A server address that answers with a different DUID than before. */
export interface DuidChange {
  readonly source: string;
  readonly before: Answers;
  readonly after: Answers;
}

/** All such changes; to be asked for with `world.once(duidChanges)`. */
export function duidChanges(world: World): readonly DuidChange[] {
  const changes: DuidChange[] = [];
  const bySource = new Map<string, Answers[]>();
  for (const exchange of world.conversations6.exchanges)
    for (const note of exchange.notes) {
      if (!note.isAnswer || note.server === undefined) continue;
      const packet = world.packets.get(note.index);
      const key = `${note.link} ${packet.source ?? ''}`;
      let all = bySource.get(key);
      if (!all) bySource.set(key, (all = []));
      let one = all.find(({ server }) => server === note.server);
      // If there are more than two, there is not a single server behind them.
      if (!one && all.length > 2) continue;
      if (!one) all.push((one = { server: note.server, first: note, last: note, exchanges: new Set() }));
      one.exchanges.add(exchange);
      one.last = note;
    }
  for (const all of bySource.values()) {
    const [before, after] = all.sort((a, b) => a.first.time - b.first.time);
    if (!before || !after || all.length > 2) continue;
    // Two servers behind one relay answer alternately, or both answer one request.
    if (before.last.time >= after.first.time || [...after.exchanges].some((one) => before.exchanges.has(one))) continue;
    changes.push({ source: world.packets.get(after.first.index).source ?? UNKNOWN_ADDRESS, before, after });
  }
  return changes;
}

/** What clients still ask of a server, and what it knows no more, by its DUID. */
interface Lost {
  /** Messages of renewals that name it and get no answer, and the first frames of answers with NoBinding. */
  readonly unanswered: readonly number[];
  readonly unbound: readonly { readonly frame: number; readonly client: Client6 }[];
}

/** By DUID of a server. To be asked for with `world.once(lostBy)`. */
export function lostBy({ conversations6, packets }: World): ReadonlyMap<string, Lost> {
  const unanswered = new Map<string, number[]>();
  const unbound = new Map<string, { frame: number; client: Client6 }[]>();
  for (const exchange of conversations6.exchanges) {
    const renewals = exchange.of(RENEW);
    const server = renewals[0] && packets.get(renewals[0].index).dhcpv6?.serverDuid;
    if (server !== undefined && renewals.length > 1 && !exchange.notes.some(({ isAnswer }) => isAnswer))
      for (const { frame } of renewals) push(unanswered, server, frame);
    for (const { server: by, answer, frame } of exchange.notes)
      if (by !== undefined && answer?.refusals.some(({ code }) => code === NO_BINDING))
        push(unbound, by, { frame, client: exchange.client });
  }
  return new Map(
    [...unanswered.keys(), ...unbound.keys()].map((one) => [
      one,
      { unanswered: unanswered.get(one) ?? [], unbound: unbound.get(one) ?? [] },
    ]),
  );
}

/** The change of DUID as the cause of what clients of that server meet. */
export const changeCause = (
  { source, after }: DuidChange,
  text: string,
  ...more: (string | undefined | false)[]
): Cause =>
  withFinding(
    'v6-server-duid-changed',
    after.first.frames,
    cause('likely', text, `${source} answers with DUID ${after.server} from frame ${after.first.frame} on`, ...more),
  );

/** What to do about a new DUID; `unbound`: the leases are lost as well; `served`: the client has been answered again. */
export const changeSteps = (unbound: boolean, served = false): Step[] => [
  ...(unbound
    ? [
        'Put the server’s old file of leases back from the backup: it has lost the leases as well, and gives clients new addresses and prefixes.',
      ]
    : served
      ? []
      : ['See that the client is served again at T2, when it rebinds.']),
  'Give the server its old DUID back where many clients wait.',
  stepFor('server', 'dhcpd', 'ISC dhcpd', '`server-duid` in dhcpd6.conf sets it.'),
  stepFor('server', 'kea', 'Kea', '`"server-id"` sets it.'),
];

/** A server address answers with a different DUID than before. */
export const v6ServerDuidChanged: WorldRule = function* (world) {
  for (const { source, before, after } of world.once(duidChanges)) {
    const asked = world.once(lostBy).get(before.server)?.unanswered ?? [];
    const unbound = (world.once(lostBy).get(after.server)?.unbound ?? []).map(({ frame }) => frame);
    yield {
      id: 'v6-server-duid-changed',
      severity: asked.length > 0 ? 'warning' : 'info',
      subject: source,
      frames: [...after.first.frames, ...before.last.frames, ...asked],
      places: after.first.frames,
      detail: () => ({
        title: `${source} answers with another server DUID than before`,
        explanation: `Up to frame ${before.last.frame} it answers with DUID ${before.server}, from frame ${after.first.frame} on with ${after.server}. Clients name the old one when they renew, and the server drops that; it hears them again when they rebind.${asked.length > 0 ? ` No RENEW that names the old one is answered (${frames(asked)}).` : ''}${asked.length > 0 && unbound.length > 0 ? ` It has lost the leases as well: it says NoBinding in ${frames(unbound)}.` : ''}`,
        causes: ranked(
          cause('likely', 'The server was set up anew, or lost the file that its DUID is kept in'),
          cause('possible', 'Another server took over the address'),
        ),
        steps: [
          ...(asked.length > 0 && unbound.length > 0 ? changeSteps(true).slice(0, 1) : []),
          stepFor(
            'server',
            'dhcpd',
            'ISC dhcpd',
            'the `server-duid` line of dhcpd6.leases; set it by `server-duid LLT …;`.',
          ),
          stepFor('server', 'kea', 'Kea', 'the file `kea-dhcp6-serverid`; set it by `"server-id"`.'),
        ],
        reference: 'RFC 9915 §11, §16.6, §18.2.4',
      }),
    };
  }
};

/** 2000-01-01T00:00:00Z, the epoch of times in DUIDs (RFC 9915 §11.2). */
const EPOCH_2000 = 946_684_800;
/** Seconds by which clocks may be wrong. */
const WRONG_CLOCK = 86_400;

/** What is wrong with a DUID. */
interface Fault {
  readonly text: string;
  /** Others make the same in the same way; a link-layer address of its own tells it from theirs. */
  readonly alike: boolean;
}

/** Why a DUID is not unique, or was made at a wrong time; undefined if it is fine. `time` is when it was seen. */
export function uselessDuid(duid: string, time: number): Fault | undefined {
  const withTime = duid.startsWith('0001');
  if (!withTime && !duid.startsWith('0003')) return undefined;
  const address = duid.slice(withTime ? 16 : 8);
  if (/^0+$/.test(address)) return { text: 'its link-layer address is all zeros', alike: true };
  if (/^f+$/.test(address)) return { text: 'its link-layer address is all ones', alike: true };
  const made = withTime && duid.length >= 16 ? EPOCH_2000 + parseInt(duid.slice(8, 16), 16) : 0;
  if (time < EPOCH_2000 || made <= time + WRONG_CLOCK) return undefined;
  const day = new Date(made * 1000).toISOString().slice(0, 10);
  return { text: `its time, ${day}, is later than this capture`, alike: false };
}

/** Several link-layer addresses that send one useless DUID, in words; empty if it is one, or if relays hide them. */
function sharedBy(client: Client6, world: World): string {
  return world.conversations6.withOtherMacs.has(client) ? list(sendersOf(client)) : '';
}

/** What the verdict says of machines that it counts as one client: nothing shows that they are one, as their DUID does not. */
export const uselessCounted = (world: World): string[] =>
  [...world.conversations6.withOtherMacs].flatMap((client) => {
    const [first] = client.exchanges[0]!.notes;
    const told =
      clonesOf6(world).has(client) || uselessDuid(client.label, first!.timed ? first!.time : 0) === undefined;
    return told ? [] : `${sharedBy(client, world)} count as one client, as they send one DUID`;
  });

/** A DUID with an invalid link-layer address, or with a time in the future. */
export const v6UselessDuid: WorldRule = function* (world) {
  const invented = invented6(world);
  for (const { client, notes } of world.conversations6.exchanges) {
    if (invented.has(client)) continue;
    for (const note of notes) {
      const one = note.isAnswer ? note.server : client.label;
      const why = one === undefined ? undefined : uselessDuid(one, note.timed ? note.time : 0);
      if (one === undefined || why === undefined) continue;
      const sharers = (): string => (note.isAnswer ? '' : sharedBy(client, world));
      // A link-layer address tells which machine it is, and its DUID does not.
      const who = (): string => sharers() || (note.sender ?? '');
      yield {
        id: 'v6-useless-duid',
        severity: 'warning',
        subject: one,
        frames: note.frames,
        detail: () => ({
          title: `DUID ${one}${who() === '' ? '' : ` of ${who()}`} ${why.alike ? 'is not unique' : 'was made by a wrong clock'}: ${why.text}`,
          explanation: `The DUID in ${frames(note.frames)}${who() === '' || sharers() !== '' ? '' : `, which ${who()} sends,`} is ${one}: ${why.text}. ${why.alike ? 'Others that make theirs in the same way have the same, and a server takes them for one client.' : `The clock was wrong when it was made. If ${note.isAnswer ? 'the server' : 'the client'} makes it anew with the right time, ${note.isAnswer ? 'its clients' : 'its server'} will not know it.`}${sharers() === '' ? '' : ` In this capture, ${sharers()} send it.`}`,
          causes: ranked(
            cause('likely', 'The DUID was made before the network card or the clock was ready, and was kept'),
            cause('possible', 'An image was copied with the DUID in it'),
          ),
          steps: [
            `Let ${sharers() === '' ? who() || 'the client' : `each of ${sharers()}`} make a new one: remove /var/lib/dhcpcd/duid (dhcpcd), the \`default-duid\` line of dhclient6.leases (dhclient), or Dhcpv6DUID under HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters (Windows), and start it again.`,
            'systemd-networkd: `DUIDType=vendor` in networkd.conf makes it of the machine-id.',
          ],
          reference: 'RFC 9915 §11.2, §11.4',
        }),
      };
    }
  }
};
