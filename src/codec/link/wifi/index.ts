import { formatMac, u16, u16le, u32 } from '../../bytes';
import { cutHeader, HeaderFields, hexText, octetsText } from '../../header';
import { layerNode } from '../../tree';
import type { Layer, Walk } from '../../walk';
import { macText } from '../ethernet';
import { llc } from '../llc';
import {
  ADDRESSES,
  addressesAt,
  DATA,
  dataHeaderLength,
  FRAGMENT,
  FROM_DS,
  isAggregated,
  isOpen,
  ORDER,
  PROTECTED,
  QOS,
  RETRY,
  SEQUENCE,
  TO_DS,
  typeOf,
} from './layout';

/** IEEE 802.11 (section numbers of 802.11-2020). */

const TYPES = ['Management', 'Control', 'Data', 'Extension'];
/** What the preceding header says about the frame. */
export interface WifiFlags {
  /** The header is padded to a multiple of 4 octets (radiotap's data pad flag). */
  readonly padded?: boolean;
  /** Some vendors' CAPWAP swaps the octets of frame control and sequence control. */
  readonly mayBeSwapped?: boolean;
}

/** The parts of a header that may have swapped octets. */
interface Control {
  readonly frameControl: number;
  readonly sequence: number;
}

/** Reads frame control and sequence control. The octets from `at` up to `end` must hold at least the frame control field. */
function control(bytes: Uint8Array, at: number, end: number, mayBeSwapped: boolean): Control {
  const plain = u16le(bytes, at);
  const turned = u16(bytes, at);
  const swapped = mayBeSwapped && likeness(bytes, at, end, turned) > likeness(bytes, at, end, plain);
  const frameControl = swapped ? turned : plain;
  if (end - at < ADDRESSES) return { frameControl, sequence: 0 };
  const sequences = [u16le(bytes, at + SEQUENCE), u16(bytes, at + SEQUENCE)] as const;
  const [sequence, otherwise] = swapped ? [sequences[1], sequences[0]] : sequences;
  // If the body begins with LLC, the fragment number must be 0, so use whichever byte order gives 0.
  const first = mayBeSwapped && beginsWithSnap(bytes, at + dataHeaderLength(frameControl), end);
  const turns = first && (sequence & FRAGMENT) !== 0 && (otherwise & FRAGMENT) === 0;
  return { frameControl, sequence: turns ? otherwise : sequence };
}

/** Whether the octets begin with LLC and SNAP (RFC 1042), as all IP and ARP on 802.11 do. */
const beginsWithSnap = (bytes: Uint8Array, at: number, end: number): boolean =>
  end - at >= 4 && u32(bytes, at) >>> 8 === 0xaaaa03;

/**
 * The lowest subtype of management frames that may be encrypted: disassociation, authentication, deauthentication,
 * action (§12.2.7).
 */
const FIRST_PROTECTED = 10;

/** How plausible an 802.11 header is with this frame control: 0 impossible, 1 possible, 2 usual, 3 confirmed by the body. */
function likeness(bytes: Uint8Array, at: number, end: number, frameControl: number): number {
  const type = typeOf(frameControl);
  // The two low bits are the version, which is always 0 (§9.2.4.1.2).
  if ((frameControl & 3) !== 0 || type > DATA) return 0;
  if (isOpen(frameControl) && beginsWithSnap(bytes, at + dataHeaderLength(frameControl), end)) return 3;
  if (type !== 0) return 1;
  const flags = frameControl & 0xff00 & ~RETRY;
  return flags === 0 || (flags === PROTECTED && subtypeOf(frameControl) >= FIRST_PROTECTED) ? 2 : 1;
}

const subtypeOf = (frameControl: number): number => (frameControl >> 4) & 15;

/** Length of the header. Control frames have 16 octets, or 10 (§9.3.1: ACK and CTS); management frames have 24. */
function headerLength(frameControl: number): number {
  const type = typeOf(frameControl);
  if (type === DATA) return dataHeaderLength(frameControl);
  if (type === 1) return subtypeOf(frameControl) === 12 || subtypeOf(frameControl) === 13 ? 10 : 16;
  return type === 0 ? ADDRESSES : 2;
}

/** Walks an 802.11 frame. Data frames continue with LLC, unless they are encrypted or a later fragment. */
export function walkWifi(walk: Walk, at: number, end: number, flags: WifiFlags = {}): void {
  if (at >= end) return;
  const layer = flags.mayBeSwapped ? wifiSwapped : wifi;
  if (end - at < 2) {
    walk.linkHeader(layer, at, 2, end);
    return;
  }
  const { bytes } = walk;
  const { frameControl, sequence } = control(bytes, at, end, flags.mayBeSwapped === true);
  const plain = headerLength(frameControl);
  const length = flags.padded && typeOf(frameControl) === DATA ? (plain + 3) & ~3 : plain;
  if (!walk.linkHeader(layer, at, length, end)) return;
  // Only the first fragment begins with LLC.
  if (isOpen(frameControl) && (sequence & FRAGMENT) === 0)
    walk.to(isAggregated(bytes, at, frameControl) ? aggregated : llc, at + length, end);
}

/** Octets of a subframe's header in an A-MSDU: addresses and length (§9.3.2.2.2). */
const SUBFRAME_HEADER = 14;

/** The first subframe of an A-MSDU, whose addresses are used. The subframes after it are not followed. */
export const aggregated: Layer = {
  id: 'wlan_aggregate',
  name: 'IEEE 802.11 A-MSDU subframe',
  walk(walk, at, end) {
    const length = end - at >= SUBFRAME_HEADER ? u16(walk.bytes, at + 12) : 0;
    const payload = at + SUBFRAME_HEADER;
    const behind = Math.min(end, payload + length);
    if (walk.linkHeader(aggregated, at, SUBFRAME_HEADER, Math.max(behind, Math.min(end, payload)))) {
      walk.to(llc, payload, behind);
    }
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, SUBFRAME_HEADER, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const destination = fields.mac('Destination', 'wlan_aggregate.da', macText);
    const source = fields.mac('Source', 'wlan_aggregate.sa', macText);
    fields.number(2, 'Length', 'wlan_aggregate.length', octetsText);
    return layerNode(walk, index, `${source} → ${destination}`, fields.nodes);
  },
};

function controlOf(walk: Walk, index: number): Control {
  return control(walk.bytes, walk.atOf(index), walk.endOf(index), walk.layers[index] === wifiSwapped);
}

/** An address of 802.11 layer `index`; undefined if it is not a data frame, has no such address, or is cut. */
export function wifiAddress(walk: Walk, index: number, which: 'source' | 'destination' | 'bssid'): string | undefined {
  const at = walk.atOf(index);
  const have = walk.headerEndOf(index) - at;
  if (have < ADDRESSES) return undefined;
  const { frameControl } = controlOf(walk, index);
  const place = addressesAt(frameControl)[which];
  return typeOf(frameControl) === DATA && place >= 0 && have >= place + 6
    ? formatMac(walk.bytes, at + place)
    : undefined;
}

function makeWifi(): Layer {
  const layer: Layer = {
    id: 'wlan',
    name: 'IEEE 802.11',
    walk(walk, at, end) {
      walkWifi(walk, at, end);
    },
    network(walk, index) {
      const bssid = wifiAddress(walk, index, 'bssid');
      return bssid === undefined ? undefined : `BSSID ${bssid}`;
    },
    describe(walk, index, problems) {
      const short = cutHeader(walk, index, 2, problems);
      if (short) return short;
      const { frameControl, sequence } = controlOf(walk, index);
      const type = typeOf(frameControl);
      const cut = cutHeader(walk, index, headerLength(frameControl), problems);
      if (cut) return cut;
      const at = walk.atOf(index);
      const headerEnd = walk.headerEndOf(index);
      const fields = new HeaderFields(walk, at);
      const kind = `${TYPES[type]!} frame, subtype ${subtypeOf(frameControl)}`;
      const notes = [
        frameControl & TO_DS ? 'to the distribution system' : '',
        frameControl & FROM_DS ? 'from the distribution system' : '',
        frameControl & RETRY ? 'sent again' : '',
        frameControl & PROTECTED ? 'encrypted' : '',
      ].filter(Boolean);
      fields.text(2, 'Frame control', [`${hexText(frameControl)} (${kind})`, ...notes].join(', '), 'wlan.fc');
      if (type !== DATA) {
        fields.octets(headerEnd - fields.at, 'Rest of header');
        return layerNode(walk, index, kind, fields.nodes);
      }
      fields.text(2, 'Duration', String(u16le(walk.bytes, fields.at)), 'wlan.duration');
      const place = addressesAt(frameControl);
      const address = (): void => {
        const from = fields.at - at;
        if (from === place.destination) fields.mac('Destination', 'wlan.da', macText);
        else if (from === place.source) fields.mac('Source', 'wlan.sa', macText);
        else
          fields.mac(
            from === 4 ? 'Receiver' : from === 10 ? 'Transmitter' : 'BSS id',
            from === 16 ? 'wlan.bssid' : from === 4 ? 'wlan.ra' : 'wlan.ta',
          );
      };
      for (let i = 0; i < 3; i++) address();
      fields.text(2, 'Sequence control', `sequence ${sequence >> 4}, fragment ${sequence & 15}`, 'wlan.seq');
      if ((frameControl & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS)) address();
      if (frameControl & QOS) {
        const qos = u16le(walk.bytes, fields.at);
        const several = isAggregated(walk.bytes, at, frameControl) ? ', several frames in one (A-MSDU)' : '';
        fields.text(2, 'QoS control', `traffic identifier ${qos & 15}${several}`, 'wlan.qos');
        if (frameControl & ORDER) fields.octets(4, 'HT control', 'wlan.htc');
      }
      fields.octets(headerEnd - fields.at, 'Padding');
      const source = formatMac(walk.bytes, at + place.source);
      const destination = formatMac(walk.bytes, at + place.destination);
      return layerNode(
        walk,
        index,
        `${source} → ${destination}${frameControl & PROTECTED ? ', encrypted' : ''}`,
        fields.nodes,
      );
    },
  };
  return layer;
}

/** IEEE 802.11. */
export const wifi = makeWifi();
/** IEEE 802.11 with possibly swapped octets. */
const wifiSwapped = makeWifi();
