import { u16 } from '../../../codec/bytes';
import type { Stretch } from '../../scan/store';
import {
  ETHERNET,
  IP,
  readDhcp,
  readHardwareAddress,
  readTrailer,
  UDP,
  VLAN,
  type Header,
  type Octets,
} from '../../../filter';
import { CARRIED } from './trafficFields';

/** A layer of a plain frame (Ethernet, IPv4, UDP, DHCP): where it begins and ends, and the reader of its field `name`. */
export interface PlainLayer {
  readonly names: RegExp;
  at(ends: Ends): number;
  end(ends: Ends): number;
  read(octets: Octets, name: string, ends: Ends): void;
  /** How the fields of a header are read; undefined for what is no header. */
  readonly fields?: Header['fields'];
}

export const DHCP: PlainLayer = {
  names: /^dhcp\./,
  at: ({ dhcp }) => dhcp,
  end: ({ udpEnd }) => udpEnd,
  read: readDhcp,
};

/** The octets are those of the layer: none is cut off in a plain frame. */
const header = ({ fields }: Header): Pick<PlainLayer, 'read' | 'fields'> => ({
  fields,
  read: (octets, name) => fields[name]?.read(octets, name),
});

/** A field is read by the first layer whose name pattern matches. */
const LAYERS: readonly PlainLayer[] = [
  {
    names: /^(?:eth\.padding|(?:eth|vlan|ieee8021ah)\.trailer)$/,
    at: ({ ipEnd }) => ipEnd,
    end: ({ end }) => end,
    read: (octets, _name, { bytes, at, ip, ipEnd, end }) => {
      const owner = ip > at + ETHERNET.length ? 'vlan' : 'eth';
      readTrailer(octets, bytes.subarray(ipEnd, end), end - at, `${owner}.trailer`);
    },
  },
  { names: /^eth\./, at: ({ at }) => at, end: ({ at }) => at + ETHERNET.length, ...header(ETHERNET) },
  { names: /^vlan\./, at: ({ at }) => at + ETHERNET.length, end: ({ ip }) => ip, ...header(VLAN) },
  { names: /^ip\./, at: ({ ip }) => ip, end: ({ udp }) => udp, ...header(IP) },
  {
    names: /^udp\.payload$/,
    at: ({ dhcp }) => dhcp,
    end: ({ udpEnd }) => udpEnd,
    read: (octets) => octets.octets('udp.payload'),
  },
  { names: /^udp\./, at: ({ udp }) => udp, end: ({ dhcp }) => dhcp, ...header(UDP) },
  { ...DHCP, names: /^dhcp\.hw\./, read: readHardwareAddress },
  DHCP,
];

/** The octet ranges of the layers, without and with (`CARRIED`) their payload. */
export const OCTETS: Readonly<Record<string, (ends: Ends) => readonly [number, number]>> = {
  frame: ({ at, end }) => [at, end],
  eth: ({ at }) => [at, at + ETHERNET.length],
  vlan: ({ at, ip }) => [at + ETHERNET.length, ip],
  ip: ({ ip, udp }) => [ip, udp],
  udp: ({ udp, dhcp }) => [udp, dhcp],
  dhcp: ({ dhcp, udpEnd }) => [dhcp, udpEnd],
  [`eth${CARRIED}`]: ({ at, end }) => [at, end],
  [`vlan${CARRIED}`]: ({ at, end }) => [at + ETHERNET.length, end],
  [`ip${CARRIED}`]: ({ ip, ipEnd }) => [ip, ipEnd],
  [`udp${CARRIED}`]: ({ udp, udpEnd }) => [udp, udpEnd],
  [`frame${CARRIED}`]: ({ at, end }) => [at, end],
  [`dhcp${CARRIED}`]: ({ dhcp, udpEnd }) => [dhcp, udpEnd],
};

/** The octets of a plain frame, and where its layers begin and end among them. One object for all frames. */
export class Ends implements Stretch {
  bytes = new Uint8Array(0);
  at = 0;
  end = 0;
  ip = 0;
  ipEnd = 0;
  udp = 0;
  udpEnd = 0;
  dhcp = 0;

  /** Finds the layers, once the octets are there. */
  find(tagged: boolean): this {
    const { bytes, end } = this;
    const ip = (this.ip = this.at + ETHERNET.length + (tagged ? VLAN.length : 0));
    const udp = (this.udp = ip + (bytes[ip]! & 15) * 4);
    const total = u16(bytes, ip + 2);
    this.ipEnd = total >= udp - ip ? Math.min(end, ip + total) : end;
    this.udpEnd = Math.min(this.ipEnd, udp + u16(bytes, udp + 4));
    this.dhcp = udp + UDP.length;
    return this;
  }
}

/** The layer that a field is read from; undefined if there is none. */
export const layerOf = (name: string): PlainLayer | undefined => LAYERS.find(({ names }) => names.test(name));
