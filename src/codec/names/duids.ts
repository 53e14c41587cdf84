/* Readable names for DHCPv6 clients and servers. */

/** Most digits of an identifier that fit in a sentence. */
const MOST_DIGITS = 40;
const HEX_DIGITS = /^[0-9a-f]+$/;

/** The link-layer address in a DUID (RFC 9915 §11.2, §11.4), as colon hex; undefined if the DUID does not contain one. */
export function addressInDuid(duid: string): string | undefined {
  const from = duid.startsWith('0001') ? 16 : duid.startsWith('0003') ? 8 : Infinity;
  if (duid.length <= from || duid.length - from > MOST_DIGITS || !HEX_DIGITS.test(duid)) return undefined;
  let address = duid.slice(from, from + 2);
  for (let i = from + 2; i < duid.length; i += 2) address += `:${duid.slice(i, i + 2)}`;
  return address;
}

/**
 * A name for a DUID (hex digits): its link-layer address if it contains one, else `DUID 0004…`. Text that is not a DUID
 * is returned unchanged.
 */
export function nameOfDuid(duid: string): string {
  if (duid.length < 4 || !HEX_DIGITS.test(duid)) return duid;
  const digits = duid.length > MOST_DIGITS ? `${duid.slice(0, MOST_DIGITS)}…` : duid;
  return addressInDuid(duid) ?? `DUID ${digits}`;
}

/** As `nameOfDuid`, followed by the DUID itself, so that the reader can compare. */
export const nameAndDuid = (duid: string): string =>
  addressInDuid(duid) === undefined ? nameOfDuid(duid) : `${nameOfDuid(duid)} (DUID ${duid})`;
