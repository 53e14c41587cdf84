import { analyse, type Analysis, type AnalysisLimits, type Finding, type Settings } from '../../src/analysis';
import type { CaptureFacts, Packet, Packets } from '../../src/analysis/conversations/packet';
import { parseIpv4 } from '../../src/codec/bytes';
import { checkMessage4 } from '../../src/codec/dhcpv4/decode';
import { encodeMessage4, type MessageSpec4, type OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { Message4 } from '../../src/codec/dhcpv4/message';
import { checkMessage6 } from '../../src/codec/dhcpv6/decode';
import { Message6 } from '../../src/codec/dhcpv6/message';
import type { Problem } from '../../src/codec/field';
import { LedgerMessage4 } from '../../src/ledger/ledgerMessage4';
import { Ledger4 } from '../../src/ledger/message4';
import { Ledger6, LedgerMessage6 } from '../../src/ledger/message6';
import { Interned } from '../../src/ledger/interned';

/** Builds captures in memory: messages by our encoder, one packet a call, in the order of the calls. */

export const CLIENT = '02:00:00:00:00:01';
export const SERVER_MAC = '02:00:00:00:00:fe';
export const ROUTER_MAC = '02:00:00:00:00:aa';
export const SERVER = '10.0.0.1';
export const ADDRESS = '10.0.0.50';

const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';
const ipHex = (address: string): string => parseIpv4(address)!.toString(16).padStart(8, '0');
const hex32 = (n: number): string => n.toString(16).padStart(8, '0');

/** An option by its octets. */
export const raw = (code: number, hex: string): OptionSpec4 => ({ code, hex });
export const ipOption = (code: number, ...addresses: string[]): OptionSpec4 => raw(code, addresses.map(ipHex).join(''));
export const u32Option = (code: number, n: number): OptionSpec4 => raw(code, hex32(n));
export const textOption = (code: number, text: string): OptionSpec4 => raw(code, Buffer.from(text).toString('hex'));

/** Where and when a message was seen; what is left out is as an ordinary client or server does it. */
export interface Seen {
  readonly at: number;
  readonly link?: string;
  readonly ethSource?: string;
  readonly ethDestination?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly cut?: number;
  readonly problems?: readonly Problem[];
  readonly noChecksum?: boolean;
  readonly sentHere?: boolean;
}

export type Spec = Partial<Omit<MessageSpec4, 'options'>> & { readonly options?: readonly OptionSpec4[] };

export class Build {
  readonly packets: Packet[] = [];
  /** Octets of the last DHCPv4 message. */
  last = new Uint8Array(0);
  private readonly dhcp4 = new Ledger4(new Interned());
  private readonly dhcp6 = new Ledger6(new Interned());

  private push(
    packet: Omit<Packet, 'frame' | 'file' | 'timed' | 'cut' | 'problems' | 'payloadLength' | 'link'> & Partial<Packet>,
  ): number {
    const frame = this.packets.length + 1;
    const link = packet.link ?? '0';
    const vlans = /(?<=\/)\d+(\/\d+)*$/.exec(link)?.[0];
    this.packets.push({ file: 0, timed: true, cut: 0, problems: [], payloadLength: 0, vlans, ...packet, link, frame });
    return frame;
  }

  /** Any DHCPv4 message; gives its frame number. */
  dhcp(type: number | undefined, spec: Spec, seen: Seen): number {
    const options = [
      ...(type === undefined ? [] : [raw(53, type.toString(16).padStart(2, '0'))]),
      ...(spec.options ?? []),
    ];
    const bytes = encodeMessage4({ chaddr: CLIENT, xid: 0x1234, ...spec, options });
    return this.octets(bytes, seen, type === undefined ? 'bootp' : 'dhcp');
  }

  /** A message by its octets. */
  octets(bytes: Uint8Array, seen: Seen, protocol: 'dhcp' | 'bootp' = 'dhcp'): number {
    const message = Message4.read(bytes, 0, bytes.length);
    const problems: Problem[] = [...(seen.problems ?? [])];
    checkMessage4(message, problems, seen.cut ?? 0);
    this.last = bytes.slice();
    const dhcp = new LedgerMessage4(this.dhcp4, this.dhcp4.add(message));
    const request = dhcp.op !== 2;
    return this.push({
      time: seen.at,
      link: seen.link ?? '0',
      ethSource: seen.ethSource ?? (request ? dhcp.chaddr : SERVER_MAC),
      ethDestination: seen.ethDestination ?? (seen.destination ? (request ? SERVER_MAC : dhcp.chaddr) : BROADCAST_MAC),
      source: seen.source ?? (request ? '0.0.0.0' : SERVER),
      destination: seen.destination ?? '255.255.255.255',
      sourcePort: seen.sourcePort ?? (request ? 68 : 67),
      destinationPort: seen.destinationPort ?? (request ? 67 : 68),
      protocol,
      dhcp,
      payloadLength: bytes.length,
      problems,
      cut: seen.cut ?? 0,
      noChecksum: seen.noChecksum ?? false,
      sentHere: seen.sentHere ?? false,
    });
  }

  discover(at: number, spec: Spec = {}, seen: Partial<Seen> = {}): number {
    return this.dhcp(1, { ...spec, options: [raw(55, '0103061c'), ...(spec.options ?? [])] }, { at, ...seen });
  }
  request(at: number, spec: Spec = {}, seen: Partial<Seen> = {}): number {
    return this.dhcp(
      3,
      { ...spec, options: spec.options ?? [ipOption(50, ADDRESS), ipOption(54, SERVER), raw(55, '0103061c')] },
      { at, ...seen },
    );
  }
  /** A renewing REQUEST, unicast. */
  renew(at: number, spec: Spec = {}, seen: Partial<Seen> = {}): number {
    return this.dhcp(
      3,
      { ciaddr: ADDRESS, ...spec, options: spec.options ?? [] },
      { at, source: ADDRESS, destination: SERVER, ...seen },
    );
  }
  offer(at: number, spec: Spec = {}, seen: Partial<Seen> = {}): number {
    return this.reply(2, at, spec, seen);
  }
  ack(at: number, spec: Spec = {}, seen: Partial<Seen> = {}): number {
    return this.reply(5, at, spec, seen);
  }
  nak(at: number, spec: Spec = {}, seen: Partial<Seen> = {}): number {
    return this.dhcp(6, { op: 2, ...spec, options: spec.options ?? [ipOption(54, SERVER)] }, { at, ...seen });
  }
  private reply(type: number, at: number, spec: Spec, seen: Partial<Seen>): number {
    return this.dhcp(type, { op: 2, yiaddr: ADDRESS, ...spec, options: spec.options ?? lease() }, { at, ...seen });
  }

  /** DISCOVER to ACK within 40 ms. */
  bind(at = 0, spec: Spec = {}, replies: Spec = {}, seen: Partial<Seen> = {}): number[] {
    return [
      this.discover(at, spec, seen),
      this.offer(at + 0.01, { ...spec, ...replies }, seen),
      this.request(at + 0.02, { ...spec, options: spec.options ?? taking(replies) }, seen),
      this.ack(at + 0.03, { ...spec, ...replies }, seen),
    ];
  }

  /** `ethSource`: who sends the frame, where that is not the sender that it names. */
  arp(
    at: number,
    operation: number,
    senderMac: string,
    senderIp: string,
    targetIp: string,
    link = '0',
    ethSource = senderMac,
    targetMac = operation > 2 ? senderMac : '00:00:00:00:00:00',
  ): number {
    return this.push({
      time: at,
      link,
      protocol: operation > 2 ? 'rarp' : 'arp',
      ethSource,
      arp: {
        operation,
        senderMac,
        senderIp: parseIpv4(senderIp)!,
        targetMac,
        targetIp: parseIpv4(targetIp)!,
      },
    });
  }

  icmp(
    at: number,
    code: number,
    source: string,
    quoted: NonNullable<NonNullable<Packet['icmp']>['quoted']>,
    ethSource?: string,
    more: { readonly type?: number; readonly mtu?: number } = {},
  ): number {
    return this.push({
      time: at,
      protocol: 'icmp',
      source,
      ...(ethSource === undefined ? {} : { ethSource }),
      destination: quoted.source,
      icmp: { version: 4, type: 3, code, quoted, ...more },
    });
  }

  tftp(
    at: number,
    source: string,
    destination: string,
    tftp: NonNullable<Packet['tftp']>,
    ports: readonly [number, number] = [2000, 69],
  ): number {
    return this.push({
      time: at,
      protocol: 'tftp',
      source,
      destination,
      sourcePort: ports[0],
      destinationPort: ports[1],
      tftp,
    });
  }

  /** A DHCPv6 message by its octets in hex. */
  v6(
    at: number,
    hex: string,
    seen: {
      source?: string;
      destination?: string;
      ethSource?: string;
      link?: string;
      destinationPort?: number;
      problems?: readonly Problem[];
      cut?: number;
    } = {},
  ): number {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    const message = Message6.read(bytes);
    const problems: Problem[] = [...(seen.problems ?? [])];
    checkMessage6(message, problems, 0);
    // RFC 9915 §7.2: clients listen on 546, servers and relays on 547.
    const toClient = [2, 7, 10].includes(message.type);
    const dhcpv6 = new LedgerMessage6(this.dhcp6, this.dhcp6.add(message));
    return this.push({
      time: at,
      protocol: 'dhcpv6',
      link: seen.link ?? '0',
      ...(seen.ethSource !== undefined ? { ethSource: seen.ethSource } : {}),
      source: seen.source ?? 'fe80::1',
      destination: seen.destination ?? 'ff02::1:2',
      ethSource: seen.ethSource,
      sourcePort: toClient || message.isRelay ? 547 : 546,
      destinationPort: seen.destinationPort ?? (toClient ? 546 : 547),
      dhcpv6,
      problems,
      cut: seen.cut ?? 0,
      payloadLength: bytes.length,
    });
  }

  /** An ICMPv6 message. */
  icmp6(at: number, icmp: Omit<NonNullable<Packet['icmp']>, 'version'>, source: string, ethSource?: string): number {
    const mac = ethSource !== undefined ? { ethSource } : {};
    return this.push({
      time: at,
      protocol: 'icmpv6',
      source,
      destination: 'ff02::1',
      ...mac,
      icmp: { version: 6, ...icmp },
    });
  }

  /** Analyses what was built. `until` is when the capture ends. */
  analyse(
    until?: number,
    settings: Partial<Settings> = {},
    facts: Partial<CaptureFacts> = {},
    limits?: AnalysisLimits,
  ): Analysis {
    const { packets } = this;
    const last = packets.reduce((latest, { time }) => Math.max(latest, time), 0);
    // Times since the epoch: 0 would mean that frames have none.
    const T0 = 1_700_000_000;
    const shifted: Packet[] = packets.map((packet) => ({ ...packet, time: packet.time + T0 }));
    const source: Packets = { count: shifted.length, get: (i) => shifted[i]! };
    return analyse(
      source,
      {
        frames: shifted.length,
        firstTime: T0,
        lastTime: T0 + (until ?? last),
        contents: new Map(),
        fileProblems: [],
        name: 'test.pcap',
        ...facts,
      },
      { authorisedServers: [], suppressed: [], ...settings },
      limits,
    );
  }
}

/** Options of an ordinary OFFER or ACK. */
export function lease(change: readonly OptionSpec4[] = []): OptionSpec4[] {
  const plain = [
    ipOption(54, SERVER),
    u32Option(51, 3600),
    ipOption(1, '255.255.255.0'),
    ipOption(3, SERVER),
    ipOption(6, SERVER),
  ];
  const codes = new Set(change.map((option) => option.code));
  return [...plain.filter((option) => !codes.has(option.code)), ...change].filter((option) => option.hex !== '');
}

/** Options of a REQUEST that takes an OFFER as it is. */
function taking({ yiaddr = ADDRESS, options = [] }: Spec): OptionSpec4[] {
  const server = options.find(({ code }) => code === 54) ?? ipOption(54, SERVER);
  return [ipOption(50, yiaddr), server, raw(55, '0103061c')];
}

/** `id severity subject frames`, one line a finding: what tests compare. */
export function lines(analysis: Analysis, ...ids: string[]): string[] {
  return analysis.findings
    .filter((finding) => ids.length === 0 || ids.includes(finding.id))
    .map((finding: Finding) => `${finding.id} ${finding.severity} ${finding.subject} ${finding.frames.join(',')}`);
}

/** The ids of all findings above info. */
export function alarms(analysis: Analysis): string[] {
  return analysis.findings.filter((finding) => finding.severity !== 'info').map((finding) => finding.id);
}
