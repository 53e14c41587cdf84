import { append } from '../append';
import type { Data, Problem } from '../field';
import { readsAsText, readTextOrOctets, writeTextOrOctets } from './text-or-octets';
import { atLeast, decodeValue, within, type Context, type ValueType } from './type';
import type { View } from '../view';

/*
 * Option codes that mean different things to different makers. Codes 128 to 223 belonged to the sites until RFC 3942 took them back
 * for assignment, and telephones and boot programs go on using them as before; the later ones of an RFC are that only where its
 * messages are spoken.
 */

/** Whether octets that do not fit the registered type are of another use. */
export type OtherUse = (view: View, context: Context) => boolean;

/** Text where the registered type is binary: set by hand for telephones, thin clients or boot programs. */
export const asText: OtherUse = (view) => readsAsText(view);

const isWritten = (data: Data): boolean =>
  typeof data === 'string' ||
  (data !== null && typeof data === 'object' && !Array.isArray(data) && typeof data.hex === 'string');

/**
 * A value of `type`, unless it does not fit the type and `isOther` says that it is of another use: then nothing is wrong with it, and
 * it is shown as text or octets. Data: as of `type`; else a string, or `{hex}`.
 */
export function otherwise(type: ValueType, what: string, isOther: OtherUse, size = atLeast(1)): ValueType {
  return {
    ...type,
    size,
    decode(view, context) {
      const problems: Problem[] = [];
      const own = decodeValue(type, view, within(context, context.key, problems), what);
      if (problems.length === 0) return own;
      if (isOther(view, context)) return readTextOrOctets(view);
      append(context.problems, problems);
      return { ...own, data: { hex: view.hex() } };
    },
    encode: (data) => (isWritten(data) ? writeTextOrOctets(data) : type.encode(data)),
  };
}
