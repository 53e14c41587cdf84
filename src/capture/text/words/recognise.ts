// Texts that describe DHCP in words, without the octets: what each one is, and how to get the octets.

interface Words {
  /** What the text is, to follow “This looks like …”. */
  readonly what: string;
  /** What a line of it looks like. */
  readonly line: RegExp;
  /** How to get the octets of the same packets: a sentence without its full stop. */
  readonly how: string;
}

const CAPTURE = 'To see the messages, capture to a file (tcpdump -w dhcp.pcap port 67 or port 68) and open that';

/** The more specific ones first. */
const KINDS: readonly Words[] = [
  {
    what: 'the output of dhcpdump, without the octets',
    line: /^\s*(?:OPTION:\s+\d+ \(\s*\d+\)|(?:HTYPE|CHADDR|YIADDR|FNAME|SNAME):)|\|HTYPE: /,
    how: CAPTURE,
  },
  {
    what: 'the text of tcpdump, without the octets',
    line: /BOOTP\/DHCP, \w+|^\s*[\w-]+ (?:\(\d+\)|Option \d+), length \d+|Vendor-rfc1048 Extensions|Magic Cookie 0x63825363|\bdhcp6 (?:solicit|advertise|request|reply|renew|rebind|release|decline|inf-req|relay-)/i,
    how: 'Add -xx to the command to have the octets printed, or -w dhcp.pcap to have a file',
  },
  {
    what: 'packet details of Microsoft Network Monitor, without the octets',
    line: /^\s*(?:Frame|ETHERNET|IP|UDP|DHCP): \S/,
    how: 'To have the octets, open its capture file in Wireshark and save it as pcap',
  },
  {
    what: 'packet details of snoop, without the octets',
    line: /^\s*(?:ETHER|IP|IPv6|UDP|DHCP|DHCPv6): {1,3}(?:-----|[A-Z])/,
    how: 'To have the octets, use snoop -x 0, or snoop -o dhcp.snoop to have a file',
  },
  {
    what: 'packet details of Wireshark or tshark, without the octets',
    line: /^\s*(?:Dynamic Host Configuration Protocol|Bootstrap Protocol|DHCPv6|Magic cookie: DHCP|Client MAC address: |Your \(client\) IP address: |Transaction ID: 0x|Option: \(t?=?\d+[,)](?! l=))|\bFrame \d+: \d+ bytes on wire/,
    how: 'To have the octets, choose Copy › …as Hex Dump in Wireshark, or add -x to tshark',
  },
  {
    what: 'the packet list of Wireshark or tshark, without the octets',
    line: /\bDHCP (?:Discover|Offer|Request|ACK|NAK|Inform|Release|Decline)\s+- Transaction ID 0x|\b(?:Solicit|Advertise|Reply|Renew) XID: 0x/,
    how: 'To have the octets, choose Copy › …as Hex Dump in Wireshark, or add -x to tshark',
  },
  {
    what: 'a packet as Scapy shows it, without the octets',
    line: /^\s*###\[ .* \]###|<(?:Ether|IP|UDP|BOOTP|DHCP)\s+\w+=/,
    how: 'Print hexdump(packet) or bytes(packet).hex() instead',
  },
  {
    what: 'a dnsmasq log without packet contents',
    line: /dnsmasq(?:-dhcp)?\b.*\bDHCP|^\S*\s*\d+ (?:DHCP[A-Z]+\([\w.:-]+\)|available DHCP range|client provides name|vendor class:|tags:|sent size:)|DHCP(?:DISCOVER|OFFER|REQUEST|ACK|NAK|DECLINE|INFORM|SOLICIT|REPLY)\([\w.:-]+\) /,
    how: `dnsmasq never logs octets. ${CAPTURE}`,
  },
  {
    what: 'a log of ISC dhcpd or dhclient without packet contents',
    line: /\bDHCP(?:DISCOVER|OFFER|REQUEST|ACK|NAK|DECLINE|INFORM|RELEASE)\b.* (?:from|on|for|to|of) .*\b(?:via|port|from|on|to) |\b(?:dhcpd|dhclient)(?:\[\d+\])?:|\bbound to [\d.]+ -- renewal in/,
    how: `These programs log no octets. ${CAPTURE}`,
  },
  {
    what: 'a Kea log without packet contents',
    line: /\bkea-dhcp[46]|\bDHCP[46]_[A-Z_]{4,}/,
    how: `With severity DEBUG and debuglevel 55, its log has packet details, which can be read here. ${CAPTURE}`,
  },
  {
    what: 'a log of a DHCP client without packet contents',
    line: /\b(?:udhcpc6?|dhcpcd|NetworkManager|systemd-networkd|connmand|wickedd?(?:-dhcp[46])?)(?:\[\d+\])?: .*(?:DHCP|lease|discover|offer|request|select)/i,
    how: CAPTURE,
  },
  {
    what: 'the audit log of a Windows DHCP server',
    line: /^\d{1,2},\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d,|^ID,Date,Time,Description,IP Address/,
    how: 'To see the messages, capture with pktmon or Wireshark and open the file',
  },
  {
    what: 'debug output of a router without packet contents',
    line: /\bDHCPD?: (?:DHCP[A-Z]+ (?:received|sent)|Sending|Received|client|Assigned|address|XID|Scan|SRequest)|%DHCPD?-\d-/i,
    how: 'To have the octets, capture on the interface, or use a debug command that dumps packets',
  },
  {
    what: 'a lease database',
    line: /^\s*lease [\d.]+ \{|^\s*binding state (?:active|free|expired);/,
    how: `Leases hold no messages. ${CAPTURE}`,
  },
  {
    what: 'a server configuration',
    line: /^\s*(?:subnet [\d.]+ netmask|dhcp-range=|option domain-name-servers|"Dhcp[46]"\s*:|"subnet[46]"\s*:)/,
    how: `A configuration holds no messages. ${CAPTURE}`,
  },
  {
    what: 'packet details as XML or JSON of tshark, a form that is not read here',
    line: /<field name="dhcp|"dhcp(?:v6)?\.[\w.]+":|<pdml|<psml/,
    how: 'To have the octets as a dump, use tshark -x or -T jsonraw',
  },
  {
    what: 'text of tcpdump, without the octets',
    line: /^\s*(?:\d\d:\d\d:\d\d\.\d+|\d{10}\.\d+) .*(?: > .*: |ethertype |ARP, )/,
    how: 'Add -xx to the command to have the octets printed, or -w dhcp.pcap to have a file',
  },
  {
    what: 'the result of a scan by nmap or dhcptest, without the octets',
    line: /^\|[_ ].*(?:dhcp-discover|DHCP Message Type: |IP Offered: )|^dhcptest v|^\s+op=BOOTRE\w+ chaddr=/,
    how: CAPTURE,
  },
  {
    what: 'a log of RouterOS without packet contents',
    line: /\bdhcp,(?:debug|info|warning|error|critical)\b/,
    how: 'To have the octets, use /tool/sniffer with port=67,68 and open the file that it writes',
  },
  {
    what: 'a trace of Junos without packet contents',
    line: /\bjdhcpd_|--\[ .* (?:==|code) .* \]--/,
    how: 'To have the octets, use “monitor traffic interface … write-file dhcp.pcap matching "port 67"”, and open that',
  },
  {
    what: 'a message told field by field, by a program whose words are not read here',
    line: /\[BOOTRE(?:QUEST|PLY)\]|\((?:[cysg]iaddr|chaddr)\)(?: =|:) |\) DHCP_OPTION_/,
    how: CAPTURE,
  },
  {
    what: 'a picture, not the octets of a packet',
    line: /\bdata:image\/|^\W*(?:iVBORw0KGgo|\/9j\/4|R0lGOD)/,
    how: 'In Wireshark, Copy › …as Hex Dump gives the octets as text',
  },
  {
    what: 'a certificate or key, not a packet',
    line: /^-----BEGIN [A-Z ]+-----|^ssh-(?:rsa|ed25519) /,
    how: CAPTURE,
  },
];

/** Most lines that are examined, and most characters of each. */
const MOST_LINES = 2000;
const LONGEST = 400;

/**
 * One sentence that says what a text without octets looks like and how to get the octets; undefined if it is not
 * recognised.
 */
export function wordsOf(lines: readonly string[]): string | undefined {
  const seen = lines.filter((line) => line.trim() !== '').slice(0, MOST_LINES);
  let best: Words | undefined;
  let most = 0;
  for (const kind of KINDS) {
    const count = seen.filter((line) => kind.line.test(line.slice(0, LONGEST))).length;
    if (count > most) {
      best = kind;
      most = count;
    }
  }
  return best && `This looks like ${best.what}. ${best.how}.`;
}
