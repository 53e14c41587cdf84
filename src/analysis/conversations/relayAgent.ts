import type { Dhcp } from '../../ledger/packet';
import { OPTION } from './names';

/** Option 82, which a relay adds (RFC 3046 §2.0): a list of sub-options, each with a code, a length and a value. */

export const SUB_OPTION = {
  circuitId: 1,
  remoteId: 2,
  /** RFC 3527, and the number that Cisco used before it and still uses by default. */
  linkSelection: 5,
  ciscoLinkSelection: 150,
  /** RFC 5107, and the number that Cisco used before it. */
  serverIdOverride: 11,
  ciscoServerIdOverride: 152,
  /** RFC 8357: the relay expects replies on the port it sent from, not on port 67. */
  sourcePort: 19,
} as const;

/** A message, or one packet that shows it. */
interface Carrier {
  readonly dhcp?: Dhcp | undefined;
}

/** The value of the first sub-option with one of these codes; undefined if there is none or the option is damaged before it. */
export function subOption(message: Carrier, ...codes: readonly number[]): Uint8Array | undefined {
  const octets = message.dhcp!.option(OPTION.relayAgent)?.octets();
  if (!octets) return undefined;
  for (let at = 0; at + 2 <= octets.length; at += 2 + octets[at + 1]!) {
    const end = at + 2 + octets[at + 1]!;
    if (end > octets.length) return undefined;
    if (codes.includes(octets[at]!)) return octets.subarray(at + 2, end);
  }
  return undefined;
}

/** The address that selects the scope instead of giaddr. */
export const linkSelection = (message: Carrier): number | undefined =>
  addressIn(message, SUB_OPTION.linkSelection, SUB_OPTION.ciscoLinkSelection);

/** The address that tells the server which network the client is in (RFC 2131 §4.3.1, RFC 3527, RFC 3011); 0 if no relay says it. */
export const scopeSelector = (message: Carrier): number =>
  linkSelection(message) ?? message.dhcp!.ip(OPTION.subnetSelection) ?? message.dhcp!.giaddr;

/** The address that the relay wants to stand in option 54 instead of the server's own (RFC 5107 §4). */
export const serverIdOverride = (message: Carrier): number | undefined =>
  addressIn(message, SUB_OPTION.serverIdOverride, SUB_OPTION.ciscoServerIdOverride);

function addressIn(message: Carrier, ...codes: readonly number[]): number | undefined {
  const value = subOption(message, ...codes);
  if (value?.length !== 4) return undefined;
  return ((value[0]! << 24) | (value[1]! << 16) | (value[2]! << 8) | value[3]!) >>> 0;
}

/**
 * The switch that wrote option 82 in the default form of Cisco’s DHCP snooping, which other vendors copied: a circuit id of VLAN, module
 * and port (type 0, length 4), and a remote id with the switch’s own hardware address (type 0, length 6). Undefined for other forms.
 */
export function snoopingSwitch(packet: Carrier & { readonly ethSource?: string | undefined }): string | undefined {
  const circuit = subOption(packet, SUB_OPTION.circuitId);
  const remote = subOption(packet, SUB_OPTION.remoteId);
  if (circuit?.length !== 6 || circuit[0] !== 0 || circuit[1] !== 4) return undefined;
  if (remote?.length !== 8 || remote[0] !== 0 || remote[1] !== 6) return undefined;
  const mac = Array.from(remote.subarray(2), (octet) => octet.toString(16).padStart(2, '0')).join(':');
  return mac === packet.dhcp!.chaddr || mac === packet.ethSource ? undefined : mac;
}
