import { dhcpOptions } from '../codec/dhcpv4';
import { HOLED } from './holes4';

/** The rows as they are registered: the person may define an option anew, and then its values may break other rules. */
const REGISTERED = new Map(HOLED.map((code) => [code, dhcpOptions.get(code)]));

/** By option code: 1 where its value is a hole in a stencil. */
export function holedOptions(): Uint8Array {
  const holed = new Uint8Array(256);
  for (const code of HOLED) holed[code] = dhcpOptions.get(code) === REGISTERED.get(code) ? 1 : 0;
  return holed;
}
