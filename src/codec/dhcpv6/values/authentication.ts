import type { Field } from '../../field';
import { uint } from '../../values/scalar';
import { atLeast, exactly, octets, type ValueType } from '../../values/type';
import { readsAsText, readTextOrOctets } from '../../values/text-or-octets';
import { struct } from '../../values/struct';

const authenticationFields = struct('authentication', [
  {
    key: 'protocol',
    name: 'Protocol',
    type: uint(1, {
      names: {
        0: 'configuration token',
        1: 'delayed (obsolete)',
        2: 'delayed (obsolete)',
        3: 'reconfigure key',
        4: 'Split-DNS',
      },
    }),
  },
  { key: 'algorithm', name: 'Algorithm', type: uint(1, { names: { 0: 'configuration token', 1: 'HMAC-MD5' } }) },
  { key: 'rdm', name: 'Replay detection method', type: uint(1, { names: { 0: 'monotonic counter' } }) },
  { key: 'replay', name: 'Replay detection', type: octets(exactly(8)) },
  { key: 'information', name: 'Authentication information', type: octets(atLeast(0)) },
]);

/**
 * Offset of the authentication information, and the lengths of its last parts in delayed authentication: key ID and
 * HMAC-MD5, after the realm.
 */
const INFORMATION_AT = 11;
const KEY_ID = 4;
const HMAC_MD5 = 16;
const DELAYED = 2;

/**
 * Authentication (RFC 9915 §21.11). The information at the end depends on the protocol. For the reconfigure key
 * protocol it is one octet (1: key, 2: HMAC-MD5 digest) and 16 octets (§20.4.1). It stays hex digits, because keys are
 * not text. The tree shows its parts for delayed authentication, which RFC 8415 removed (RFC 3315 §21.4.1).
 */
export const authentication: ValueType = {
  ...authenticationFields,
  decode(view, context) {
    const decoded = authenticationFields.decode(view, context);
    const information = view.sub(INFORMATION_AT);
    const realm = information.length - KEY_ID - HMAC_MD5;
    if (view.u8(0) !== DELAYED || realm < 0) return decoded;
    const children: Field[] = [];
    if (realm > 0) {
      const name = information.sub(0, realm);
      const text = readsAsText(name) ? readTextOrOctets(name).text! : name.hex(0, realm, ' ');
      children.push(information.field(0, realm, 'DHCP realm', text));
    }
    children.push(
      information.field(realm, KEY_ID, 'Key ID', `0x${information.hex(realm, KEY_ID)}`),
      information.field(realm + KEY_ID, HMAC_MD5, 'HMAC-MD5', information.hex(realm + KEY_ID, HMAC_MD5, ' ')),
    );
    const split = (field: Field): Field =>
      field.name === 'Authentication information' ? { ...field, children } : field;
    return { ...decoded, ...(decoded.children ? { children: decoded.children.map(split) } : {}) };
  },
};
