import { uint } from './scalar';
import type { ValueType } from './type';
import { struct } from './struct';

const fields = struct('port set', [
  { key: 'offset', name: 'PSID offset', type: uint(1, { unit: 'bits' }) },
  { key: 'psidLength', name: 'PSID length', type: uint(1, { unit: 'bits' }) },
  { key: 'psid', name: 'PSID', type: uint(2, { hex: true }) },
]);

/** Offset and size in bits of the PSID field. */
const PSID_AT = 2;
const PSID_BITS = 16;

/**
 * The ports that a client may use of a shared IPv4 address (RFC 7598 §4.5, RFC 7618 §9). The PSID is the first
 * `psidLength` bits of its field (“the first k bits on the left”). The tree shows it as a number before the field's
 * octets. Data: an object; `psid` is the whole field.
 */
export const portParameters: ValueType = {
  ...fields,
  decode(view, context) {
    const decoded = fields.decode(view, context);
    const length = view.u8(1);
    // With length 0 the field must be ignored; a length above 16 bits is impossible.
    if (length === 0 || length > PSID_BITS || !decoded.children) return decoded;
    const psid = view.u16(PSID_AT) >>> (PSID_BITS - length);
    return {
      ...decoded,
      children: decoded.children.map((field) =>
        field.name === 'PSID' ? { ...field, text: `${psid} (${field.text})` } : field,
      ),
    };
  },
};
