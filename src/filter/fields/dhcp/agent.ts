import type { Octets } from '../sink';
import { defineFields } from '../table';
import { AGENT_SUB_OPTIONS } from '../valueNames';

const PREFIX = 'dhcp.option.agent_information_option';

export const partFields = defineFields({
  [`${PREFIX}.suboption`]: ['uint8', AGENT_SUB_OPTIONS],
  [`${PREFIX}.value`]: 'bytes',
  [`${PREFIX}.agent_circuit_id`]: 'bytes',
  [`${PREFIX}.agent_remote_id`]: 'bytes',
  [`${PREFIX}.reserved`]: 'bytes',
  [`${PREFIX}.docsis_device_class`]: 'uint32',
  [`${PREFIX}.link_selection`]: 'ipv4',
  [`${PREFIX}.subscriber_id`]: 'string',
  [`${PREFIX}.radius_attributes`]: 'bytes',
  [`${PREFIX}.authentication`]: 'bytes',
  [`${PREFIX}.vi.enterprise`]: 'uint32',
  [`${PREFIX}.vi.data_length`]: 'uint8',
  [`${PREFIX}.flags`]: 'uint8',
  [`${PREFIX}.server_id_override`]: 'ipv4',
  [`${PREFIX}.relay_agent_id`]: 'bytes',
  [`${PREFIX}.ani_att`]: 'uint8',
  [`${PREFIX}.ani_network_name`]: 'string',
  [`${PREFIX}.ani_ap_name`]: 'string',
  [`${PREFIX}.ani_ap_bssid`]: 'ether',
  [`${PREFIX}.ani_operator_id`]: 'bytes',
  [`${PREFIX}.ani_operator_realm`]: 'string',
  [`${PREFIX}.link_selection_cisco`]: 'ipv4',
  [`${PREFIX}.vrf_name`]: 'string',
  [`${PREFIX}.server_id_override_cisco`]: 'ipv4',
});

type Form = 'octets' | 'text' | 'ipv4' | 'u32' | 'u8' | 'mac' | 'att';

/** Sub-options with a single field: by code, the field's name and how it is read. */
const FORMS: Readonly<Record<number, readonly [name: string, form: Form]>> = {
  1: ['agent_circuit_id', 'octets'],
  2: ['agent_remote_id', 'octets'],
  3: ['reserved', 'octets'],
  4: ['docsis_device_class', 'u32'],
  5: ['link_selection', 'ipv4'],
  6: ['subscriber_id', 'text'],
  7: ['radius_attributes', 'octets'],
  8: ['authentication', 'octets'],
  10: ['flags', 'u8'],
  11: ['server_id_override', 'ipv4'],
  12: ['relay_agent_id', 'octets'],
  13: ['ani_att', 'att'],
  14: ['ani_network_name', 'text'],
  15: ['ani_ap_name', 'text'],
  16: ['ani_ap_bssid', 'mac'],
  17: ['ani_operator_id', 'octets'],
  18: ['ani_operator_realm', 'text'],
  150: ['link_selection_cisco', 'ipv4'],
  151: ['vrf_name', 'text'],
  152: ['server_id_override_cisco', 'ipv4'],
};

/** Option 82 (RFC 3046 §2). */
export function readAgent(value: Octets): void {
  for (let at = 0; value.has(at, 2);) {
    const code = value.byte(at);
    const length = value.byte(at + 1);
    value.add(`${PREFIX}.suboption`, code);
    value.add('dhcp.option.suboption_length', length);
    if (!value.has(at + 2, length)) return;
    const part = value.part(at + 2, length);
    part.add(`${PREFIX}.value`, part.text());
    readSubOption(code, part);
    at += 2 + length;
  }
}

function readSubOption(code: number, part: Octets): void {
  if (code === 9) return readVendor(part);
  const form = FORMS[code];
  if (!form) return;
  const name = `${PREFIX}.${form[0]}`;
  const { length } = part;
  switch (form[1]) {
    case 'octets':
      return part.octets(name);
    case 'text':
      return length > 0 ? part.string(name) : undefined;
    case 'ipv4':
    case 'u32':
      return length === 4 ? part.u32(name, 0) : undefined;
    case 'u8':
      return length === 1 ? part.u8(name, 0) : undefined;
    case 'att':
      return part.has(1) ? part.u8(name, 1) : undefined;
    case 'mac':
      return length === 6 ? part.fixed(name, 0, 6) : undefined;
  }
}

/** RFC 4243 §4: enterprise numbers, each with data. */
function readVendor(part: Octets): void {
  for (let at = 0; part.has(at, 5);) {
    const length = part.byte(at + 4);
    part.u32(`${PREFIX}.vi.enterprise`, at);
    part.u8(`${PREFIX}.vi.data_length`, at + 4);
    if (!part.has(at + 5, length)) return;
    part.octets(`${PREFIX}.value`, at + 5, length);
    at += 5 + length;
  }
}
