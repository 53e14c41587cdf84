import { prefixed, prefixedBy, sequence, struct } from './struct';
import { text, uint } from './scalar';
import { textOrOctets } from './text-or-octets';
import { atLeast, cannotEncode, exactly, opaque, type ValueType } from './type';

/** The location of a device, as a postal address or as coordinates. Used in both DHCPv4 and DHCPv6. */

/** Types of civic address elements (IANA “Civic Address Types”, RFC 4776 §3.4). */
export const CIVIC_TYPES: Readonly<Record<number, string>> = {
  0: 'Language',
  1: 'State or region',
  2: 'County',
  3: 'City',
  4: 'City district',
  5: 'Neighbourhood',
  6: 'Street (group)',
  16: 'Leading street direction',
  17: 'Trailing street suffix',
  18: 'Street suffix',
  19: 'House number',
  20: 'House number suffix',
  21: 'Landmark',
  22: 'Additional location',
  23: 'Name',
  24: 'Postal code',
  25: 'Building',
  26: 'Unit',
  27: 'Floor',
  28: 'Room',
  29: 'Place type',
  30: 'Postal community name',
  31: 'Post office box',
  32: 'Additional code',
  33: 'Seat',
  34: 'Primary road name',
  35: 'Road section',
  36: 'Branch road name',
  37: 'Sub-branch road name',
  38: 'Street name pre-modifier',
  39: 'Street name post-modifier',
  40: 'Extension',
  128: 'Script',
};

/** One element of a civic address: its type, then text preceded by its length. */
const civicElement = struct(
  'element',
  [
    { key: 'type', name: 'Element type', type: uint(1, { names: CIVIC_TYPES, name: 'element type' }) },
    { key: 'text', name: 'Element', type: prefixed(1, text(atLeast(0))), measure: prefixedBy(1) },
  ],
  { summary: (_, values) => `${values['type']} ${values['text']}` },
);
const elementSize = (view: Parameters<ReturnType<typeof prefixedBy>>[0], at: number): number =>
  at + 2 > view.length ? 2 : 2 + view.u8(at + 1);
/** A civic address (RFC 4776 §3.1): what it describes, the country, then elements. */
export const civicAddress = struct('civic address', [
  {
    key: 'what',
    name: 'What',
    type: uint(1, {
      names: {
        0: 'location of the DHCP server',
        1: 'location of the network element closest to the client',
        2: 'location of the client',
      },
    }),
  },
  { key: 'country', name: 'Country', type: textOrOctets(exactly(2)) },
  { key: 'elements', name: 'Elements', type: sequence(civicElement, 'Element', { measure: elementSize, min: 0 }) },
]);

/**
 * A position (RFC 6225 §2.2.1, formerly RFC 3825): bit fields of 6, 34, 6, 34, 4, 6, 30, 2, 3 and 3 bits. Data:
 * latitude and longitude in degrees, altitude in the unit of its type, uncertainties (resolutions in the older option
 * 123) as sent.
 */
export const geoPosition: ValueType = {
  name: 'latitude, longitude, altitude',
  size: exactly(16),
  decode(view, context) {
    const all = BigInt(`0x${view.hex()}`);
    const take = (from: number, size: number): number =>
      Number((all >> BigInt(128 - from - size)) & ((1n << BigInt(size)) - 1n));
    const fixed = (from: number, size: number, fraction: number): number => {
      const raw = take(from, size);
      return (raw >= 2 ** (size - 1) ? raw - 2 ** size : raw) / 2 ** fraction;
    };
    const data = {
      latitudeUncertainty: take(0, 6),
      latitude: fixed(6, 34, 25),
      longitudeUncertainty: take(40, 6),
      longitude: fixed(46, 34, 25),
      altitudeType: take(80, 4),
      altitudeUncertainty: take(84, 6),
      altitude: fixed(90, 30, 8),
      version: take(120, 2),
      reserved: take(122, 3),
      datum: take(125, 3),
    };
    const units: Readonly<Record<number, string>> = { 1: 'm', 2: 'floors' };
    const datums: Readonly<Record<number, string>> = { 1: 'WGS 84', 2: 'NAD 83 / NAVD 88', 3: 'NAD 83 / MLLW' };
    const height = units[data.altitudeType] ? `${data.altitude} ${units[data.altitudeType]!}` : 'no altitude';
    const value = `${data.latitude}, ${data.longitude}, ${height}`;
    const key = context.key;
    return {
      data,
      value,
      children: [
        view.field(0, 5, 'Latitude', `${data.latitude}° (uncertainty ${data.latitudeUncertainty})`, {
          key: `${key}.latitude`,
        }),
        view.field(5, 5, 'Longitude', `${data.longitude}° (uncertainty ${data.longitudeUncertainty})`, {
          key: `${key}.longitude`,
        }),
        view.field(
          10,
          5,
          'Altitude',
          `${height} (type ${data.altitudeType}, uncertainty ${data.altitudeUncertainty})`,
          { key: `${key}.altitude` },
        ),
        view.field(
          15,
          1,
          'Version and datum',
          `version ${data.version}, ${datums[data.datum] ?? `datum ${data.datum}`}`,
          { key: `${key}.datum` },
        ),
      ],
    };
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode('a position', data);
    let all = 0n;
    const put = (name: string, size: number, fraction = 0): void => {
      const value = data[name] ?? 0;
      if (typeof value !== 'number') return cannotEncode('a position', data);
      const raw = Math.round(value * 2 ** fraction);
      const low = fraction > 0 ? -(2 ** (size - 1)) : 0;
      const high = fraction > 0 ? 2 ** (size - 1) : 2 ** size;
      if (!(raw >= low && raw < high)) return cannotEncode('a position', data);
      all = (all << BigInt(size)) | (BigInt(raw) & ((1n << BigInt(size)) - 1n));
    };
    put('latitudeUncertainty', 6);
    put('latitude', 34, 25);
    put('longitudeUncertainty', 6);
    put('longitude', 34, 25);
    put('altitudeType', 4);
    put('altitudeUncertainty', 6);
    put('altitude', 30, 8);
    put('version', 2);
    put('reserved', 3);
    put('datum', 3);
    return opaque.encode(all.toString(16).padStart(32, '0'));
  },
};
