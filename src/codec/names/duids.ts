/* Readable names for DHCPv6 clients and servers. */

/** Most digits of an identifier that fit in a sentence. */
const MOST_DIGITS = 40;

/** The link-layer address in a DUID (RFC 9915 §11.2, §11.4), as colon hex; undefined if the DUID does not contain one. */
export function addressInDuid(duid: string): string | undefined {
  const digits = /^(?:0001.{12}|0003.{4})([0-9a-f]+)$/.exec(duid)?.[1];
  if (digits === undefined || digits.length > MOST_DIGITS) return undefined;
  return digits.replace(/(..)(?=.)/g, '$1:');
}

/**
 * A name for a DUID (hex digits): its link-layer address if it contains one, else `DUID 0004…`. Text that is not a DUID
 * is returned unchanged.
 */
export function nameOfDuid(duid: string): string {
  if (!/^[0-9a-f]{4,}$/.test(duid)) return duid;
  const digits = duid.length > MOST_DIGITS ? `${duid.slice(0, MOST_DIGITS)}…` : duid;
  return addressInDuid(duid) ?? `DUID ${digits}`;
}

/** As `nameOfDuid`, followed by the DUID itself, so that the reader can compare. */
export const nameAndDuid = (duid: string): string =>
  addressInDuid(duid) === undefined ? nameOfDuid(duid) : `${nameOfDuid(duid)} (DUID ${duid})`;
