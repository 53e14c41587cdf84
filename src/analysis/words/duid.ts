/** The link-layer address that a DUID is made of, as colon hex (RFC 8415 §11.2, §11.4); undefined where it is made of something else. */
export function addressInDuid(duid: string): string | undefined {
  const address = /^(?:0001.{12}|0003.{4})((?:..)+)$/.exec(duid)?.[1];
  return address?.replace(/(..)(?=.)/g, '$1:');
}

/** Whom a DUID names: by its link-layer address where it is made of one, else its digits. What is no DUID stays as it is. */
export const nameOfDuid = (duid: string): string => addressInDuid(duid) ?? duid;
