/* What a reader knows clients and servers of DHCPv6 by. */

/** Digits of an identifier that a sentence has room for. */
const MOST_DIGITS = 40;

/** The link-layer address that a DUID is made of (RFC 9915 §11.2, §11.4), as colon hex; undefined where it is not made of one. */
export function addressInDuid(duid: string): string | undefined {
  const digits = /^(?:0001.{12}|0003.{4})([0-9a-f]+)$/.exec(duid)?.[1];
  if (digits === undefined || digits.length > MOST_DIGITS) return undefined;
  return digits.replace(/(..)(?=.)/g, '$1:');
}

/** Whom a DUID (hex digits) names: its link-layer address where it is made of one, else `DUID 0004…`. What is no DUID stays as it is. */
export function nameOfDuid(duid: string): string {
  if (!/^[0-9a-f]{4,}$/.test(duid)) return duid;
  const digits = duid.length > MOST_DIGITS ? `${duid.slice(0, MOST_DIGITS)}…` : duid;
  return addressInDuid(duid) ?? `DUID ${digits}`;
}

/** The same with the DUID itself behind it, for a reader who compares. */
export const nameAndDuid = (duid: string): string =>
  addressInDuid(duid) === undefined ? nameOfDuid(duid) : `${nameOfDuid(duid)} (DUID ${duid})`;
