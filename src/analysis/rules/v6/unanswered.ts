import { SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import type { Cause } from '../../finding';
import type { Client6, Note6 } from '../../conversations/v6model';
import { refusalCause6 } from '../../evidence/refusals';
import { putFirst } from '../../words/difference';
import { linkText } from '../../words/links';
import { count, frames, list, span } from '../../words/words';
import { push, type IcmpError, type World } from '../../evidence/world';

/* `v6-no-reply`: one finding a client, and one a link where it is the link that has no DHCPv6. */

/** Messages of one kind that a client sent in vain. */
export interface Silent6 {
  readonly client: Client6;
  readonly type: number;
  readonly sent: readonly Note6[];
}

/** So many clients of one link that nobody answers are told as one. */
const MANY = 4;

/** What is known of DHCPv6 on a link. */
interface LinkFacts {
  /** An ADVERTISE or REPLY was seen. */
  answers: boolean;
  /** Something else than SOLICITs speaks DHCPv6, or of it. */
  hints: boolean;
  /** A frame of a router advertisement with flag M, and of one without. */
  managed?: number;
  unmanaged?: number;
}

/** By link: what is known of DHCPv6 there. */
function linkFacts(world: World): (link: string) => LinkFacts {
  const facts = new Map<string, LinkFacts>();
  const of = (link: string): LinkFacts => {
    let one = facts.get(link);
    if (!one) facts.set(link, (one = { answers: false, hints: false }));
    return one;
  };
  for (const { notes } of world.conversations6.exchanges)
    for (const { link, type, answer, relayed } of notes) {
      if (answer) of(link).answers = true;
      if (type !== SOLICIT || relayed) of(link).hints = true;
    }
  for (const { link } of world.relayed6) of(link).hints = true;
  for (const { link, quotedPort } of world.icmpErrors) if (quotedPort === 547) of(link).hints = true;
  for (const { link, frame, managed } of world.advertisements)
    if (managed) of(link).managed ??= frame;
    else of(link).unmanaged ??= frame;
  return of;
}

/** Drafts about all who ask in vain. */
export function* noReplies(silent: readonly Silent6[], world: World): Generator<Draft> {
  if (silent.length === 0) return;
  const factsOf = linkFacts(world);
  // A capture of DHCPv6 alone was filtered for it: somebody misses it. Windows asks on every link, and nobody misses anything.
  const filtered = (world.protocols.get('dhcpv6') ?? 0) >= world.facts.frames;
  const calm = new Map<string, Silent6[]>();
  const deaf = new Map<string, Silent6[]>();
  for (const one of silent) {
    const { link } = one.sent[0]!;
    const { answers, hints, managed, unmanaged } = factsOf(link);
    if (one.type !== SOLICIT || answers) yield aboutClient(one, world);
    else if (managed === undefined && (unmanaged !== undefined || (!hints && !filtered))) push(calm, link, one);
    else push(deaf, link, one);
  }
  for (const [link, asking] of calm) yield notOffered(link, asking, factsOf(link).unmanaged, world);
  for (const [link, asking] of deaf) {
    if (asking.length >= MANY) yield aboutLink(link, asking, world);
    else for (const one of asking) yield aboutClient(one, world);
  }
}

/** Where, in words; nothing where clients ask on one link only. */
function onLink(link: string, { conversations6 }: World): string {
  const several = conversations6.exchanges.some(({ notes }) => notes.length > 0 && notes[0]!.link !== link);
  return several ? ` on ${linkText(link)}` : '';
}

/** Clients that ask for DHCPv6 where nothing says that there is any. */
function notOffered(link: string, asking: readonly Silent6[], advertisement: number | undefined, world: World): Draft {
  const all = asking.flatMap(({ sent }) => sent.flatMap((note) => note.frames));
  return {
    id: 'v6-no-reply',
    severity: 'info',
    subject: `link ${link}`,
    frames: advertisement === undefined ? all : [...all, advertisement],
    detail: () => ({
      title: `${count(asking.length, 'client')} ${asking.length === 1 ? 'asks' : 'ask'} for DHCPv6${onLink(link, world)}, and no server answers`,
      explanation:
        `${list(asking.map(({ client }) => client.label))} sent SOLICIT (${frames(all)}), and this capture shows no ADVERTISE or REPLY. ` +
        (advertisement === undefined
          ? 'Nothing but these SOLICITs hints at DHCPv6 on this link: no server, no relay, and no router advertisement with flag M.'
          : `The router advertisement in frame ${advertisement} has flag M not set: addresses are not given by DHCPv6 here.`),
      causes: ranked(
        cause(
          'likely',
          'The network has no DHCPv6 on purpose, and clients ask all the same (Windows does on every link)',
          advertisement !== undefined && `flag M is not set in frame ${advertisement}`,
        ),
        cause('possible', 'A DHCPv6 server is meant to be here and is not reached, and the router lacks flag M'),
      ),
      steps: [
        'Where DHCPv6 is not wanted, nothing need be done.',
        'Where it is: set flag M on the router: `AdvManagedFlag on;` (radvd), `ipv6 nd managed-config-flag` (Cisco IOS), `enable-ra` (dnsmasq).',
      ],
      reference: 'RFC 4861 §4.2; RFC 8415 §18.2.1',
    }),
  };
}

/** Many clients of a link on which nobody is answered. */
function aboutLink(link: string, asking: readonly Silent6[], world: World): Draft {
  return {
    id: 'v6-no-reply',
    severity: 'error',
    subject: `link ${link}`,
    frames: asking.flatMap(({ sent }) => sent.flatMap((note) => note.frames)),
    detail: () => ({
      title: `No answer by DHCPv6 for any of ${asking.length} clients${onLink(link, world)}`,
      explanation: `${count(asking.length, 'client')} (${list(asking.map(({ client }) => client.label))}) sent SOLICIT${onLink(link, world)} (${frames(asking.map(({ sent }) => sent[0]!.frame))}), and this capture shows no ADVERTISE or REPLY to any of them.`,
      causes: causesOf(asking[0]!, world),
      steps: STEPS,
      reference: 'RFC 8415 §15, §18.2',
    }),
  };
}

function aboutClient(silent: Silent6, world: World): Draft {
  const { client, type, sent } = silent;
  return {
    id: 'v6-no-reply',
    severity: 'error',
    subject: client.label,
    frames: sent.flatMap((note) => note.frames),
    detail: () => {
      const name = messageType6(type);
      const packet = world.packets.get(sent[0]!.index);
      return {
        title: `${client.label} sends ${count(sent.length, name, `${name}s`)} and gets no answer`,
        explanation: `The client sent ${name} ${count(sent.length, 'time')} (${frames(sent.map((note) => note.frame))}${sent.length > 1 ? `, within ${span(sent[sent.length - 1]!.time - sent[0]!.time)}` : ''}) from ${packet.source ?? '?'} to ${packet.destination ?? '?'}, and this capture shows no ${type === SOLICIT ? 'ADVERTISE or REPLY' : 'REPLY'} to it.`,
        causes: causesOf(silent, world),
        steps: STEPS,
        reference: 'RFC 8415 §15, §18.2',
      };
    },
  };
}

/** Weighs why nobody answers. */
function causesOf({ sent }: Silent6, world: World): Cause[] {
  const answering = world.once(answeringIn);
  const relayed = sent.some((note) => note.relayed);
  const there = answering.size > 0;
  const weighed = ranked(
    cause(
      there ? 'unlikely' : 'likely',
      'No DHCPv6 server or relay listens on this link',
      there ? `${list([...answering])} answers in this capture` : 'no server answers any client in this capture',
    ),
    cause(
      there ? 'likely' : 'possible',
      'The server has no addresses for this client’s link, or a filter keeps the client out',
    ),
    cause(
      'possible',
      'A firewall blocks UDP 547 to the server, or UDP 546 back to the client; or the switch drops the multicast ff02::1:2 (MLD snooping, DHCPv6 guard)',
    ),
    relayed && cause('possible', 'The server does not reply to the relay'),
    cause(
      'possible',
      'The network has no DHCPv6 on purpose (only router advertisements), and the client asks all the same',
    ),
  );
  const refusal = refusalCause6(refusalsOf(sent, world));
  return refusal ? putFirst(refusal, weighed) : weighed;
}

/** ICMPv6 errors that quote a datagram from where these messages came from to where they went. */
function refusalsOf(sent: readonly Note6[], world: World): IcmpError[] {
  const ways = new Set<string>();
  for (const { index } of sent.slice(0, 64)) {
    const { source, destination } = world.packets.get(index);
    ways.add(`${source ?? ''} ${destination ?? ''}`);
  }
  return refusals6(world).filter(({ quotedSource, quotedDestination }) =>
    ways.has(`${quotedSource} ${quotedDestination}`),
  );
}

/** ICMPv6 errors about datagrams to DHCPv6 servers and relays. */
export const refusals6 = (world: World): readonly IcmpError[] =>
  world.icmpErrors.filter(({ version, type, quotedPort }) => version === 6 && type === 1 && quotedPort === 547);

const STEPS: readonly advice.Step[] = [
  advice.stepFor(
    'system',
    'linux',
    'Linux, on the server',
    '`ss -lunp "sport = :547"` shows which program listens on UDP port 547.',
  ),
  ...advice.settings({
    dhcpd: '`dhcpd -6 -t -cf /etc/dhcp/dhcpd6.conf`, `subnet6 PREFIX { range6 FIRST LAST; }`',
    kea: '`kea-dhcp6 -t /etc/kea/kea-dhcp6.conf`; `"interface": "eth0"` in the `"subnet6"` entry of a link of its own, `"relay"` for another',
    dnsmasq: '`dhcp-range=::100,::1ff,constructor:eth0,64,12h` and `enable-ra`',
    windows: '`Get-DhcpServerv6Scope`, `Get-DhcpServerv6Binding`',
    ios: '`show ipv6 dhcp pool`, `ipv6 dhcp server NAME` or `ipv6 dhcp relay destination SERVER` on the interface',
  }),
  ...advice.openPorts6(),
];

/** The servers that answer anybody, in the order in which they are seen. */
function answeringIn({ conversations6 }: World): ReadonlySet<string> {
  return new Set(conversations6.exchanges.flatMap(({ server }) => server ?? []));
}
