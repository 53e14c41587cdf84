/** What tshark, a decoder that shares nothing with ours, sees in a capture. */
import { execute } from './process';

/** One frame: its number as Wireshark counts, and its word. */
export interface Word {
  readonly frame: number;
  readonly word: string;
}

const DHCP = ['BOOTP', 'DISCOVER', 'OFFER', 'REQUEST', 'DECLINE', 'ACK', 'NAK', 'RELEASE', 'INFORM'];
const DHCPV6 = ['', 'SOLICIT', 'ADVERTISE', 'REQUEST', 'CONFIRM', 'RENEW', 'REBIND', 'REPLY', 'RELEASE', 'DECLINE'];

/**
 * The frames that carry a message, as words: the DHCP or DHCPv6 message type, `ICMP3/10` for ICMP type 3 code 10, `PING` for an echo
 * request, `TFTP1` for TFTP opcode 1. ARP and echo replies are left out. Ports do not matter.
 */
export async function words(file: string): Promise<Word[]> {
  const fields = [
    'frame.number',
    'dhcp.type',
    'dhcp.option.dhcp',
    'dhcpv6.msgtype',
    'icmp.type',
    'icmp.code',
    'tftp.opcode',
  ];
  // A rewritten port must not hide the message from tshark.
  const ports = [67, 68, 1067, 1068].flatMap((port) => ['-d', `udp.port==${port},dhcp`]);
  const text = await execute('tshark', [
    ...['-n', '-r', file, '-T', 'fields', '-E', 'occurrence=f', ...ports],
    ...fields.flatMap((field) => ['-e', field]),
  ]);
  return text.split('\n').flatMap((line) => {
    const [frame, op, type, six, icmp, code, tftp] = line.split('\t');
    const word = (): string => {
      if (icmp === '8') return 'PING';
      if (icmp) return icmp === '0' ? '' : `ICMP${icmp}/${code}`;
      if (tftp) return `TFTP${Number(tftp)}`;
      if (six) return DHCPV6[Number(six)] ?? `DHCPV6-${six}`;
      if (op) return DHCP[Number(type || 0)] ?? `DHCP-${type}`;
      return '';
    };
    const found = word();
    return found ? [{ frame: Number(frame), word: found }] : [];
  });
}
