import type { Field } from '../../../src/codec/field';
import type { TsharkField } from './pdml';

/** One field of tshark that we do not show in the same way at the same octets, with what we show there. */
export interface Difference {
  readonly their: TsharkField;
  /** Our fields at exactly these octets. */
  readonly ours: readonly Field[];
  /** Whether several fields of ours, one behind the other, cover exactly these octets. */
  readonly covered: boolean;
  /** Our smallest field that holds all these octets and others. */
  readonly around: Field | undefined;
}

/** A kind of difference that was looked at and found right on our side. */
export interface Accepted {
  /** tshark's name of the field. */
  readonly field: string;
  /** Innermost option that it stands in, where only that one is meant. */
  readonly option?: number;
  readonly when: (difference: Difference) => boolean;
  /** Why we are right: the words of the RFC, or what tshark does. tshark here is 4.0. */
  readonly reason: string;
}

const digits = (text: string): string => text.replace(/[^0-9a-f]/gi, '').toLowerCase();

/** tshark gives the octets without reading them; we show at least as much of them. */
const plainOctets = ({ their, ours, covered }: Difference): boolean =>
  digits(their.show) === their.hex && (ours.length > 0 || covered);

/** tshark prints as text what is no text; we show the octets. */
const octetsAsText = ({ their, ours }: Difference): boolean => ours.some((field) => digits(field.text) === their.hex);

/** Our field around these octets shows them in hex, with others. */
const octetsAround = ({ their, around }: Difference): boolean =>
  around !== undefined && digits(around.text).includes(their.hex);

const swapped = (number: number): number => ((number & 255) << 8) | (number >>> 8);
const otherOrder = ({ their, ours }: Difference): boolean =>
  ours.some((field) => parseInt(field.text) === swapped(Number(their.show)));

/** Octets that tshark 4.0 shows without reading them. */
const unread = (field: string, reason: string, option?: number): Accepted => ({
  field,
  ...(option === undefined ? {} : { option }),
  when: plainOctets,
  reason,
});

/** Options whose format tshark 4.0 does not know, and where it is defined. */
const UNKNOWN_TO_TSHARK: readonly (readonly [option: number, rfc: string])[] = [
  [88, 'RFC 4280 §4.1'],
  [89, 'RFC 4280 §4.3'],
  [108, 'RFC 8925 §3.1, of 2020'],
  [109, 'RFC 8539 §7'],
  [139, 'RFC 5678 §2'],
  [140, 'RFC 5678 §3'],
  [141, 'RFC 6011 §4.1'],
  [143, 'RFC 8572 §8.1'],
  [144, 'RFC 6225 §2.2.1'],
  [147, 'RFC 8973 §5.2.1'],
  [148, 'RFC 8973 §5.2.2'],
  [162, 'RFC 9463 §5.1, of 2023'],
  [175, 'no RFC: iPXE’s own settings'],
  [211, 'RFC 5071 §6'],
  [213, 'RFC 5986'],
  [220, 'RFC 6656 §2'],
  [221, 'RFC 6607'],
];

const CABLELABS =
  'The format is not an RFC’s but CableLabs’ own (CL-SP-CANN-DHCP-Reg); we show the octets of the sub-option as they are.';
const AGENT = 'dhcp.option.agent_information_option';
const PXE = 'dhcp.option.vendor.pxeclient';

/** Every kind must still occur when the test runs, or the list is out of date. */
export const ACCEPTED: readonly Accepted[] = [
  ...UNKNOWN_TO_TSHARK.map(([option, rfc]) =>
    unread('dhcp.option.value', `tshark 4.0 does not read option ${option} (${rfc}) and shows its octets.`, option),
  ),
  ...['boot_servers', 'boot_menu', 'menu_prompt', 'boot_item'].map((name) =>
    unread(`${PXE}.${name}`, 'tshark shows the octets of the whole and its parts below; we show the parts.'),
  ),
  ...['boot_image_list', 'boot_image.desc'].map((name) =>
    unread(`dhcp.option.vendor.bsdp.${name}`, 'tshark shows the octets of images in a list; we show their parts.'),
  ),
  unread(
    'dhcp.option.vendor.value',
    'RFC 2132 §8.4: for more than one item “the vendor SHOULD encode the option using "Encapsulated vendor-specific options"”. ' +
      'We read it so where the octets fit from the first to the last, tshark only for the vendor classes that it knows.',
    43,
  ),
  unread('dhcp.option.vi.cl.option_request', 'A list of codes: tshark shows its octets, we each code.', 125),
  unread(
    `${AGENT}.agent_circuit_id`,
    'RFC 3046 §3.1 leaves the format to the relay; we read three that are common.',
    82,
  ),
  unread(
    `${AGENT}.agent_remote_id`,
    'RFC 3046 §3.2 leaves the format to the relay; we read three that are common.',
    82,
  ),
  unread(`${AGENT}.radius_attributes`, 'RFC 4014 §3: RADIUS attributes, which tshark shows as octets here.', 82),
  unread(`${AGENT}.authentication`, 'tshark does not read the fields of RFC 4030 §4.', 82),
  unread(`${AGENT}.relay_agent_id`, 'RFC 6925 §5: the value is a DUID, which tshark does not read here.', 82),
  unread(`${AGENT}.ani_operator_id`, 'RFC 7839 §4.4.1: a 32-bit enterprise number, which tshark shows as octets.', 82),
  unread(
    'dhcpv6.duid.bytes',
    'tshark shows a DUID’s octets, and its fields beside them; we show the fields (RFC 8415 §11).',
  ),
  {
    field: 'dhcp.secs',
    when: otherOrder,
    reason:
      'RFC 791 appendix B: “the most significant octet is transmitted first”. tshark guesses the other order where the number ' +
      'is then smaller, and says so; we show what stands there.',
  },
  {
    field: `${PXE}.mtftp_client_port`,
    when: otherOrder,
    reason:
      'RFC 2132 §2: “All multi-octet quantities are in network byte-order”, and so do servers write it (dhcpd: “unsigned ' +
      'integer 16”). tshark reads this port the other way round.',
  },
  {
    field: `${PXE}.mtftp_server_port`,
    when: otherOrder,
    reason: 'As the client’s port.',
  },
  {
    field: 'dhcp.file',
    when: ({ their, ours }) => their.show === '' && their.hex.startsWith('00') && ours.length === 1,
    reason:
      'Octets behind a NUL in front: RFC 2131 §2 has a “null terminated string”, so tshark shows nothing; we show the octets.',
  },
  {
    field: 'dhcp.server',
    when: ({ their, ours }) => their.show === '' && their.hex.startsWith('00') && ours.length === 1,
    reason: 'As `dhcp.file`.',
  },
  {
    field: 'dhcp.option.padding',
    when: ({ their, ours }) => !/^0*$/.test(their.hex) && ours.some((field) => field.name === 'Unexplained octets'),
    reason:
      'RFC 2132 §3.2: “Subsequent octets should be filled with pad options”. These are not all 0, so we do not call them padding.',
  },
  {
    field: 'dhcp.option.type',
    option: 52,
    when: ({ their, around }) => their.hex === '00' && around?.name === 'Padding',
    reason: 'RFC 2132 §3.1: Pad is one octet. tshark gives each a line, we the run of them.',
  },
  {
    field: 'dhcp.option.message',
    when: ({ their, ours }) => ours.some((field) => (field.more?.length ?? 0) > 0 && field.text.includes(their.show)),
    reason:
      'RFC 3396 §7: “the decoding agent MUST … concatenate the data portion of all the options with that option code”. ' +
      'tshark shows each piece, we the joined value at the octets of all.',
  },
  {
    field: 'dhcp.option.user_class',
    when: ({ their, covered }) => covered && parseInt(their.hex.slice(0, 2), 16) === their.length - 1,
    reason: 'The value is tshark’s count of the instances; no octet of RFC 3004 §4 holds it.',
  },
  {
    field: 'dhcp.client_id.undef',
    when: octetsAsText,
    reason:
      'RFC 2132 §9.14: identifiers “SHOULD be treated as opaque objects”. tshark takes it as a text that its first NUL ends.',
  },
  {
    field: 'dhcp.option.netbios_over_tcpip_scope',
    when: octetsAsText,
    reason: 'RFC 2132 §8.8 does not say that the scope is text; tshark prints it as text, we as octets.',
  },
  {
    field: 'dhcp.option.dhcp_authentication.information',
    when: octetsAsText,
    reason: 'RFC 6704 §4: protocol 3 sends a key or a digest. tshark prints them as text, we as octets.',
  },
  {
    field: 'dhcp.option.captive_portal',
    option: 160,
    when: octetsAsText,
    reason:
      'Other uses of option 160 are no text (RFC 8910 gave the number up for their sake); we show octets that are no text as octets.',
  },
  {
    field: 'dhcpv6.subscriber_id',
    when: octetsAsText,
    reason: 'RFC 4580 §2 asks for text; octets that are none are shown as octets.',
  },
  {
    field: 'dhcp.option.lost_server_domain_name',
    when: ({ their, ours }) =>
      ours.some(
        (field) =>
          Buffer.from(
            field.text
              .split('.')
              .map((label) => String.fromCharCode(label.length) + label)
              .join('') + '\0',
          ).toString('hex') === their.hex,
      ),
    reason: 'RFC 5223 §3: the name is encoded as RFC 1035 §3.1 has it, in labels; tshark prints the octets as text.',
  },
  ...['base_time', 'query_start_time', 'query_end_time'].map((name) => ({
    field: `dhcp.option.bulk_lease.${name}`,
    when: ({ their, ours }: Difference) =>
      ours.some(
        (field) =>
          parseInt(field.text) === parseInt(their.hex, 16) &&
          Date.parse(their.show.replace('.000000000', '')) / 1000 - parseInt(their.hex, 16) === 2 ** 32 - NTP_TO_UNIX,
      ),
    reason:
      `${name}: RFC 6926 §6.2.3 counts absolute times in seconds since January 1, 1970. tshark 4.0 takes the number for one of NTP, ` +
      'which it counts from 2036.',
  })),
  ...['latitude_res', 'longitude_res', 'altitude_res', 'altitude', 'altitude_type'].map((name) => ({
    field: `dhcp.option.rfc3825.${name}`,
    when: ({ their, around }: Difference) =>
      around !== undefined && saysPosition(name, Number(their.show), around.text),
    reason:
      `${name}: RFC 3825 §2.1 packs numbers that do not begin or end at an octet. tshark puts a line at some of their octets, and ` +
      'gives a resolution in degrees or metres instead of the number of bits that is sent.',
  })),
  {
    field: 'dhcp.option.cl_dss_id.option',
    option: 123,
    when: ({ their, ours }) => ours.some((field) => field.text.includes(/: (.*) \(\d+\)$/.exec(their.line)![1]!)),
    reason:
      'The map datum of RFC 3825 §2.1, which we show with the version that stands in the same octet (RFC 6225 §2.2.1).',
  },
  {
    field: `${AGENT}.ani_att`,
    when: ({ their, covered }) => covered && Number(their.show) === parseInt(their.hex.slice(2), 16),
    reason: 'RFC 7839 §4.2: one reserved octet and one with the type. tshark gives both one line, we each its own.',
  },
  {
    field: `${AGENT}.vrf_name`,
    when: ({ their, covered }) => covered && /^(00|01)/.test(their.hex),
    reason: 'RFC 6607: the first octet is the type (0 name, 1 VPN-ID). tshark takes all octets for the name.',
  },
  {
    field: 'dhcp.option.vi_class.data',
    when: octetsAsText,
    reason:
      'RFC 3925 §3 leaves the data to the vendor. tshark prints them as text, under the name of another option; we show octets that are no text.',
  },
  ...['dhcp.option.vi.tr111.suboption', 'dhcp.option.vi.cl.suboption'].map((field) => ({
    field,
    when: ({ their, covered }: Difference) => covered && parseInt(their.hex.slice(0, 2), 16) === their.length - 2,
    reason: `${field}: tshark’s line begins one octet late, at the length, and ends in the next sub-option.`,
  })),
  {
    field: 'dhcp.option.vi.tr111.device_manufacturer_oui',
    when: ({ their, ours }) =>
      ours.some((field) => parseInt(/^“([0-9A-F]{6})”$/.exec(field.text)?.[1] ?? '', 16) === Number(their.show)),
    reason: 'TR-069 sends six hex digits as text, which tshark turns into a number.',
  },
  {
    field: 'dhcp.vendor.pc.ietf_ccc.suboption',
    when: ({ their, ours }) =>
      (their.line.endsWith(': Yes (1 byte)') && ours.some((field) => field.text === '1')) ||
      (/Unknown \(10\): $/.test(their.line) && ours.some((field) => field.text === '192.0.2.1')),
    reason: 'RFC 3495 §5.6: 1 stands for yes. tshark 4.0 does not know sub-option 10, the KDC’s addresses (RFC 3634).',
  },
  {
    field: 'dhcpv6.vendorclass.data',
    when: ({ their, ours, covered }) => ours.length === 0 && covered && their.show.length < their.length,
    reason:
      'RFC 8415 §21.16: the data “is composed of a series of separate items”, each behind its length. tshark reads the first and ' +
      'gives it the octets of all.',
  },
  {
    field: 'dhcpv6.lq_relay_data_msg',
    when: ({ ours }) => ours.some((field) => (field.children?.length ?? 0) > 0),
    reason: 'RFC 5007 §4.1.2.4: a DHCPv6 message, which we decode and tshark prints as text.',
  },
  { field: `${AGENT}.vi.cl.docsis_version`, when: octetsAround, reason: CABLELABS },
  ...[
    'dhcpv6.packetcable.ccc.suboption',
    'dhcpv6.packetcable.ccc.pri_dhcp',
    'dhcpv6.packetcable.ccc.sec_dhcp',
    'dhcpv6.docsis.cccV6.tlv5.suboption',
    'dhcpv6.cccV6.tlv5.suboption.length',
    'dhcpv6.cccV6.tlv5.suboption.value',
    'dhcpv6.cccV6.tlv5.suboption.value_number',
  ].map((field) => ({ field, when: octetsAround, reason: `${field}: ${CABLELABS}` })),
];

/** Seconds from 1900 to 1970. */
const NTP_TO_UNIX = 2208988800;

/**
 * Whether our line for a coordinate, `38.9° (uncertainty 34)` or `15 m (type 1, uncertainty 30)`, gives tshark's number; the
 * altitude itself stands at octets that only our line for the whole option holds.
 */
function saysPosition(name: string, number: number, text: string): boolean {
  const bits = Number(/uncertainty (\d+)/.exec(text)?.[1]);
  if (name === 'altitude') return parseFloat(/(-?[\d.]+) (m|floors)$/.exec(text)?.[1] ?? '') === number;
  if (name === 'altitude_type') return text.includes(`type ${number}`);
  const whole = name === 'altitude_res' ? 21 : 8;
  return Math.abs(2 ** (whole - bits) / number - 1) < 1e-12;
}
