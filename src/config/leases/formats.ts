import { kindOf } from '../kind';
import type { LeaseBook } from './book';
import { DhclientLeases } from './readers/dhclient';
import { dhcpcd4, dhcpcd6, isDhcpcd4, isDhcpcd6 } from './readers/dhcpcd';
import { DhcpdLeases } from './readers/dhcpd';
import { DnsmasqLeases, isDnsmasqLine } from './readers/dnsmasq';
import { isKeaHeader, KeaLeases } from './readers/kea';
import { KeyValueLease } from './keyValue';
import { isAuditLine, MicrosoftAudit } from './readers/microsoftAudit';
import { isMicrosoftHeader, isTypeLine, MicrosoftCsv, MicrosoftXml } from './readers/microsoftLeases';
import type { LeaseContext, LeaseReader } from './model';
import { networkdServer } from './readers/networkd';
import { isUdhcpd, UdhcpdLeases } from './readers/udhcpd';

/** The part of a file that a recogniser sees. */
interface Sample {
  /** The first octets. */
  readonly head: Uint8Array;
  /** The octets include some that no text file has. */
  readonly binary: boolean;
  /** The first non-empty lines of a text file. The last one may be cut off. */
  readonly lines: readonly string[];
  readonly name: string;
}

interface LeaseFormat {
  /** The name of the format in a sentence. */
  readonly title: string;
  /** A configuration may have the same content. */
  readonly unsure?: boolean;
  /** Whether the content is of this format. */
  recognise(sample: Sample): boolean;
  /** A pattern for file names. Used if the content does not tell, since a database may be empty. */
  readonly name?: RegExp;
  open(book: LeaseBook, context: LeaseContext): LeaseReader;
}

const comment = /^\s*#/;
const someLine =
  (test: RegExp) =>
  ({ binary, lines }: Sample): boolean =>
    !binary && lines.some((line) => !comment.test(line) && test.test(line));

const dhcpdRecord = someLine(/^\s*(lease +\d+\.\d+\.|ia-(na|ta|pd) |authoring-byte-order |failover peer .*state)/);
/** What a configuration may have as well: the server’s DUID, and declarations that were made over OMAPI. */
const dhcpdDeclaration = someLine(/^\s*(server-duid |(host|group|class|subclass) .*\{)/);
/** What only a configuration has: a lease file names no subnet. */
const configuration = ({ lines }: Sample): boolean =>
  kindOf('', lines.filter((line) => !/^\s*(host|group|class|subclass|server-duid)\b/.test(line)).join('\n')) !==
  undefined;

/** All formats, the most certain first. */
export const LEASE_FORMATS: readonly LeaseFormat[] = [
  {
    title: 'a lease of dhcpcd',
    recognise: ({ binary, head }) => binary && isDhcpcd4(head),
    open: dhcpcd4,
  },
  {
    title: 'a DHCPv6 lease of dhcpcd',
    recognise: ({ binary, head, name }) => binary && isDhcpcd6(head) && (/\.lease6$/.test(name) || !isUdhcpd(head)),
    open: dhcpcd6,
  },
  {
    title: 'the leases of udhcpd',
    recognise: ({ binary, head }) => binary && isUdhcpd(head),
    name: /udhcpd.*\.leases$/,
    open: (book) => new UdhcpdLeases(book),
  },
  {
    title: 'the lease file of Kea',
    recognise: ({ binary, lines }) => !binary && isKeaHeader((lines[0] ?? '').trim()),
    name: /leases[46]\.csv/,
    open: (book) => new KeaLeases(book),
  },
  {
    title: 'an audit log of Microsoft’s DHCP server',
    recognise: ({ binary, lines }) => !binary && lines.slice(0, 3).some(isAuditLine),
    name: /Dhcp(V6)?SrvLog.*\.log$/i,
    open: (book) => new MicrosoftAudit(book),
  },
  {
    title: 'leases that Microsoft’s DHCP server exported as XML',
    recognise: someLine(/<DHCPServer\b|<Leases?>/),
    open: (book) => new MicrosoftXml(book),
  },
  {
    title: 'a list of leases of Microsoft’s DHCP server',
    recognise: ({ binary, lines }) =>
      !binary && lines.slice(0, 2).some((line) => isTypeLine(line) || isMicrosoftHeader(line)),
    open: (book) => new MicrosoftCsv(book),
  },
  {
    title: 'the leases of systemd-networkd’s server',
    recognise: ({ binary, lines, head }) =>
      !binary && /^\s*\{/.test(lines[0] ?? '') && /"(BootID|Leases|PrefixLength)"/.test(ascii(head)),
    open: networkdServer,
  },
  {
    title: 'a lease of NetworkManager',
    recognise: ({ binary, lines, name }) =>
      !binary && /^internal-.*\.lease$/.test(name) && lines.some((line) => /^ADDRESS=/.test(line)),
    name: /^internal-.*\.lease$/,
    open: (book) => new KeyValueLease('networkmanager', book),
  },
  {
    title: 'a lease of systemd-networkd',
    recognise: ({ binary, lines }) =>
      !binary && lines.some((line) => /^(ADDRESS|SERVER_ADDRESS|NETMASK|LIFETIME)=/.test(line)),
    open: (book) => new KeyValueLease('networkd-client', book),
  },
  {
    title: 'the leases of dhclient',
    recognise: someLine(/^\s*(lease6? *\{|default-duid\b)/),
    name: /dhclient.*\.leases?$/,
    open: (book) => new DhclientLeases(book),
  },
  {
    title: 'the leases of ISC dhcpd',
    recognise: dhcpdRecord,
    name: /dhcpd6?\.leases/,
    open: (book) => new DhcpdLeases(book),
  },
  {
    title: 'the leases of dnsmasq',
    recognise: ({ binary, lines }) => !binary && lines.slice(0, 5).some(isDnsmasqLine),
    name: /dnsmasq.*\.leases$|^dhcp\.leases$/,
    open: (book) => new DnsmasqLeases(book),
  },
  // Recognises an empty database by its leading comments.
  {
    title: 'the leases of ISC dhcpd',
    recognise: ({ binary, lines }) =>
      !binary && lines.some((line) => line.includes('dhcpd.leases(5)') || line.includes('written by isc-dhcp')),
    open: (book) => new DhcpdLeases(book),
  },
  {
    title: 'the leases of ISC dhcpd',
    unsure: true,
    recognise: (sample) => dhcpdDeclaration(sample) && !configuration(sample),
    open: (book) => new DhcpdLeases(book),
  },
];

const ascii = (octets: Uint8Array): string => new TextDecoder('latin1').decode(octets);

/** The format of a file that begins with these octets. Undefined if it is not a supported one. */
export function recogniseLeases(head: Uint8Array, name: string): LeaseFormat | undefined {
  const wide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const text = wide
    ? new TextDecoder(head[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(head)
    : ascii(head).replace(/^\u00ef\u00bb\u00bf/, '');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  // After a power failure, a text file may have zeros in its middle or at its end, but not at its start.
  const binary = !wide && (head.subarray(0, 4).includes(0) || head[0]! < 9);
  const sample: Sample = { head, binary, lines, name };
  return (
    LEASE_FORMATS.find((format) => format.recognise(sample)) ?? LEASE_FORMATS.find((format) => format.name?.test(name))
  );
}
