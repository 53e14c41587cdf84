import { parseHex } from '../../../codec/bytes';
import { OPTION, type Message } from '../../conversations/model';

/** Which of two partners serves a client: load balancing by a hash of the client's identity (RFC 3074). */

/** The mixing table of RFC 3074 §6. */
const MIXING = parseHex(
  'fbaf77d7510e4fbf6731b58fba9d00e81f20373c983a11edae46a090dc5a39df3b03128c6fa6cbc486f37c5fdeb3c541' +
    'b430240f6b2ee982a51e7ba1d1176110285bdb3d640ad26dfa7f168a1d6cf443cf09b2cc4a627ef9a774224dc1c87905' +
    '14714723800db65e19e2e3c74b1b29f5e6e02be1b11a9b96d48eda73f149586927723effc0c991d6a89edd949a7a0c54' +
    '52a32c8be4eccdf2d90bbb929f4056efc32a6ac67670b8ac5702ad75b0e5f7fd89b963a466932d42e7348dd3c2cef6ee' +
    '386e4ef83ff0bd5d5c3335b713ab48322168654508fc53784c875536ca7dbcd560eb88d0a281be849c262f0107fe1804' +
    'd88359151c8525999550aa4406a9ea97',
)!;

/** The hash of RFC 3074 §6 over a client identifier, or over chaddr if there is none. */
export function loadBalanceHash(key: Uint8Array): number {
  let hash = key.length & 255;
  for (let i = key.length - 1; i >= 0; i--) hash = MIXING[hash ^ key[i]!]!;
  return hash;
}

/** The half of the hash that a client falls into: 0 up to 127, 1 above (partners split it in the middle). */
export function halfOf({ dhcp }: Message): 0 | 1 {
  const id = dhcp.option(OPTION.clientId);
  const key = id?.octets() ?? parseHex(dhcp.chaddr.replaceAll(':', '')) ?? new Uint8Array(0);
  return loadBalanceHash(key) < 128 ? 0 : 1;
}
