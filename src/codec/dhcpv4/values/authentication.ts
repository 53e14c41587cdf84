import type { Field } from '../../field';
import { atLeast, exactly, octets, struct, type ValueType } from '../../values';
import { named } from './basic';
import { readsAsText, readTextOrOctets } from '../../values/text-or-octets';

const authenticationFields = struct('authentication', [
  {
    key: 'protocol',
    name: 'Protocol',
    type: named({
      0: 'configuration token',
      1: 'delayed authentication',
      2: 'delayed authentication (obsolete)',
      3: 'reconfigure key',
    }),
  },
  { key: 'algorithm', name: 'Algorithm', type: named({ 0: 'none', 1: 'HMAC-MD5' }) },
  { key: 'rdm', name: 'Replay detection method', type: named({ 0: 'monotonically increasing value' }) },
  { key: 'replay', name: 'Replay detection', type: octets(exactly(8)) },
  { key: 'information', name: 'Authentication information', type: octets(atLeast(0)), optional: true },
]);

/**
 * Offset of the authentication information, and the lengths of its parts in delayed authentication: secret ID and
 * HMAC-MD5 (RFC 3118 §5.2).
 */
const INFORMATION_AT = 11;
const SECRET_ID = 4;
const HMAC_MD5 = 16;

/**
 * Authentication (RFC 3118 §2; protocol 3: RFC 6704 §3.1.2). For protocol 0 the tree shows the information as a plain-text
 * token (RFC 3118 §4), for protocol 1 its parts (§5.2). Data: an object; the information is hex digits, because keys
 * are not text.
 */
export const authentication: ValueType = {
  ...authenticationFields,
  decode(view, context) {
    const decoded = authenticationFields.decode(view, context);
    const information = view.sub(INFORMATION_AT);
    const [protocol, algorithm] = [view.u8(0), view.u8(1)];
    const extra = (field: Field): Field => {
      if (field.name !== 'Authentication information') return field;
      if (protocol === 0 && readsAsText(information)) return { ...field, text: readTextOrOctets(information).text! };
      if (protocol !== 1 || algorithm !== 1 || information.length !== SECRET_ID + HMAC_MD5) return field;
      const children = [
        information.field(0, SECRET_ID, 'Secret ID', `0x${information.hex(0, SECRET_ID)}`),
        information.field(SECRET_ID, HMAC_MD5, 'HMAC-MD5', information.hex(SECRET_ID, HMAC_MD5, ' ')),
      ];
      return { ...field, children };
    };
    return { ...decoded, ...(decoded.children ? { children: decoded.children.map(extra) } : {}) };
  },
};
