import { push } from '../../../codec/append';
import { cause, ranked, type Draft } from '../../collector';
import type { Lease } from '../../conversations/lease';
import { DECLINE, NAK, OPTION, RELEASE } from '../../conversations/model';
import type { World } from '../../evidence/world';
import { stepFor } from '../../words/steps';
import { count, frames, list, quote, span, times } from '../../words/words';
import type { WorldRule } from '../rule';

/* Two devices with one hardware address: each takes its lease anew under its own host name, in turn with the other. */

/** So many changes between the host names, each no longer than so many seconds after the one before. */
const TURNS = { changes: 3, seconds: 300 } as const;
/** How many host names are told. */
const MOST_NAMES = 4;

/** A lease, and the host name under which it was asked for. */
interface Named {
  readonly lease: Lease;
  readonly name: string;
}

/** By hardware address: the leases that were given to two devices in turn. */
export const turnsOf = (world: World): ReadonlyMap<string, readonly Named[]> => world.once(allTurns);
function allTurns(world: World): ReadonlyMap<string, readonly Named[]> {
  const byMac = new Map<string, Named[]>();
  for (const lease of world.survey.leases) {
    const { client, exchange } = lease;
    // Boot firmware, loader and system of one machine have names of their own.
    if (client.exchanges.length < 2 || !lease.fresh || lease.time <= 0 || client.pxe) continue;
    const name = exchange.opening.dhcp!.text(OPTION.hostname);
    if (name && exchange.opening.dhcp!.chaddr === lease.mac)
      push(byMac, `${lease.mac} ${lease.link} ${lease.giaddr}`, { lease, name });
  }
  const found = new Map<string, readonly Named[]>();
  for (const all of byMac.values()) {
    const { mac } = all[0]!.lease;
    const turns = found.has(mac) ? undefined : inTurn(all);
    if (turns) found.set(mac, turns);
  }
  return found;
}

/** The first of these leases that go to and fro between host names; undefined if they do not. */
function inTurn(all: readonly Named[]): readonly Named[] | undefined {
  let run: Named[] = [];
  let changes = 0;
  let changed = 0;
  const ended = (): boolean => changes >= TURNS.changes && returns(run);
  for (const one of all) {
    const before = run[run.length - 1];
    const changesName = before !== undefined && before.name !== one.name;
    const late = one.lease.time - changed > TURNS.seconds;
    if (before && (late || isOver(before.lease, one.lease))) {
      if (ended()) return run;
      run = [];
      changes = 0;
    }
    if (run.length === 0 || changesName) changed = one.lease.time;
    if (run.length > 0 && changesName) changes++;
    run.push(one);
  }
  return ended() ? run : undefined;
}

/** Whether a lease has ended, or was given back, before another is given. A lease without a time does not tell. */
const isOver = (before: Lease, after: Lease): boolean =>
  before.seconds === undefined || after.time >= before.time + before.seconds || gaveBack(before, after);

/** Whether every host name comes back: one that changes once is a device that was given another name. */
const returns = (run: readonly Named[]): boolean =>
  [...groupedByName(run).values()].filter((leases) => leases.length > 1).length > 1;

function groupedByName(run: readonly Named[]): Map<string, Lease[]> {
  const byName = new Map<string, Lease[]>();
  for (const { name, lease } of run) push(byName, name, lease);
  return byName;
}

/** Whether a client released, declined or was refused an address between two leases. */
export function gaveBack(before: Lease, after: Lease): boolean {
  for (let next = before.exchange.next; next && next !== after.exchange && next.start <= after.time; next = next.next) {
    if (next.holds(RELEASE) || next.holds(DECLINE) || next.holds(NAK)) return true;
  }
  return before.exchange.holds(DECLINE);
}

/** Whether all these leases are those of one client: the devices do not differ in their client identifiers either. */
const isOneClient = (run: readonly Named[]): boolean => new Set(run.map(({ lease }) => lease.client)).size === 1;

/** Two devices with one hardware address. */
export const leasesInTurn: WorldRule = function* (world) {
  for (const [mac, run] of turnsOf(world)) yield draftOf(mac, run);
};

function draftOf(mac: string, run: readonly Named[]): Draft {
  const names = [...groupedByName(run)].slice(0, MOST_NAMES);
  const lasts = run[run.length - 1]!.lease.time - run[0]!.lease.time;
  const told = names.map(([name, leases]) => {
    const classes = new Set(leases.flatMap(({ vendorClass }) => vendorClass ?? []));
    const says = classes.size === 1 ? `, vendor class ${quote([...classes][0]!)}` : '';
    return `${quote(name)}${says} (${frames(leases.map(({ frame }) => frame))})`;
  });
  const both = list(names.map(([name]) => quote(name)));
  return {
    id: 'lease-loop',
    severity: 'warning',
    subject: mac,
    frames: run.flatMap(({ lease }) => [lease.exchange.opening.frame, lease.frame]),
    detail: () => ({
      title: `${mac} gets a lease again and again, in turn as ${both}`,
      explanation: `Within ${span(lasts)}, DISCOVER to ACK was completed ${times(run.length)} from this hardware address, under ${count(names.length, 'host name')} in turn: ${list(told)}. Each lease had time left and none was given back.${isOneClient(run) ? ' The server takes them for one client, and gives both what it gives to one.' : ''}`,
      causes: ranked(
        cause(
          'likely',
          'Two devices have one hardware address: a router clones the MAC of another, a virtual machine was copied, or somebody forges the address',
          `the host name goes to and fro between ${both}`,
        ),
        cause(
          'possible',
          'One device restarts again and again, and its boot loader and its system each ask under a host name of their own',
        ),
      ),
      steps: [
        `On the switches, \`show mac address-table address ${mac}\`, several times: if the port changes to and fro, there are two devices.`,
        `Give one of ${both} a hardware address of its own: switch “MAC clone” off in a router, have a new MAC made for a copied virtual machine.`,
        stepFor(
          'switch',
          'ios',
          'Cisco IOS, on the switch',
          '`show logging | include MACFLAP` shows between which ports the address moves.',
        ),
      ],
      reference: 'RFC 2131 §2, §4.2',
    }),
  };
}
