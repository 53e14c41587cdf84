/** A client that is nothing but our encoder and decoder: its messages go out by a UDP socket in the host's namespace (perl holds it). */
import { ipv4ToText, parseHex } from '../../src/codec/bytes';
import { encodeMessage4, Message4, type MessageSpec4, type OptionSpec4 } from '../../src/codec/dhcpv4';
import { encodeMessage6, Message6, type OptionSpec6 } from '../../src/codec/dhcpv6';
import { hex } from '../../src/codec/bytes';
import type { Host } from './net';

/** Sends one datagram (hex) and prints the first that comes back. 1/6 is SO_BROADCAST, 1/25 SO_BINDTODEVICE, 10 AF_INET6. */
const EXCHANGE = `
socket(S, 2, 2, 17); setsockopt(S, 1, 6, pack("l", 1)); setsockopt(S, 1, 25, "eth0\\0"); bind(S, pack("S n x12", 2, 68)) or die $!;
send(S, pack("H*", $ARGV[0]), 0, pack("S n C4 x8", 2, 67, 255, 255, 255, 255)) or die $!;`;
const EXCHANGE6 = `
open(I, "/sys/class/net/eth0/ifindex"); $i = <I>;
socket(S, 10, 2, 17); setsockopt(S, 1, 25, "eth0\\0"); bind(S, pack("S n N x16 L", 10, 546, 0, 0)) or die $!;
send(S, pack("H*", $ARGV[0]), 0, pack("S n N H32 L", 10, 547, 0, "ff020000000000000000000000010002", $i)) or die $!;`;
const ANSWER = `
vec($r, fileno(S), 1) = 1; select($r, undef, undef, 8) or die "no answer\\n"; recv(S, $m, 9000, 0); print unpack("H*", $m);`;

async function exchange(host: Host, program: string, message: Uint8Array): Promise<Uint8Array> {
  const answer = parseHex(await host.shell(`perl -e '${program}${ANSWER}' ${hex(message)}`));
  if (!answer) throw new Error('the socket gave no hex');
  return answer;
}

/** Takes a lease by DHCPv4. Throws where a reply is not the one that is due. */
export async function ourLease(host: Host, chaddr: string): Promise<void> {
  // The kernel has no address yet: replies come by broadcast, from an address that it has no route to.
  await host.shell('for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done');
  const ask = (options: readonly OptionSpec4[]): Promise<Uint8Array> => {
    const wants = { code: 55, data: [1, 3, 6, 15] };
    const message: MessageSpec4 = { chaddr, xid: 0x67000067, flags: 0x8000, options: [...options, wants] };
    return exchange(host, EXCHANGE, encodeMessage4(message));
  };
  const read = (octets: Uint8Array, type: number): Message4 => {
    const message = Message4.read(octets, 0, octets.length);
    if (message.messageType() !== type) throw new Error(`the server answers with type ${message.messageType()}`);
    return message;
  };
  const name = { code: 12, data: 'learner-laptop' };
  const offer = read(await ask([{ code: 53, data: 1 }, name]), 2);
  const address = ipv4ToText(offer.yiaddr);
  const server = ipv4ToText(offer.ip(54) ?? 0);
  const ack = read(
    await ask([{ code: 53, data: 3 }, { code: 50, data: address }, { code: 54, data: server }, name]),
    5,
  );
  if (ack.yiaddr !== offer.yiaddr) throw new Error('the ACK gives another address than the OFFER');
}

/** Takes a lease by DHCPv6. Throws where a reply is not the one that is due. */
export async function ourLease6(host: Host, address: string): Promise<void> {
  // A link-local address is there as soon as the link is.
  await host.shell(
    'for i in 1 2 3 4 5 6 7 8 9; do ip -6 address show dev eth0 | grep -q fe80 && break; sleep 0.2; done',
  );
  const client: OptionSpec6 = { code: 1, value: { type: 3, hardware: 1, address } };
  const common: OptionSpec6[] = [client, { code: 8, value: 0 }, { code: 6, value: [23, 24] }];
  const ask = async (type: string, options: OptionSpec6[], due: string): Promise<Message6> => {
    const message = encodeMessage6({ type, xid: type === 'SOLICIT' ? 0x670001 : 0x670002, options });
    const reply = Message6.read(await exchange(host, EXCHANGE6, message));
    if (reply.typeName !== due) throw new Error(`the server answers with ${reply.typeName}`);
    return reply;
  };
  const association = (options: OptionSpec6[]): OptionSpec6 => ({ code: 3, value: { iaid: 1, t1: 0, t2: 0, options } });
  const advertise = await ask('SOLICIT', [...common, association([])], 'ADVERTISE');
  const server: OptionSpec6 = { code: 2, hex: advertise.serverDuid() ?? '' };
  const offered = advertise.option(3)?.hex() ?? '';
  await ask('REQUEST', [...common, server, { code: 3, hex: offered }], 'REPLY');
}
