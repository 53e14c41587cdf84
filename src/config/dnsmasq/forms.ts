import { parseAddress, parsePrefix } from '../address';
import type { Part } from './lines';

/** An error in a value and the part it is in; undefined if there is none. */
export type Mistake = { readonly part: Part; readonly text: string } | undefined;

type Form = (parts: readonly Part[], whole: Part) => Mistake;

const at = (part: Part, text: string): Mistake => ({ part, text });
const isNumber = (text: string): boolean => /^\d+$/.test(text);
const isAddress = (text: string): boolean => parseAddress(text) !== undefined;

/** Requires at least `count` parts. */
const atLeast =
  (count: number, what: string): Form =>
  (parts, whole) =>
    parts.length >= count && parts.slice(0, count).every(({ text }) => text !== '')
      ? undefined
      : at(whole, `${what} must stand here.`);

const each =
  (good: (text: string) => boolean, what: string): Form =>
  (parts) => {
    const bad = parts.find(({ text }) => !good(text));
    return bad && at(bad, `Here ${what} must stand, not “${bad.text.slice(0, 60)}”.`);
  };

const tagged = atLeast(2, 'A tag and what it is set for');
const rrType = each(
  (text) => text === '' || isNumber(text) || RECORD_TYPES.has(text.toUpperCase()),
  'a type of DNS records',
);
const isPort = (text: string): boolean => isNumber(text) && Number(text) < 65536;
const isPrefix = (text: string): boolean => !/^[\d.]+\/|^[\da-f:]+\/\d/i.test(text) || parsePrefix(text) !== undefined;

/** A DNS server as `address#port`, optionally followed by `@` and a source address or interface. */
const server: Form = ([first], whole) => {
  const address = whole.text.startsWith('/') ? whole.text.slice(whole.text.lastIndexOf('/') + 1) : whole.text;
  const bad = [...address.matchAll(/#([^@]+)/g)].find(([, port]) => !isPort(port!));
  if (bad) return at(first!, `“${bad[1]!.slice(0, 60)}” is no port.`);
  // Anything but an address is looked up as a name, but a dotted quad is never a name.
  const name = address.replace(/[#@].*$/, '');
  return /^\d+(\.\d+){3}$/.test(name) && !isAddress(name)
    ? at(first!, `“${name.slice(0, 60)}” is no address.`)
    : undefined;
};

/** Firewall sets that resolved addresses are added to: `/domain/set,set`. */
const setNames: Form = (_, whole) =>
  whole.text.endsWith('/') ? at(whole, 'Behind the domains the name of a set must stand.') : undefined;

/** Values with a syntax of their own, by option. Options not listed here accept anything. */
export const FORMS: Readonly<Record<string, Form>> = {
  address: ([, ...rest], whole) => {
    const domains = whole.text.startsWith('/');
    const value = domains ? whole.text.slice(whole.text.lastIndexOf('/') + 1) : whole.text;
    if (rest.length === 0 && (isAddress(value) || (domains && (value === '' || value === '#')))) return undefined;
    return at(whole, 'An address is written as `/domain/address`.');
  },
  alias: (parts, whole) =>
    parts.length >= 2 && parts.length <= 3 ? undefined : at(whole, 'Two addresses must stand here.'),
  'auth-peer': each(isAddress, 'an IP address'),
  'bogus-nxdomain': each((text) => isAddress(text) || parsePrefix(text) !== undefined, 'an IP address'),
  'ignore-address': each((text) => isAddress(text) || parsePrefix(text) !== undefined, 'an IP address'),
  'listen-address': each(isAddress, 'an IP address'),
  'dhcp-proxy': each((text) => text === '' || parseAddress(text)?.family === 4, 'an IPv4 address'),
  'rev-server': ([first]) =>
    isPrefix(first!.text) ? undefined : at(first!, `“${first!.text.slice(0, 60)}” is no subnet.`),
  ipset: setNames,
  nftset: setNames,
  'dhcp-boot': (parts, whole) =>
    parts.every(({ text }) => /^(tag|net):/.test(text)) ? at(whole, 'A boot file must stand here.') : undefined,
  'dhcp-reply-delay': (parts, whole) =>
    isNumber(parts.at(-1)!.text) ? undefined : at(whole, 'A number of seconds must stand here.'),
  'bridge-interface': atLeast(2, 'An interface and its aliases'),
  cname: atLeast(2, 'An alias and its target'),
  'host-record': atLeast(2, 'A name and an address'),
  'interface-name': atLeast(2, 'A name and an interface'),
  'add-mac': (parts, whole) =>
    parts.length === 1 && /^(base64|text)$/.test(whole.text)
      ? undefined
      : at(whole, '“base64” or “text” must stand here.'),
  umbrella: each((text) => /^((orgid|assetid):\d+|deviceid:[\da-f]{16})$/i.test(text), 'deviceid:, orgid: or assetid:'),
  server,
  local: server,
  domain: ([, range, ...rest]) => {
    if (range && !isPrefix(range.text)) return at(range, `“${range.text.slice(0, 60)}” is no subnet.`);
    const subnet = range !== undefined && parsePrefix(range.text) !== undefined;
    return subnet && rest[0] && rest[0].text !== 'local' ? at(rest[0], 'Only “local” may stand here.') : undefined;
  },
  'srv-host': (parts) => {
    const bad = parts.slice(2).find(({ text }) => !isPort(text));
    return bad
      ? at(bad, 'Port, priority and weight are numbers.')
      : parts[5] && at(parts[5], 'Nothing may stand here.');
  },
  'synth-domain': ([, range], whole) => {
    if (!range) return at(whole, 'A domain and its addresses must stand here.');
    return isAddress(range.text) || parsePrefix(range.text)
      ? undefined
      : at(range, 'An address or a subnet must stand here.');
  },
  'trust-anchor': (parts, whole) => {
    const from = isNumber(parts[1]?.text ?? '') ? 1 : 2;
    const good =
      parts.slice(from, from + 3).every(({ text }) => isNumber(text)) &&
      /^[\da-f]+$/i.test(parts[from + 3]?.text ?? '');
    return good
      ? undefined
      : at(whole, 'A domain, a key tag, an algorithm, a digest type and a digest must stand here.');
  },
  'caa-record': (parts, whole) =>
    parts.length >= 4 && isNumber(parts[1]!.text)
      ? undefined
      : at(whole, 'A name, flags, a tag and a value must stand here.'),
  'naptr-record': (parts, whole) =>
    parts.length >= 5 && isNumber(parts[1]!.text) && isNumber(parts[2]!.text)
      ? undefined
      : at(whole, 'A name, order, preference, flags and service must stand here.'),
  'dns-rr': ([, type], whole) =>
    isNumber(type?.text ?? '') ? undefined : at(whole, 'A name and the number of a type must stand here.'),
  'cache-rr': rrType,
  'filter-rr': rrType,
  'dhcp-circuitid': tagged,
  'dhcp-remoteid': tagged,
  'dhcp-subscrid': tagged,
  'dhcp-userclass': tagged,
  'dhcp-vendorclass': tagged,
  'dhcp-name-match': tagged,
  'dhcp-mac': (parts, whole) =>
    parts.length >= 2 && /^(\d+-)?([\da-f]{1,2}|\*)(:([\da-f]{1,2}|\*))*$/i.test(parts[1]!.text)
      ? undefined
      : at(parts[1] ?? whole, 'A tag and a hardware address must stand here.'),
  'dhcp-duid': (parts, whole) =>
    parts.length === 2 && isNumber(parts[0]!.text) && /^[\da-f:]+$/i.test(parts[1]!.text)
      ? undefined
      : at(whole, 'An enterprise number and octets must stand here.'),
  'dhcp-relay': atLeast(2, 'The relay’s own address and the server’s'),
  'dhcp-alternate-port': each((text) => isNumber(text) && Number(text) < 65536, 'a port'),
  'dnssec-check-unsigned': each((text) => text === 'no', '“no”'),
  'local-service': each((text) => /^(net|host)$/.test(text), '“net” or “host”'),
  'log-facility': ([part]) =>
    part!.text === '-' || part!.text.includes('/') || FACILITIES.test(part!.text)
      ? undefined
      : at(part!, 'A file, or a facility of syslog such as DAEMON, must stand here.'),
  'mx-host': (parts) =>
    parts[2] && !isNumber(parts[2].text) ? at(parts[2], 'The preference is a number.') : undefined,
  'pxe-service': (parts, whole) => {
    const from = parts.findIndex(({ text }) => !/^(tag|net):/.test(text));
    const kind = parts[from]?.text ?? '';
    if (parts.length - from < 2) return at(whole, 'A kind of client and a text for the menu must stand here.');
    return isNumber(kind) || PXE_CLIENTS.test(kind)
      ? undefined
      : at(parts[from]!, `“${kind}” is no kind of PXE client: x86PC, X86-64_EFI, BC_EFI …`);
  },
  'ra-param': (parts) => {
    // Interface, perhaps its MTU and its preference, then one or two numbers of seconds.
    let i = 1;
    if (/^mtu:/.test(parts[i]?.text ?? '')) i++;
    if (/^(high|low)/.test(parts[i]?.text ?? '')) i++;
    const times = parts.slice(i);
    const bad =
      // The second may be left empty.
      times.find(({ text }, k) => k > 1 || !(k === 1 ? /^\d*$/ : /^\d+$/).test(text)) ??
      (times.length === 0 && i > 1 ? parts[i - 1] : undefined);
    return bad && at(bad, 'mtu:, then high or low, then one or two numbers of seconds must stand here.');
  },
  'shared-network': (parts, whole) =>
    parts.length === 2 && isAddress(parts[1]!.text)
      ? undefined
      : at(whole, 'An interface or address and an address must stand here.'),
  'tag-if': (parts, whole) =>
    parts.some(({ text }) => text.startsWith('set:')) && parts.every(({ text }) => /^(set|tag):/.test(text))
      ? undefined
      : at(whole, 'Tags to set and tags to look for must stand here: set:a,tag:b.'),
  'tftp-port-range': (parts, whole) =>
    parts.length === 2 &&
    parts.every(({ text }) => isNumber(text) && Number(text) < 65536) &&
    Number(parts[0]!.text) <= Number(parts[1]!.text)
      ? undefined
      : at(whole, 'Two ports must stand here, the lower first.'),
};

/** DNS record types by name (IANA, DNS Parameters), as known to dnsmasq 2.90. */
const RECORD_TYPES: ReadonlySet<string> = new Set(
  `A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP_PTR SIG KEY PX GPOS AAAA LOC NXT EID
  NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP NINFO
  RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS SPF UINFO UID GID UNSPEC NID L32 L64 LP EUI48 EUI64 TKEY TSIG IXFR AXFR
  MAILB MAILA ANY URI CAA AVC DOA AMTRELAY TA DLV`.split(/\s+/),
);
const FACILITIES = /^(auth|authpriv|cron|daemon|ftp|kern|local[0-7]|lpr|mail|mark|news|security|syslog|user|uucp)$/i;
const PXE_CLIENTS =
  /^(x86PC|PC98|IA64_EFI|Alpha|Arc_x86|Intel_Lean_Client|IA32_EFI|x86-64_EFI|Xscale_EFI|BC_EFI|ARM32_EFI|ARM64_EFI)$/i;
