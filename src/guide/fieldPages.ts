import { CHADDR_LENGTH, FILE_LENGTH, OFFSET, OPTIONS_AT, SNAME_LENGTH } from '../codec/dhcpv4/layout';
import { FIELDS, type FieldDoc } from './fields';
import { facts, paragraph, referencesOf, table, type Block, type Draft } from './page';

/** What there is to say about a field beyond its text. */
interface FieldExtra {
  readonly aliases?: readonly string[];
  readonly blocks?: readonly Block[];
  readonly see?: readonly string[];
}

const EXTRAS: Readonly<Record<string, FieldExtra>> = {
  'dhcp.op': {
    aliases: ['opcode', 'dhcp.type'],
    see: ['message/bootrequest', 'message/bootreply', 'finding/op-type-mismatch'],
  },
  'dhcp.htype': { aliases: ['dhcp.hw.type'] },
  'dhcp.hlen': { aliases: ['dhcp.hw.len'], see: ['field/chaddr', 'finding/malformed-message'] },
  'dhcp.hops': { see: ['finding/relay-loop'] },
  'dhcp.xid': {
    aliases: ['transaction id', 'dhcp.id'],
    blocks: [
      paragraph('Several clients may hit on one number, so hardware address or client identifier count as well.'),
    ],
    see: ['finding/unsolicited-reply', 'finding/request-mismatch', 'field/dhcpv6.xid'],
  },
  'dhcp.secs': { aliases: ['elapsed'], see: ['finding/secs-stuck', 'finding/failover-half-silent'] },
  'dhcp.flags': { aliases: ['broadcast bit', 'bootp flags'], see: ['topic/broadcast', 'finding/reserved-flags'] },
  'dhcp.ciaddr': { aliases: ['dhcp.ip.client'], see: ['message/request', 'finding/forbidden-field'] },
  'dhcp.yiaddr': { aliases: ['dhcp.ip.your', 'your address'], see: ['message/ack', 'finding/unusable-address'] },
  'dhcp.siaddr': {
    aliases: ['next-server', 'dhcp.ip.server', 'next server'],
    see: ['option/54', 'option/66'],
  },
  'dhcp.giaddr': {
    aliases: ['dhcp.ip.relay', 'gateway ip address', 'relay ip', 'gateway address'],
    blocks: [
      paragraph(
        'The name stands for gateway, which meant a router then. The clients’ default gateway is option 3, and need not be the relay.',
      ),
    ],
    see: ['topic/relays', 'topic/broadcast', 'option/82.5', 'finding/address-outside-scope', 'finding/reply-mismatch'],
  },
  'dhcp.chaddr': {
    aliases: ['mac address', 'hardware address', 'dhcp.hw.mac_addr', 'client mac'],
    see: ['option/61', 'finding/chaddr-mismatch', 'finding/address-churn', 'finding/reply-mismatch'],
  },
  'dhcp.sname': { aliases: ['dhcp.server', 'server name'], see: ['option/66'] },
  'dhcp.file': { aliases: ['dhcp.file', 'bootfile', 'boot file name', 'filename'], see: ['option/67'] },
  'dhcp.cookie': {
    aliases: ['dhcp.cookie', 'vendor area', '63825363', '99.130.83.99'],
    see: ['finding/reply-without-options', 'finding/malformed-message'],
  },
  'dhcp.option': {
    aliases: ['options', 'dhcp option', 'option format', 'rfc 2132', 'tlv'],
    blocks: [
      table(['Octet', 'Holds'], ['1', 'code'], ['2', 'number of value octets'], ['3 and on', 'the value']),
      paragraph(
        'Pad (0) and End (255) are single octets. A value of more than 255 octets is split over several options of one code.',
      ),
    ],
    see: [
      'option/0',
      'option/255',
      'option/52',
      'finding/bad-option-length',
      'finding/duplicate-option',
      'finding/missing-end-option',
    ],
  },
  'dhcp.padding': { aliases: ['pad octets'] },
  'dhcpv6.msgtype': { aliases: ['dhcpv6 message type'] },
  'dhcpv6.linkaddr': { aliases: ['link-address'], see: ['field/giaddr'] },
  'dhcpv6.peeraddr': { aliases: ['peer-address'] },
  'dhcpv6.hopcount': { aliases: ['hop-count'], see: ['field/hops'] },
  'dhcpv6.option': { aliases: ['dhcpv6 options', 'v6 option'], see: ['finding/v6-malformed', 'field/option'] },
  vlan: { aliases: ['802.1q', 'dot1q'], see: ['finding/vlan-mismatch', 'field/vlan.id'] },
  eth: { see: ['field/eth.src', 'field/eth.dst'] },
  'eth.type': { aliases: ['ethertype'] },
  'eth.dst': { see: ['topic/broadcast'] },
  'eth.src': { see: ['finding/chaddr-mismatch', 'finding/server-identity-clash'] },
  sll: { aliases: ['cooked capture', '-i any'] },
  ip: { aliases: ['ipv4'] },
  'ip.src': { see: ['topic/broadcast'] },
  'ip.dst': { see: ['topic/broadcast'] },
  'ip.checksum': { see: ['finding/bad-checksum'] },
  'ip.frag_offset': { aliases: ['fragment', 'fragments'], see: ['finding/message-too-large'] },
  'udp.checksum': { aliases: ['offload', 'checksum offload'], see: ['finding/bad-checksum'] },
  udp: { see: ['topic/ports'] },
  pppoe: { see: ['topic/prefix-delegation'] },
};

/** Fields explained on the page of their protocol. */
const OWN_PAGE: ReadonlySet<string> = new Set(['arp', 'rarp', 'icmp']);

/** Offset and length of the fixed fields, in octets (RFC 2131 §2 figure 1). */
const PLACES: Readonly<Record<string, readonly [at: number, length: number]>> = {
  op: [OFFSET.op, 1],
  htype: [OFFSET.htype, 1],
  hlen: [OFFSET.hlen, 1],
  hops: [OFFSET.hops, 1],
  xid: [OFFSET.xid, 4],
  secs: [OFFSET.secs, 2],
  flags: [OFFSET.flags, 2],
  ciaddr: [OFFSET.ciaddr, 4],
  yiaddr: [OFFSET.yiaddr, 4],
  siaddr: [OFFSET.siaddr, 4],
  giaddr: [OFFSET.giaddr, 4],
  chaddr: [OFFSET.chaddr, CHADDR_LENGTH],
  sname: [OFFSET.sname, SNAME_LENGTH],
  file: [OFFSET.file, FILE_LENGTH],
  cookie: [OPTIONS_AT - 4, 4],
};

/** `dhcp.giaddr` → `giaddr`; other keys stay as they are. */
const nameOf = (key: string): string => key.replace(/^dhcp\./, '');

/** The page id of a field of the packet tree. */
export const fieldPageId = (key: string): string => (OWN_PAGE.has(key) ? `neighbour/${key}` : `field/${nameOf(key)}`);

function pageOf(key: string, doc: FieldDoc): Draft {
  const name = nameOf(key);
  const extra = EXTRAS[key];
  const place = PLACES[name];
  const where: Block[] = place
    ? [facts(['First octet of the message', String(place[0])], ['Octets', String(place[1])])]
    : [];
  const parent = key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : undefined;
  return {
    id: `field/${name}`,
    title: parent === undefined || parent === 'dhcp' ? doc.title : `${FIELDS[parent]!.title}: ${doc.title}`,
    aliases: [name, key, doc.title.replace(/ ?\(.*\)/, ''), ...(extra?.aliases ?? [])],
    summary: doc.text,
    blocks: [...where, ...(extra?.blocks ?? [])],
    see: [...(parent !== undefined ? [fieldPageId(parent)] : []), ...(extra?.see ?? [])],
    references: referencesOf(doc.reference ?? ''),
  };
}

/** A page for each field that has a text. */
export function fieldPages(): Draft[] {
  return Object.entries(FIELDS)
    .filter(([key]) => !OWN_PAGE.has(key))
    .map(([key, doc]) => pageOf(key, doc));
}
