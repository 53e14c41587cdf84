import { formatMac, u16, u16le } from '../bytes';
import { cutHeader, HeaderFields, hexText, octetsText } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { macText } from './ethernet';
import { llc } from './llc';
import {
  ADDRESSES,
  addressesAt,
  DATA,
  dataHeaderLength,
  FROM_DS,
  hasBody,
  isAggregated,
  ORDER,
  PROTECTED,
  QOS,
  RETRY,
  TO_DS,
  typeOf,
} from './wifiLayout';

/** IEEE 802.11 (section numbers of 802.11-2020). */

const TYPES = ['Management', 'Control', 'Data', 'Extension'];
/** What the header in front knew of the frame. */
export interface WifiFlags {
  /** The header is padded to a multiple of 4 octets (radiotap's data pad flag). */
  readonly padded?: boolean;
  /** CAPWAP of some makers swaps the octets of the frame control field. */
  readonly mayBeSwapped?: boolean;
}

/** The frame control field. The two low bits are the version, which is always 0: where they are not, the octets are swapped. */
function control(bytes: Uint8Array, at: number, mayBeSwapped: boolean): number {
  const value = u16le(bytes, at);
  return mayBeSwapped && (value & 3) !== 0 && (bytes[at + 1]! & 3) === 0 ? (bytes[at]! << 8) | bytes[at + 1]! : value;
}

const subtypeOf = (frameControl: number): number => (frameControl >> 4) & 15;

/** Control frames have 16 octets, or 10 (§9.3.1: ACK and CTS); management frames 24. */
function headerLength(frameControl: number): number {
  const type = typeOf(frameControl);
  if (type === DATA) return dataHeaderLength(frameControl);
  if (type === 1) return subtypeOf(frameControl) === 12 || subtypeOf(frameControl) === 13 ? 10 : 16;
  return type === 0 ? ADDRESSES : 2;
}

/** Walks an 802.11 frame; data frames that are neither encrypted nor a later fragment go on with LLC. */
export function walkWifi(walk: Walk, at: number, end: number, flags: WifiFlags = {}): void {
  if (at >= end) return;
  const layer = flags.mayBeSwapped ? wifiSwapped : wifi;
  if (end - at < 2) {
    walk.linkHeader(layer, at, 2, end);
    return;
  }
  const { bytes } = walk;
  const frameControl = control(bytes, at, flags.mayBeSwapped === true);
  const plain = headerLength(frameControl);
  const length = flags.padded && typeOf(frameControl) === DATA ? (plain + 3) & ~3 : plain;
  if (!walk.linkHeader(layer, at, length, end)) return;
  if (hasBody(bytes, at, frameControl))
    walk.to(isAggregated(bytes, at, frameControl) ? aggregated : llc, at + length, end);
}

/** Addresses and length of each frame of several in one (§9.3.2.2.2). */
const SUBFRAME_HEADER = 14;

/** The first of several frames in one (A-MSDU). Its addresses are the ones that count; what is behind it is not followed. */
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

function controlOf(walk: Walk, index: number): number {
  return control(walk.bytes, walk.atOf(index), walk.layers[index] === wifiSwapped);
}

/** Source or destination address of 802.11 layer `index`; undefined where it is no data frame, or is cut. */
export function wifiAddress(walk: Walk, index: number, which: 'source' | 'destination'): string | undefined {
  const at = walk.atOf(index);
  const have = walk.headerEndOf(index) - at;
  if (have < ADDRESSES) return undefined;
  const frameControl = controlOf(walk, index);
  const place = addressesAt(frameControl)[which];
  return typeOf(frameControl) === DATA && have >= place + 6 ? formatMac(walk.bytes, at + place) : undefined;
}

function makeWifi(): Layer {
  const layer: Layer = {
    id: 'wlan',
    name: 'IEEE 802.11',
    walk(walk, at, end) {
      walkWifi(walk, at, end);
    },
    describe(walk, index, problems) {
      const short = cutHeader(walk, index, 2, problems);
      if (short) return short;
      const frameControl = controlOf(walk, index);
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
        else fields.mac(from === 4 ? 'Receiver' : from === 10 ? 'Transmitter' : 'BSS id', from === 16 ? 'wlan.bssid' : from === 4 ? 'wlan.ra' : 'wlan.ta'); // prettier-ignore
      };
      for (let i = 0; i < 3; i++) address();
      const sequence = u16le(walk.bytes, fields.at);
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
/** IEEE 802.11 whose frame control octets may be swapped. */
const wifiSwapped = makeWifi();
