import { u16 } from '../../codec/bytes';
import { readDhcp, readEthernet, readHardwareAddress, readIp, readTrailer, readUdp, type Octets } from '../../filter';
import { CARRIED } from './trafficFields';

/**
 * For a layer of a plain frame (Ethernet, IPv4, UDP, DHCP): the names of its fields,
 * where it begins and ends, and the reader of its fields.
 */
export type LayerOfPlain = readonly [
  name: RegExp,
  at: (ends: Ends) => number,
  end: (ends: Ends) => number,
  read: (octets: Octets) => void,
];

export const DHCP: LayerOfPlain = [/^dhcp\./, ({ dhcp }) => dhcp, ({ udpEnd }) => udpEnd, readDhcp];

/** The layers of plain frames. A field is read by the first one whose name pattern matches. */
const LAYERS: readonly LayerOfPlain[] = [
  [
    /^eth\.(?:padding|trailer)$/,
    ({ ipEnd }) => ipEnd,
    ({ end }) => end,
    (octets) => readTrailer(octets, octets.bytes.subarray(octets.at), octets.bytes.length),
  ],
  [/^eth\./, () => 0, () => ETHERNET, readEthernet],
  [/^ip\./, ({ ip }) => ip, ({ udp }) => udp, readIp],
  [/^udp\.payload$/, ({ dhcp }) => dhcp, ({ udpEnd }) => udpEnd, (octets) => octets.octets('udp.payload')],
  [/^udp\./, ({ udp }) => udp, ({ dhcp }) => dhcp, readUdp],
  [/^dhcp\.hw\./, ({ dhcp }) => dhcp, ({ udpEnd }) => udpEnd, readHardwareAddress],
  DHCP,
];

/** The octet ranges of the layers, without and with (`CARRIED`) their payload. */
export const OCTETS: Readonly<Record<string, (ends: Ends) => readonly [number, number]>> = {
  frame: ({ end }) => [0, end],
  eth: () => [0, ETHERNET],
  ip: ({ ip, udp }) => [ip, udp],
  udp: ({ udp, dhcp }) => [udp, dhcp],
  dhcp: ({ dhcp, udpEnd }) => [dhcp, udpEnd],
  [`eth${CARRIED}`]: ({ end }) => [0, end],
  [`ip${CARRIED}`]: ({ ip, ipEnd }) => [ip, ipEnd],
  [`udp${CARRIED}`]: ({ udp, udpEnd }) => [udp, udpEnd],
  [`frame${CARRIED}`]: ({ end }) => [0, end],
  [`dhcp${CARRIED}`]: ({ dhcp, udpEnd }) => [dhcp, udpEnd],
};

/** Where the layers of a plain frame begin and end. */
export interface Ends {
  readonly ip: number;
  readonly ipEnd: number;
  readonly udp: number;
  readonly udpEnd: number;
  readonly dhcp: number;
  readonly end: number;
}
/** Length in octets of the Ethernet header, the UDP header, and a VLAN tag. */
const ETHERNET = 14;
const UDP = 8;
const TAG = 4;

export function endsOf(bytes: Uint8Array, tagged: boolean): Ends {
  const end = bytes.length;
  const ip = ETHERNET + (tagged ? TAG : 0);
  const udp = ip + (bytes[ip]! & 15) * 4;
  const total = u16(bytes, ip + 2);
  const ipEnd = total >= udp - ip ? Math.min(end, ip + total) : end;
  return { ip, ipEnd, udp, udpEnd: Math.min(ipEnd, udp + u16(bytes, udp + 4)), dhcp: udp + UDP, end };
}

/** The layer that a field is read from; undefined if there is none. */
export const layerOf = (name: string): LayerOfPlain | undefined => LAYERS.find(([names]) => names.test(name));
