/** What happens in an invented network over IPv6. */
import { concat, parseHex, parseIpv6 } from '../../src/codec/bytes';
import { RELAY_FORW, RELAY_REPL } from '../../src/codec/dhcpv6/message';
import { hex } from '../../src/codec/bytes';
import { datagram6, type Around } from '../lab/frame';
import { sampleOptions6 } from '../codec/table/samples';
import type { Act } from './invent';
import { icmp6Frame, quote } from './packets';
import { octets, type Client, type Server, type Story } from './story';

const [SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE, RECONFIGURE, INFORMATION] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
] as const;
const SAMPLES = sampleOptions6();

const h = (value: number, octetCount: number): string => value.toString(16).padStart(2 * octetCount, '0');
/** An option of DHCPv6 (RFC 8415 §21.1) as hex. */
const option = (code: number, value: string): string => h(code, 2) + h(value.length / 2, 2) + value;

const addressOf = (client: Client): string =>
  `20010db8${'0'.repeat(16)}${h(client.iaid % 0xffffffff, 4)}${'00000000'}`.slice(0, 32);

/** An association with an address, or with a status in its place (RFC 8415 §21.4, §21.6, §21.13). */
function association({ random }: Story, client: Client, inside: 'nothing' | 'address' | 'status'): string {
  const timers = random.once(8) ? h(random.next(), 4) + h(random.next(), 4) : '0000070800000b40';
  const lifetimes = random.once(8)
    ? random.pick(['0000000000000000', 'ffffffffffffffff', '00000e1000000001'])
    : '00000e1000001c20';
  const status = option(13, h(random.once(3) ? random.below(65536) : 2, 2));
  const parts = { nothing: '', address: option(5, addressOf(client) + lifetimes), status };
  return option(random.once(6) ? 25 : 3, h(client.iaid, 4) + timers + parts[inside]);
}

/** The octets of a message. */
function message(story: Story, type: number, xid: number, parts: readonly string[]): Uint8Array {
  const { random } = story;
  const odd = random.once(5)
    ? [
        option(
          random.once(4) ? random.below(65536) : random.pick(SAMPLES).code,
          random.once(2) ? octets(random, random.below(30)) : hex(random.pick(SAMPLES).octets),
        ),
      ]
    : [];
  const kept = parts.filter(() => !random.once(40));
  let out = parseHex(h(type, 1) + h(xid & 0xffffff, 3) + [...kept, ...odd].join(''))!;
  if (random.once(40)) out = out.slice(0, random.below(out.length + 1));
  if (random.once(40) && out.length > 0) out[random.below(out.length)] = random.next();
  return out;
}

/** The message in so many relay messages, one in the other. */
function relayed(message: Uint8Array, type: number, times: number, client: Client): Uint8Array {
  let out = message;
  for (let hops = 0; hops < times; hops++) {
    const addresses = [
      parseIpv6(hops === 0 ? '2001:db8:67::1' : '::')!,
      parseIpv6(hops === 0 ? client.linkLocal : `fe80::5:${hops}`)!,
    ];
    const about = parseHex(hops % 2 === 0 ? option(18, '6c6162') : '')!;
    out = concat([
      Uint8Array.of(type, hops & 255),
      ...addresses,
      about,
      Uint8Array.of(0, 9, out.length >> 8, out.length & 255),
      out,
    ]);
  }
  return out;
}

const fromClient = (client: Client): Partial<Around> => ({ ethSource: client.mac, source: client.linkLocal });
const fromServer = (server: Server, client: Client): Partial<Around> => ({
  ethSource: server.mac,
  ethDestination: client.mac,
  source: server.linkLocal,
  destination: client.linkLocal,
  sourcePort: 547,
  destinationPort: 546,
});
const BETWEEN: Partial<Around> = { source: '2001:db8:67::1', destination: '2001:db8::547', sourcePort: 547 };

function exchange(
  story: Story,
  client: Client,
  server: Server,
  asks: number,
  answers: number,
  both: readonly string[] = [],
): void {
  const { random } = story;
  const xid = random.next();
  const own = option(1, client.duid);
  const theirs = option(2, server.duid);
  const needsServer = [REQUEST, RENEW, RELEASE, DECLINE].includes(asks as 3);
  const inside = asks === SOLICIT || asks === INFORMATION ? 'nothing' : 'address';
  const asked = message(story, asks, xid, [
    own,
    ...(needsServer ? [theirs] : []),
    ...(asks === INFORMATION ? [] : [association(story, client, inside)]),
    option(8, '0000'),
    option(6, '00170018'),
    ...both,
  ]);
  const answered = message(story, answers, xid, [
    own,
    theirs,
    association(story, client, random.once(5) ? 'status' : 'address'),
    ...(random.once(8) ? [option(13, h(random.below(8), 2))] : []),
    ...both,
  ]);
  const relays = client.relay ? 1 + random.below(random.once(10) ? 40 : 2) : 0;
  for (let i = random.once(4) ? 1 + random.below(4) : 0; i >= 0; i--) {
    story.add(datagram6(asked, fromClient(client)), client.vlans);
    if (relays > 0)
      story.add(datagram6(relayed(asked, RELAY_FORW, relays, client), { ethSource: client.relay!.mac, ...BETWEEN }));
    if (i > 0) story.wait(1000);
  }
  if (random.once(5)) return;
  if (relays > 0)
    story.add(
      datagram6(relayed(answered, RELAY_REPL, relays, client), {
        ethSource: server.mac,
        source: BETWEEN.destination!,
        destination: BETWEEN.source!,
        sourcePort: 547,
      }),
    );
  if (relays === 0 || random.once(2)) story.add(datagram6(answered, fromServer(server, client)), client.vlans);
}

export const ACTS6: Readonly<Record<string, Act>> = {
  'a lease over IPv6'(story) {
    const [client, server, { random }] = [story.client(), story.server(), story];
    if (random.once(6)) return exchange(story, client, server, SOLICIT, REPLY, [option(14, '')]);
    exchange(story, client, server, SOLICIT, ADVERTISE);
    if (!random.once(6)) exchange(story, client, server, REQUEST, REPLY);
  },
  'another exchange over IPv6'(story) {
    exchange(
      story,
      story.client(),
      story.server(),
      story.random.pick([RENEW, REBIND, CONFIRM, RELEASE, DECLINE, INFORMATION]),
      REPLY,
    );
  },
  RECONFIGURE(story) {
    const [client, server] = [story.client(), story.server()];
    const bytes = message(story, RECONFIGURE, 0, [option(1, client.duid), option(2, server.duid), option(19, '05')]);
    story.add(datagram6(bytes, fromServer(server, client)), client.vlans);
  },
  'a type of DHCPv6 that nobody knows'(story) {
    const { random } = story;
    exchange(story, story.client(), story.server(), random.once(6) ? 0 : random.below(256), random.below(256));
  },
  'ICMPv6 about a frame'(story) {
    const { random, frames } = story;
    if (frames.length === 0) return;
    const about = quote(random.pick(frames).bytes, random.pick([8, 40, 48, 60, 1200]));
    const type = random.once(3) ? random.below(256) : 1;
    story.add(
      icmp6Frame(type, random.below(9), about, {
        source: story.server().linkLocal,
        destination: story.client().linkLocal,
      }),
    );
  },
};
