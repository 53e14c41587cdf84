import { encodeBody6, type MessageSpec6 } from './body';
import { OPTIONS6 } from './options';

export type { MessageSpec6, OptionSpec6 } from './body';

/**
 * Writes a message. What `messageSpec6` says of a decoded message without damage gives its octets again. Throws RangeError where
 * a value is not one of its option's type: that is the caller's mistake.
 */
export function encodeMessage6(spec: MessageSpec6): Uint8Array {
  return encodeBody6(spec, OPTIONS6);
}
