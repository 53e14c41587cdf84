import { hex } from '../../../codec/bytes';
import { OPTIONS6 } from '../../../codec/dhcpv6/options';
import { CONTAINERS6, MAX_RELAYS, RELAY_FORW, RELAY_REPL } from '../../../codec/dhcpv6/message';
import type { ValueNames } from '../../field';
import { readOptionFields6, partFields6 } from './v6options';
import { optionFields, readForm } from './forms';
import type { Octets } from '../sink';
import { defineFields } from '../table';
import { DHCPV6_MESSAGES, DHCPV6_OPTIONS } from '../valueNames';

/** Option names: Wireshark's own where they differ, otherwise the registry's. */
const OPTION_NAMES: ValueNames = {
  ...Object.fromEntries([...OPTIONS6.values()].map(({ code, name }) => [code, name])),
  ...DHCPV6_OPTIONS,
};

export const dhcpv6Fields = [
  ...defineFields({
    dhcpv6: 'protocol',
    'dhcpv6.msgtype': ['uint8', DHCPV6_MESSAGES],
    'dhcpv6.hopcount': 'uint8',
    'dhcpv6.xid': 'uint24',
    'dhcpv6.linkaddr': 'ipv6',
    'dhcpv6.peeraddr': 'ipv6',
    'dhcpv6.option.type': ['uint16', OPTION_NAMES],
    'dhcpv6.option.length': 'uint16',
    'dhcpv6.option.type_str': 'string',
    'dhcpv6.iaid': 'string',
    'dhcpv6.iaid.t1': 'uint32',
    'dhcpv6.iaid.t2': 'uint32',
    'dhcpv6.iata': 'string',
    'dhcpv6.iaaddr.ip': 'ipv6',
    'dhcpv6.iaaddr.pref_lifetime': 'uint32',
    'dhcpv6.iaaddr.valid_lifetime': 'uint32',
    'dhcpv6.iaprefix.pref_lifetime': 'uint32',
    'dhcpv6.iaprefix.valid_lifetime': 'uint32',
    'dhcpv6.iaprefix.pref_len': 'uint8',
    'dhcpv6.iaprefix.pref_addr': 'ipv6',
  }),
  ...optionFields(OPTIONS6, { 'dhcpv6.requested_option_code': OPTION_NAMES, 'dhcpv6.reconf_msg': DHCPV6_MESSAGES }),
  ...partFields6,
];

/** Octets before the options in a query and in the client data (RFC 5007 §4.1.2.1, §4.1.2.2). */
const LEASEQUERY: Readonly<Record<number, number>> = { 44: 17, 45: 0 };

const RELAY_HEADER = 34;
const RELAY_MESSAGE = 9;

/** Reads the fields of a message, then those of the message that it relays. `outermost`: the message as the network carries it. */
export function readDhcpv6(message: Octets, relays = 0, outermost = message): void {
  // A relayed message counts as another DHCPv6 protocol. Its length is its own, but Wireshark takes its octets from the outermost one.
  if (relays > 0 && message.wants('dhcpv6')) message.add('dhcpv6', outermost.text(0, message.length));
  message.u8('dhcpv6.msgtype', 0);
  const type = message.byte(0);
  if (type !== RELAY_FORW && type !== RELAY_REPL) {
    message.u24('dhcpv6.xid', 1);
    readOptions(message.part(4), { relays, type, outermost });
    return;
  }
  message.u8('dhcpv6.hopcount', 1);
  message.fixed('dhcpv6.linkaddr', 2, 16);
  message.fixed('dhcpv6.peeraddr', 18, 16);
  readOptions(message.part(RELAY_HEADER), { relays, type, outermost });
}

/** Above this code, Wireshark knows only the option names of its own. */
const LAST_NAMED = 137;

function typeText(code: number): string {
  const name = code > LAST_NAMED ? DHCPV6_OPTIONS[code] : OPTION_NAMES[code];
  return name ?? `DHCP option ${code}`;
}

/** The message that holds an option: its type, how many relays and containers stand around it, and the outermost message. */
interface Holder {
  readonly type: number;
  readonly relays: number;
  readonly outermost: Octets;
}

function readOptions(area: Octets, holder: Holder): void {
  for (let at = 0; area.has(at, 4);) {
    const code = area.word(at);
    const length = area.word(at + 2);
    // Wireshark shows nothing of an option that runs past the end.
    if (!area.has(at + 4, length)) return;
    if (area.wants('dhcpv6.option.type_str')) area.add('dhcpv6.option.type_str', typeText(code));
    area.add('dhcpv6.option.type', code);
    area.add('dhcpv6.option.length', length);
    readOption(code, area.part(at + 4, length), holder);
    at += 4 + length;
  }
}

function readOption(code: number, value: Octets, holder: Holder): void {
  const { relays, type, outermost } = holder;
  if (code === RELAY_MESSAGE) {
    if (value.length > 0 && relays < MAX_RELAYS) readDhcpv6(value, relays + 1, outermost);
    return;
  }
  const head = CONTAINERS6[code] ?? LEASEQUERY[code];
  if (head !== undefined) {
    if (value.length < head) return;
    readContainer(code, value);
    // Nesting is limited to the depth that the codec reads, and each level is smaller than the one around it.
    if (relays < MAX_RELAYS) readOptions(value.part(head), { ...holder, relays: relays + 1 });
    return;
  }
  const filter = OPTIONS6.get(code)?.filter;
  if (filter) readForm(value, ...filter);
  else readOptionFields6(code, value, type);
}

/** Reads the fields before the nested options of an option (RFC 9915 §21.4 to §21.6, §21.21, §21.22). */
function readContainer(code: number, value: Octets): void {
  switch (code) {
    case 3:
    case 25:
      value.add('dhcpv6.iaid', hex(value.bytes, value.at, 4));
      value.u32('dhcpv6.iaid.t1', 4);
      return value.u32('dhcpv6.iaid.t2', 8);
    case 4:
      return value.add('dhcpv6.iata', hex(value.bytes, value.at, 4));
    case 5:
      value.fixed('dhcpv6.iaaddr.ip', 0, 16);
      value.u32('dhcpv6.iaaddr.pref_lifetime', 16);
      return value.u32('dhcpv6.iaaddr.valid_lifetime', 20);
    case 26:
      value.u32('dhcpv6.iaprefix.pref_lifetime', 0);
      value.u32('dhcpv6.iaprefix.valid_lifetime', 4);
      value.u8('dhcpv6.iaprefix.pref_len', 8);
      return value.fixed('dhcpv6.iaprefix.pref_addr', 9, 16);
    case 44:
      value.u8('dhcpv6.lq_query', 0);
      return value.fixed('dhcpv6.lq_query_link_address', 1, 16);
    default:
  }
}
