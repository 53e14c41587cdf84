import { encodeBody6, type MessageSpec6 } from './body';
import { OPTIONS6 } from './options';

export type { MessageSpec6, OptionSpec6 } from './body';

/**
 * Writes a message. The output of `messageSpec6` for an undamaged message gives the original octets. Throws RangeError
 * if a value is not of its option's type, which is the caller's mistake.
 */
export function encodeMessage6(spec: MessageSpec6): Uint8Array {
  return encodeBody6(spec, OPTIONS6);
}
