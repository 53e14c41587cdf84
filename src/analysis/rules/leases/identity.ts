import { cause, ranked, type Draft } from '../../collector';
import { printable } from '../../../codec/bytes';
import { addressInDuid } from '../../../codec/names/duids';
import { withFinding } from '../../draft';
import type { Cause } from '../../finding';
import { ACK, OPTION, type Client, type Exchange, type Message } from '../../conversations/model';
import {
  clonesOf,
  identityChanges,
  leaseAsAnother,
  sharedCards,
  successionsOf,
  type Clones,
  type IdentityChange,
  type Succession,
  type Turn,
} from '../../evidence/identity';
import { clonesOf6 } from '../../evidence/identity6';
import { commonServerNamed, oneThing } from '../../evidence/subjects';
import type { World } from '../../evidence/world';
import { count, ip, list, span, where } from '../../words/words';
import { MOST_FRAMES } from '../floods';
import type { WorldRule } from '../rule';
import { withoutIdentifiers } from '../../words/advice';
import { stepFor, type Step } from '../../words/steps';

/** Client identity: shared and changing client identifiers. */

/** Two machines use one client identifier, or one DUID with one IAID. */
export const duplicateClientId: WorldRule = function* (world) {
  for (const [client, clones] of clonesOf(world)) yield duplicated(clones, isWindows(client.vendorClass));
  for (const clones of clonesOf6(world).values()) yield duplicated(clones);
  for (const one of successionsOf(world)) yield succession(one);
};

/** One card asks right after the other, and nothing shows whether the first is still up. */
function succession({ label, identifier, last, next, address }: Succession): Draft {
  const after = `${next.mac} begins ${span(next.time - last.time)} after the last message of ${last.mac} (frames ${last.frame} and ${next.frame})`;
  return {
    id: 'duplicate-client-id',
    severity: 'info',
    subject: label,
    frames: [next.frame, last.frame],
    detail: () => ({
      title: `${last.mac} and ${next.mac} are given ${address} under one client identifier`,
      explanation: `Both hardware addresses send client identifier (option 61) ${shortened(identifier)}. ${after}, and ${last.mac} does not give its lease back. If both are still up, they are two machines with one address; this capture does not show whether they are.`,
      causes: ranked(
        cause(
          'likely',
          'One machine has two network cards, or a new one, and has changed from one to the other',
          after,
          `${last.mac} is not heard again`,
        ),
        cause('possible', 'One machine is a copy of the other (cloned disk, virtual machine or image)'),
      ),
      steps: [
        `See whether both are up: \`arping -I INTERFACE ${address}\` shows every hardware address that answers.`,
        ...stepsFor(identifier),
      ],
      reference: IDENTITY,
    }),
  };
}

/** Whether option 60 is that of Windows, from Windows 2000 on (MS-DHCPE §2.2.3). */
const isWindows = (vendorClass: string | undefined): boolean => vendorClass === 'MSFT 5.0';

/** What the verdict says of such a succession. */
export const successions = (world: World): string[] =>
  successionsOf(world).map(
    ({ last, next, address }) =>
      `${last.mac} and ${next.mac} are both given ${address}, under one client identifier, within ${span(next.time - last.time)}`,
  );

const IDENTITY = 'RFC 2131 §2, §4.2; RFC 4361 §6.1';
/** How a machine gets an identifier of its own. */
const stepsFor = (identifier: string): readonly Step[] =>
  madeFromMachineId(identifier) ? CLIENT_ID_STEPS : [OWN_STEP, ...CLIENT_ID_STEPS];

/** The evidence that they are several machines. */
export const clonesEvidence = ({ second, again, others, protocol }: Clones): string[] =>
  [{ second, again }, ...others.slice(0, MOST_TURNS)].map((turn) => turnText(turn, protocol));
/** How many further machines are told of one by one. */
const MOST_TURNS = 4;

function turnText({ second, again }: Turn, protocol: 4 | 6): string {
  const by =
    again.kind === 'uses'
      ? `is still heard by ${protocol === 6 ? 'ICMPv6' : 'ARP or ICMP'}`
      : 'still sends DHCP messages';
  return `${second.mac} begins in frame ${second.frame}, and ${span(again.time - second.time)} later ${again.mac} ${by} (frame ${again.frame})`;
}

function duplicated(clones: Clones, windows = false): Draft {
  const evidence = clonesEvidence(clones);
  const { label, macs, addresses, protocol, identifier } = clones;
  const v6 = protocol === 6;
  const name = v6 ? 'DUID, with one IAID' : 'client identifier';
  const two = macs.length === 2;
  const all = two ? 'both' : `all ${macs.length}`;
  return {
    id: 'duplicate-client-id',
    severity: 'error',
    subject: label,
    frames: clones.frames,
    detail: () => ({
      title: `${list(macs)} use one ${name}${addresses.length > 0 ? `, ${two ? 'both' : 'all'} on ${list(addresses)}` : ''}`,
      explanation:
        `${two ? 'Both' : `These ${macs.length}`} ${macs[0]!.startsWith('fe80:') ? 'link-local' : 'hardware'} addresses send ${v6 ? 'DUID' : 'client identifier (option 61)'} ${shortened(identifier)}. ${evidence.join('. ')}. ` +
        `A machine that changed its card would be heard under one of them only: these are ${two ? 'two' : macs.length}. The server knows a client by this identifier, so it takes them for one, and gives ${all} the same ${v6 ? 'addresses' : 'address'}.`,
      causes: ranked(
        cause(
          'likely',
          two
            ? 'One machine is a copy of the other (cloned disk, virtual machine or image)'
            : 'The machines are copies of one (cloned disk, virtual machine or image)',
          ...evidence,
        ),
        cause(
          'possible',
          `The ${v6 ? 'DUID' : 'client identifier'} is a fixed setting, in one configuration for many machines`,
        ),
        cause(
          'possible',
          `One machine has ${two ? 'two' : 'several'} network cards on one link, and sends the same identifier by ${two ? 'both' : 'all'}`,
        ),
      ),
      steps: v6 ? duidSteps(clones) : windows ? [WINDOWS_STEP, ...stepsFor(identifier)] : stepsFor(identifier),
      reference: v6 ? 'RFC 9915 §11, §12' : IDENTITY,
    }),
  };
}

/** What the verdict says of machines that it counts as one client. */
export const countedAsOne = (world: World): string[] => [
  ...[...clonesOf(world).values()].map(({ macs }) => `${list(macs)} count as one client, as they send one identifier`),
  ...[...clonesOf6(world).values()].map(({ macs }) => `${list(macs)} count as one client, as they send one DUID`),
];

const NEW_MACHINE_ID = stepFor(
  'system',
  'linux',
  'Linux with systemd, on the copy',
  '`rm -f /etc/machine-id /var/lib/dbus/machine-id`, then `systemd-machine-id-setup`, then restart. In a template, leave /etc/machine-id empty.',
);
/** What makes up an identifier that is neither of RFC 4361 nor a hardware address: a UUID of the firmware, or a text. */
const OWN_STEP =
  'Give each machine an identifier of its own: the UUID of a virtual machine, or the text set in the device or its DHCP client.';

/** Whether an identifier is of type 255 (RFC 4361 §6.1): systemd makes it from /etc/machine-id. */
const madeFromMachineId = (identifier: string): boolean => identifier.startsWith('ff');

/** DUIDs that are made from /etc/machine-id: systemd’s (type 2, enterprise 43793), and those of type 4 (RFC 6355), as NetworkManager makes them. */
const DUID_OF_MACHINE_ID = /^(00020000ab11|0004)/;

/** Which of the machines with one DUID are to be changed, and how; first what makes DUIDs of this type. */
export function duidSteps({ macs, identifier, second }: Clones): Step[] {
  const holder = macs.find((mac) => addressInDuid(identifier) === mac);
  const copies = macs.filter((mac) => mac !== (holder ?? macs[0]));
  const why =
    holder !== undefined
      ? `the DUID holds the link-layer address of ${holder}, which keeps it`
      : copies.length === 1
        ? `it is the one that begins later, in frame ${second.frame}`
        : `${macs[0]!} was there first`;
  const own =
    copies.length === 1
      ? `Give ${copies[0]!} a DUID of its own, and restart it: ${why}.`
      : `Give each of ${list(copies)} a DUID of its own, and restart it: ${why}.`;
  return DUID_OF_MACHINE_ID.test(identifier)
    ? [own, NEW_MACHINE_ID, ...DUID_FILE_STEPS]
    : [own, ...DUID_FILE_STEPS, NEW_MACHINE_ID];
}

const DUID_FILE_STEPS: readonly Step[] = [
  'dhcpcd, on the copy: remove /var/lib/dhcpcd/duid (older: /etc/dhcpcd.duid).',
  'ISC dhclient, on the copy: remove the line `default-duid` from /var/lib/dhcp/dhclient6.leases.',
  stepFor(
    'system',
    'windows',
    'Windows, on the copy',
    '`reg delete HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters /v Dhcpv6DUID /f`, then restart. Prepare images by `sysprep /generalize`.',
  ),
];
/** Windows sends the hardware address unless this value is set. */
const WINDOWS_STEP = stepFor(
  'system',
  'windows',
  'Windows, on the copy',
  '`reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces /s /v DhcpClientIdentifier` shows an identifier that somebody has set; delete the value, then restart. Prepare images by `sysprep /generalize`.',
);
const CLIENT_ID_STEPS: readonly Step[] = [
  NEW_MACHINE_ID,
  'systemd-networkd: `ClientIdentifier=mac` in section `[DHCPv4]`.',
  'netplan: `dhcp-identifier: mac`.',
  'NetworkManager: `nmcli connection modify NAME ipv4.dhcp-client-id mac`.',
  'ISC dhclient: take `send dhcp-client-identifier` out of dhclient.conf.',
  'dhcpcd: `clientid` instead of `duid` in dhcpcd.conf, or remove /var/lib/dhcpcd/duid on the copy.',
  ...withoutIdentifiers(),
];

/**
 * How a shared identifier explains that a client does not get its answers: the server sends them to the other machine. Undefined if no other
 * machine uses the identifier.
 */
export function sharedIdentityCause(client: Client, replies: readonly Message[], world: World): Cause | undefined {
  const clones = clonesOf(world).get(client);
  if (!clones) return undefined;
  const astray = replies.find(
    ({ dhcp, packet }) => packet.ethDestination !== dhcp.chaddr && clones.macs.includes(packet.ethDestination ?? ''),
  );
  return withFinding(
    'duplicate-client-id',
    clones.frames,
    cause(
      'likely',
      `${clones.macs.length === 2 ? 'Two' : clones.macs.length} machines, ${list(clones.macs)}, use one client identifier, and what is meant for one goes to the other`,
      astray && `the ${where(astray)} is for ${astray.dhcp.chaddr}, and goes to ${astray.packet.ethDestination!}`,
      ...clonesEvidence(clones),
    ),
  );
}

/** A client drops or changes its client identifier within one lease. */
export const clientIdChanged: WorldRule = function* (world) {
  for (const { exchange, message, before } of identityChanges(world).values()) {
    if (world.invented.has(exchange.client)) continue;
    const { label } = exchange.client;
    yield {
      id: 'client-id-changed',
      severity: 'warning',
      subject: label,
      common: oneThing(commonServerNamed(exchange.client.exchanges.find(({ server }) => server !== undefined)?.server)),
      frames: [message.frame, before.frame],
      detail: () => ({
        title: `${label} ${idOf(message) === undefined ? 'leaves out its client identifier' : 'changes its client identifier'} within one lease`,
        explanation:
          `The ${where(before)} has ${identifierText(before)}; the ${where(message)}, which goes on with ${goesOnWith(message)}, has ${identifierText(message)}. ` +
          `A server knows a client by its identifier, and by its hardware address only where it sends none: ${takenAs(confirmedAs(exchange.client, world))}`,
        causes: ranked(
          cause(
            'likely',
            'The client’s program has a mistake: it must send the same identifier in all messages of a lease',
            `${identifierText(before)} in frame ${before.frame}, ${identifierText(message)} in frame ${message.frame}`,
          ),
          cause(
            'possible',
            'Two programs on one machine share the lease: firmware or an initial ramdisk got it, the system renews it',
          ),
        ),
        steps: [
          'On the client, make sure that only one DHCP client runs on this interface: `ps -ef | grep -E "dhclient|dhcpcd|udhcpc|NetworkManager|systemd-networkd"`.',
          'Report it to the maker of the device, with these frames.',
          ...withoutIdentifiers(),
        ],
        reference: 'RFC 2131 §2, §3.1, §4.4.1; RFC 2132 §9.14',
      }),
    };
  }
};

/** The ACK by which a server gave a client under one identifier what it had under another. */
function confirmedAs({ exchanges }: Client, world: World): Message | undefined {
  const changes = identityChanges(world);
  for (const exchange of exchanges) {
    const change = changes.get(exchange);
    const held = change && addressOf(change.message);
    const ack = held && exchange.of(ACK).find(({ dhcp, time }) => dhcp.yiaddr === held && time >= change.message.time);
    if (ack) return ack;
  }
  return undefined;
}

/** What a server makes of a client with two identifiers. */
const takenAs = (confirmed: Message | undefined): string =>
  confirmed
    ? `it may take these for two clients, and refuse to one what it gave to the other. This server does not: it confirms the lease all the same (${where(confirmed)}).`
    : 'it takes these for two clients, and refuses to one what it gave to the other.';

/** From this many leases of one hardware address on, each under an identifier of its own, it is not firmware and system of one machine. */
const LEASES_OF_ONE_CARD = 10;
/** Option 77 of the Routing and Remote Access Service of Windows, which takes addresses for those who dial in. */
const REMOTE_ACCESS = 'RRAS.Microsoft';

/** One hardware address takes one lease after another, each under another client identifier. */
export const identifierChurn: WorldRule = function* (world) {
  for (const [client, card] of sharedCards(world.clients)) {
    if (card.length < LEASES_OF_ONE_CARD || world.invented.has(client)) continue;
    const kept = card.filter(({ exchanges }) => exchanges.every(({ outcome }) => outcome !== 'released'));
    const leases = kept.flatMap(({ exchanges }) => exchanges.find(({ outcome }) => outcome === 'bound') ?? []);
    const addresses = [...new Set(leases.map(({ address }) => address))].filter((one) => one !== undefined);
    if (addresses.length < LEASES_OF_ONE_CARD) continue;
    const asked = leases.map(({ opening }) => opening);
    if (asked[0]!.dhcp!.text(OPTION.userClass)?.includes(REMOTE_ACCESS)) continue;
    const { label } = client;
    yield {
      id: 'address-churn',
      severity: 'warning',
      subject: label,
      frames: asked.slice(0, MOST_FRAMES).map(({ frame }) => frame),
      detail: () => ({
        title: `${label} takes ${count(addresses.length, 'lease')} under ${count(kept.length, 'client identifier')}`,
        explanation: `The hardware address is one, but the client identifier (option 61) is another one each time. The server knows a client by its identifier, so it gives each an address (${list(addresses.map(ip), 3)}). None is given back, so the pool fills with the leases of one card.`,
        causes: ranked(
          cause('likely', 'The client makes up a new identifier each time it asks, or each time it starts'),
          cause(
            'possible',
            'Containers or virtual machines share the card (ipvlan), or a dial-in server asks for its callers',
          ),
          cause('possible', 'A load test, or an attack on the pool'),
        ),
        steps: [
          `Find the device: \`show mac address-table address ${label}\`, and let its DHCP client keep one identifier.`,
          ...withoutIdentifiers(),
        ],
        reference: 'RFC 2131 §2, §4.2',
      }),
    };
  }
};

/** How a changed identifier explains that a message is refused; undefined if the client kept its identifier. */
export function changedIdentityCause(exchange: Exchange, world: World): Cause | undefined {
  const change = identityChanges(world).get(exchange);
  return change && changeCause(change);
}

const changeCause = ({ message, before }: IdentityChange): Cause =>
  withFinding(
    'client-id-changed',
    [message.frame, before.frame],
    cause(
      'likely',
      'The client changed its client identifier, so the server takes it for another client',
      `the ${where(before)} has ${identifierText(before)}, the ${where(message)} has ${identifierText(message)}`,
    ),
  );

/** The server gave one hardware address a lease under another identifier, and does not answer it under this one. */
export function otherIdentityCause(client: Client, run: readonly Message[], world: World): Cause | undefined {
  const [first] = run;
  const before = first && leaseAsAnother(client, first.time, world);
  const asked = before?.messages.find(({ fromClient }) => fromClient);
  if (!before || !asked || !first.timed || identifierText(asked) === identifierText(first)) return undefined;
  return cause(
    'likely',
    'The client asks under another client identifier than before: the server takes it for another client, and the address that this card has is not free for that one',
    `${where(asked)} has ${identifierText(asked)}${before.address === undefined ? '' : `, and ${ip(before.address)} was given for it`}`,
    `${where(first)} has ${identifierText(first)}, and gets no answer`,
  );
}

export const sameIdentifierSteps = (): Step[] => [
  'Let firmware, boot loader and system of the client send the same client identifier (option 61), or enter the new one in the reservation.',
  ...withoutIdentifiers(),
];

/** The address that a request is about; 0 or undefined if it names none. */
const addressOf = ({ dhcp }: Message): number | undefined => dhcp.ciaddr || dhcp.ip(OPTION.requested);

function goesOnWith(message: Message): string {
  const address = addressOf(message);
  return address ? `the lease of ${ip(address)}` : 'the same transaction';
}

/** The identifier of a message; undefined if it has none that identifies a client (RFC 2132 §9.14). */
function idOf({ dhcp }: Message): string | undefined {
  const id = dhcp.option(OPTION.clientId);
  return id && id.length > 1 ? id.hex() : undefined;
}

function identifierText(message: Message): string {
  const id = idOf(message);
  return id === undefined ? 'no client identifier' : `client identifier ${shortened(id)}`;
}

/** The hex digits of an identifier, cut to the length that a reader can compare. */
const shortened = (digits: string): string => {
  // Type 0 is a name that somebody chose (RFC 2132 §9.14).
  const text = /^00(?:[2-7][0-9a-f]){2,32}$/.test(digits)
    ? String.fromCharCode(
        ...digits
          .slice(2)
          .match(/../g)!
          .map((octet) => parseInt(octet, 16)),
      )
    : '';
  return `${digits.length > 64 ? `${digits.slice(0, 64)}…` : digits}${text === '' ? '' : ` (“${printable(text)}”)`}`;
};
