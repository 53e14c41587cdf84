import { append } from '../append';
import type { Data, Problem } from '../field';
import { readsAsText, readTextOrOctets, writeTextOrOctets } from './text-or-octets';
import { atLeast, decodeValue, within, type Context, type ValueType } from './type';
import type { View } from '../view';

/*
 * Option codes with more than one meaning. Codes 128 to 223 were for site-specific use until RFC 3942 reclaimed them
 * for assignment, and telephones and boot programs still use them as before. Some later codes have their registered
 * meaning only in the messages of the RFC that defines them.
 */

/** Whether octets that do not fit the registered type belong to another use. */
export type OtherUse = (view: View, context: Context) => boolean;

/** Text, for registered types that are binary. Administrators set it for telephones, thin clients or boot programs. */
export const asText: OtherUse = (view) => readsAsText(view);

const isWritten = (data: Data): boolean =>
  typeof data === 'string' ||
  (data !== null && typeof data === 'object' && !Array.isArray(data) && typeof data.hex === 'string');

/**
 * A value of `type` for option `code`, unless it does not fit the type and `isOther` says that it belongs to another use. In that case
 * there is no problem, and it is shown as text or octets. Data: as for `type`; otherwise a string, or `{hex}`.
 */
export function otherwise(type: ValueType, code: number, isOther: OtherUse, size = atLeast(1)): ValueType {
  return {
    ...type,
    size,
    decode(view, context) {
      const problems: Problem[] = [];
      const own = decodeValue(type, view, within(context, context.key, problems), `Option ${code}`, { option: code });
      if (problems.length === 0) return own;
      if (isOther(view, context)) return readTextOrOctets(view);
      append(context.problems, problems);
      return { ...own, data: { hex: view.hex() } };
    },
    encode: (data) => (isWritten(data) ? writeTextOrOctets(data) : type.encode(data)),
  };
}
