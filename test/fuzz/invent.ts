/** What happens in an invented network: exchanges as they should be and as they should not, each by name. All choices come from the random numbers given. */
import { concat, encodeText } from '../../src/codec/bytes';
import { ipOption, raw, textOption } from '../analysis/build';
import { datagram4, type Around } from '../lab/frame';
import { ACTS6 } from './invent6';
import { arpFrame, BROADCAST, fragmented, icmpFrame, inVxlan, quote } from './packets';
import type { Random } from './random';
import { macOf, octets, Story, type Client, type Sent, type Server } from './story';

export type Act = (story: Story) => void;

const NOBODY = '00:00:00:00:00:00';
const [DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM, FORCERENEW] = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** The client's own unicast to a server. */
const unicast = (client: Client, server: Server): Partial<Around> => ({
  ethDestination: server.mac,
  source: client.address,
  destination: server.address,
});

function bind(story: Story, client: Client, server: Server): void {
  const { random } = story;
  const xid = story.xid();
  const address = random.once(10) ? `10.67.${random.below(256)}.${random.below(256)}` : client.address;
  const options = server.lease;
  story.ask(client, DISCOVER, { xid });
  if (random.once(12)) return;
  for (const other of random.once(2) ? story.servers : [server])
    story.reply(other, client, OFFER, { xid, yiaddr: other === server ? address : '10.67.0.77', options: other.lease });
  if (random.once(12)) return;
  story.ask(client, REQUEST, { xid, options: [ipOption(50, address), ipOption(54, server.address)] });
  if (random.once(12)) return;
  const given = random.once(20) ? '10.67.0.66' : address;
  story.reply(server, client, random.once(10) ? NAK : ACK, { xid, yiaddr: given, options });
}

/** Frames that have been seen are seen again: at once, late, often. */
function again(story: Story, times: number): void {
  const { frames, random } = story;
  if (frames.length === 0) return;
  const from = random.below(frames.length);
  const some = frames.slice(from, from + 1 + random.below(4));
  for (let i = 0; i < times; i++) for (const { bytes } of some) story.add(bytes);
}

function tftp(story: Story, opcode: number, rest: Uint8Array, back: boolean): void {
  const client = story.client();
  const server = story.server();
  const own = 2000 + story.random.below(4);
  const there = opcode === 1 || opcode === 2 ? 69 : 30_000 + story.random.below(3);
  const payload = concat([Uint8Array.of(0, opcode), rest]);
  const ends = back
    ? { ethSource: server.mac, ethDestination: client.mac, source: server.address, destination: client.address }
    : { ethSource: client.mac, ...unicast(client, server) };
  const ports = back ? { sourcePort: there, destinationPort: own } : { sourcePort: own, destinationPort: there };
  story.add(datagram4(payload, { ...ends, ...ports }), client.vlans);
}

const ACTS4: Readonly<Record<string, Act>> = {
  'a lease'(story) {
    bind(story, story.client(), story.server());
  },
  silence(story) {
    const client = story.client();
    const xid = story.xid();
    const type = story.random.pick([DISCOVER, REQUEST, INFORM]);
    for (let i = story.random.below(8); i >= 0; i--)
      story.ask(client, type, { xid, ciaddr: type === INFORM ? client.address : '0.0.0.0' }).wait(4000 * i);
  },
  'a renewal'(story) {
    const [client, server, { random }] = [story.client(), story.server(), story];
    const xid = story.xid();
    story.wait(random.pick([10, 60_000, 1_800_000, 3_600_000]));
    const rebinding = random.once(3);
    for (let i = random.below(3); i >= 0; i--)
      story.ask(
        client,
        REQUEST,
        { xid, ciaddr: client.address },
        rebinding ? { source: client.address } : unicast(client, server),
      );
    if (!random.once(3))
      story.reply(
        server,
        client,
        random.once(6) ? NAK : ACK,
        { xid, ciaddr: client.address, yiaddr: client.address, options: server.lease },
        { ethDestination: client.mac, destination: client.address },
      );
  },
  'an address asked for again'(story) {
    const [client, server, xid] = [story.client(), story.server(), story.xid()];
    story.ask(client, REQUEST, { xid, options: [ipOption(50, client.address)] });
    if (!story.random.once(3))
      story.reply(server, client, story.random.once(2) ? NAK : ACK, {
        xid,
        yiaddr: client.address,
        options: server.lease,
      });
  },
  INFORM(story) {
    const [client, server, xid] = [story.client(), story.server(), story.xid()];
    story.ask(client, INFORM, { xid, ciaddr: client.address }, { source: client.address });
    if (!story.random.once(2))
      story.reply(server, client, ACK, {
        xid,
        ciaddr: client.address,
        options: server.lease.filter(({ code }) => code !== 51),
      });
  },
  'RELEASE or DECLINE'(story) {
    const [client, server, { random }] = [story.client(), story.server(), story];
    const options = [ipOption(54, server.address), ipOption(50, client.address)];
    if (random.once(2))
      story.ask(client, RELEASE, { ciaddr: client.address, options: options.slice(0, 1) }, unicast(client, server));
    else {
      if (random.once(2))
        story.add(
          arpFrame({
            operation: 2,
            senderMac: macOf(9, 1),
            senderIp: client.address,
            targetMac: client.mac,
            targetIp: '0.0.0.0',
          }),
          client.vlans,
        );
      story.ask(client, DECLINE, { options });
    }
  },
  'a type that nobody knows'(story) {
    const [client, { random }] = [story.client(), story];
    const type = random.once(8) ? 0 : random.once(3) ? 9 + random.below(10) : 19 + random.below(237);
    const xid = story.xid();
    if (random.once(2)) story.ask(client, type, { xid });
    if (random.once(2))
      story.reply(story.server(), client, type, { xid, yiaddr: client.address, options: story.server().lease });
  },
  'FORCERENEW or LEASEQUERY'(story) {
    const [client, server] = [story.client(), story.server()];
    if (story.random.once(2)) story.reply(server, client, FORCERENEW, { xid: story.xid() });
    else
      story.ask(
        client,
        10,
        { ciaddr: client.address, giaddr: '10.67.8.1' },
        { source: '10.67.8.1', destination: server.address, sourcePort: 67 },
      );
  },
  BOOTP(story) {
    const [client, server, xid] = [story.client(), story.server(), story.xid()];
    story.ask(client, undefined, { xid, file: 'boot' });
    if (!story.random.once(2)) story.reply(server, client, 0, { xid, yiaddr: client.address, file: 'boot/image' });
  },
  PXE(story) {
    const [client, server, { random }] = [story.client(), story.server(), story];
    const xid = story.xid();
    const pxe = textOption(60, 'PXEClient');
    story.ask(client, DISCOVER, { xid, options: [raw(93, '0007'), raw(97, `00${'ab'.repeat(16)}`)] });
    story.reply(server, client, OFFER, { xid, siaddr: server.address, options: [ipOption(54, server.address), pxe] });
    story.ask(client, REQUEST, { xid, ciaddr: client.address }, { ...unicast(client, server), destinationPort: 4011 });
    if (random.once(2))
      story.reply(
        server,
        client,
        ACK,
        { xid, ciaddr: client.address, file: 'grub.efi', options: [ipOption(54, server.address), pxe] },
        { sourcePort: 4011, destination: client.address },
      );
  },
  TFTP(story) {
    const { random } = story;
    const name = encodeText(random.pick(['boot/image', 'a\u001b[0m', '', 'x'.repeat(500)]));
    tftp(
      story,
      random.once(4) ? 2 : 1,
      concat([name, encodeText('\0octet\0'), random.once(2) ? encodeText('tsize\u00000\u0000') : new Uint8Array(0)]),
      false,
    );
    const answer = random.below(5);
    const rest =
      answer === 0
        ? encodeText('\0\u0001File not found\0')
        : answer === 1
          ? encodeText('blksize\u00001432\0')
          : Uint8Array.of(0, 1, 65, 66);
    tftp(story, [5, 6, 3, 4, random.below(256)][answer]!, rest, true);
    if (random.once(2)) tftp(story, random.pick([4, 5]), Uint8Array.of(0, 1), false);
  },
  RARP(story) {
    const client = story.client();
    for (let i = story.random.below(4); i >= 0; i--)
      story.add(
        arpFrame({
          operation: 3,
          senderMac: client.mac,
          senderIp: '0.0.0.0',
          targetMac: client.mac,
          targetIp: '0.0.0.0',
        }),
        client.vlans,
      );
    if (story.random.once(2))
      story.add(
        arpFrame({
          operation: 4,
          senderMac: story.server().mac,
          senderIp: story.server().address,
          targetMac: client.mac,
          targetIp: client.address,
        }),
        client.vlans,
      );
  },
  ARP(story) {
    const [client, { random }] = [story.client(), story];
    const others = [
      ...story.clients.map(({ mac }) => mac),
      ...story.servers.map(({ mac }) => mac),
      NOBODY,
      BROADCAST,
      macOf(9, random.below(4)),
    ];
    const places = [client.address, '0.0.0.0', '10.67.0.1', story.server().address, story.client().address];
    for (let i = random.below(6); i >= 0; i--)
      story.add(
        arpFrame({
          operation: random.once(12) ? random.below(65536) : 1 + random.below(2),
          senderMac: random.once(2) ? client.mac : random.pick(others),
          senderIp: random.pick(places),
          targetMac: random.pick(others),
          targetIp: random.pick(places),
        }),
        client.vlans,
      );
  },
  'ICMP about a frame'(story) {
    const { random, frames } = story;
    if (frames.length === 0) return;
    const about = random.pick(frames).bytes;
    const type = random.once(3) ? random.pick([0, 8, 4, 5, 11, 12, random.below(256)]) : 3;
    const code = random.once(3) ? random.below(256) : random.below(16);
    const length = random.pick([0, 20, 27, 28, 36, 300, 548, 1400]);
    const from = random.once(2) ? story.server().address : story.client().address;
    story.add(
      icmpFrame(type, code, quote(about, length), {
        ethSource: macOf(9, 2),
        source: from,
        destination: random.once(2) ? story.server().address : story.client().address,
      }),
    );
  },
  copies(story) {
    again(story, 1 + story.random.below(3));
  },
  'a storm'(story) {
    if (story.random.once(6)) again(story, 20 + story.random.below(100));
  },
  'a relay’s loop'(story) {
    const { random } = story;
    const client = story.client();
    const message = story.message(client, DISCOVER, { xid: story.xid() });
    const relay = random.once(2)
      ? undefined
      : random.pick([...story.relays, { mac: macOf(3, 9), address: '10.67.9.9' }]);
    const most = random.once(4) ? 255 : 1 + random.below(20);
    for (let hops = 1; hops <= most; hops += 1 + random.below(3))
      story.handOn(relay ?? { mac: macOf(3, hops), address: `10.67.${hops}.1` }, message, hops);
  },
  fragments(story) {
    const [client, server, { random }] = [story.client(), story.server(), story];
    const options = [...server.lease, raw(43, octets(random, 250)), raw(43, octets(random, 250))];
    const bytes = story.message(client, random.once(2) ? OFFER : ACK, {
      op: 2,
      xid: story.xid(),
      yiaddr: client.address,
      options,
    });
    const whole = datagram4(bytes, {
      ethSource: server.mac,
      source: server.address,
      sourcePort: 67,
      destinationPort: 68,
    });
    const pieces = fragmented(whole, 8 * (1 + random.below(60)), random.below(4));
    if (random.once(3)) pieces.reverse();
    if (random.once(3)) pieces.splice(random.below(pieces.length), 1);
    if (random.once(4)) pieces.push(random.pick([...pieces, whole]));
    for (const piece of pieces) story.add(piece, client.vlans);
  },
  'a tunnel'(story) {
    const { frames, random } = story;
    if (frames.length > 0) story.add(inVxlan(random.pick(frames).bytes, random.pick([0, 67, 0xffffff])));
  },
  'frames in another order'(story) {
    const { frames, random } = story;
    if (frames.length < 2) return;
    const a = random.below(frames.length);
    const b = random.below(frames.length);
    [frames[a], frames[b]] = [frames[b]!, frames[a]!];
  },
  'a damaged frame'(story) {
    const { frames, random } = story;
    if (frames.length === 0) return;
    const bytes = random.pick(frames).bytes.slice(0, random.once(3) ? 1 + random.below(400) : undefined);
    for (let i = random.below(3); i >= 0; i--)
      bytes[random.below(bytes.length)] = random.once(2) ? random.next() : random.pick([0, 255]);
    story.add(bytes);
  },
  'nothing of ours'(story) {
    const { random } = story;
    story.add(Uint8Array.from({ length: random.below(120) }, () => random.below(256)));
  },
  'a long silence'(story) {
    story.wait(story.random.pick([4000, 60_000, 86_400_000, 31_536_000_000]));
  },
};

export const ACTS: Readonly<Record<string, Act>> = { ...ACTS4, ...ACTS6 };
const NAMES = Object.keys(ACTS);

export interface Invented {
  /** In the order of the file, which is that of time only where time is as it should be. */
  readonly frames: readonly Sent[];
  /** What was done, in order. */
  readonly done: readonly string[];
}

/** Invents a network and what happens in it: some frames to some hundred. */
export function invent(random: Random): Invented {
  const story = new Story(random);
  const done: string[] = [];
  for (let left = 1 + random.below(random.once(10) ? 60 : 12); left > 0; left--) {
    const name = random.once(3) ? 'a lease' : random.pick(NAMES);
    ACTS[name]!(story);
    done.push(name);
  }
  return { frames: story.frames, done };
}
