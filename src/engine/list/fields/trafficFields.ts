import { OVER_PORTS, type FieldDef, type FrameFields, type LayerTest, type Value } from '../../../filter';
import { Ends, type Traffic } from '../../scan/traffic';

const NONE: readonly Value[] = [];
const HERE: readonly Value[] = [1];

type Known = ReturnType<Traffic['known']>;
const port = (number: number): readonly Value[] => (number === 0 ? NONE : [number - 1]);
const ports = (protocol: Ends, ...columns: readonly ('sourcePort' | 'destinationPort')[]) => {
  return ({ columns: known, place }: Known): readonly Value[] =>
    known.ipv4[place] === protocol ? columns.flatMap((column) => port(known[column][place]!)) : NONE;
};

/** The fields that are known without reading the frame again. */
const READS: Readonly<Record<string, (known: Known) => readonly Value[]>> = {
  frame: () => HERE,
  eth: () => HERE,
  ip: () => HERE,
  tcp: ({ columns, place }) => (columns.ipv4[place] === Ends.tcp ? HERE : NONE),
  udp: ({ columns, place }) => (columns.ipv4[place] === Ends.udp ? HERE : NONE),
  'frame.number': ({ columns, place }) => [columns.number[place]!],
  'frame.len': ({ columns, place }) => [columns.wireLength[place]!],
  'frame.cap_len': ({ columns, place }) => [columns.length[place]!],
  'ip.src': ({ columns, place }) => [columns.source[place]!],
  'ip.dst': ({ columns, place }) => [columns.destination[place]!],
  'ip.addr': ({ columns, place }) => [columns.source[place]!, columns.destination[place]!],
  'tcp.srcport': ports(Ends.tcp, 'sourcePort'),
  'tcp.dstport': ports(Ends.tcp, 'destinationPort'),
  'tcp.port': ports(Ends.tcp, 'sourcePort', 'destinationPort'),
  'udp.srcport': ports(Ends.udp, 'sourcePort'),
  'udp.dstport': ports(Ends.udp, 'destinationPort'),
  'udp.port': ports(Ends.udp, 'sourcePort', 'destinationPort'),
};
/** Names of fields that a frame of Ethernet, IPv4 and TCP or UDP can have. */
const ITS = /^(?:frame|eth|llc|ip|tcp|udp)(?:[. ]|$)/;

const isIts = (name: string): boolean => ITS.test(name) || OVER_PORTS.has(name.replace(/ .*|\..*/, ''));

/**
 * The fields of plain frames that are not DHCP, from `Traffic`. The values are the
 * same as those that a `FrameReader` reads from the octets.
 */
export class TrafficFields implements FrameFields {
  private known: Known | undefined;

  constructor(private readonly traffic: Traffic) {}

  /** Whether all fields of a filter are available. */
  static hold(names: Iterable<string>): boolean {
    for (const name of names) if (isIts(name) && !READS[name] && !name.endsWith(CARRIED)) return false;
    return true;
  }

  /** Selects a frame; false if not all of it is known. */
  read(id: number): boolean {
    const known = (this.known = this.traffic.known(id));
    const ends: Ends = known.columns.ipv4[known.place]!;
    return ends === Ends.tcp || ends === Ends.udp;
  }

  values({ name }: FieldDef, layers?: LayerTest): readonly Value[] {
    if (layers && !layers(1, 1)) return NONE;
    return READS[name]?.(this.known!) ?? NONE;
  }
}

/** Suffix of the name for a protocol's octets together with its payload; only `contains` and `matches` read those. */
export const CARRIED = ' and what it carries';
