import { faultText, type About } from '../../evidence/silence/properties';

/** The wording for each property by which unanswered messages differ from answered ones. */

/** The option that a property is about. */
export interface Titled {
  readonly code: number;
  /** For example `option 80 (Rapid Commit)`. */
  readonly title: string;
}

/** A verb in the singular and plural, and the short form used to deny it of others. */
export const VERBS = {
  be: ['is', 'are', 'is'],
  send: ['sends', 'send', 'does'],
  have: ['has', 'have', 'has'],
  ask: ['asks', 'ask', 'does'],
  choose: ['chooses', 'choose', 'does'],
  get: ['gets', 'get', 'does'],
} as const;
export type Verb = keyof typeof VERBS;

/** The wording for a property: who has it, who does not, and what follows from it. */
export interface Words {
  /** What a message with the value has (`ciaddr 10.0.0.7`), and what one without a value has. */
  shown(value: string, option: Titled): string;
  readonly none: string | ((option: Titled) => string);
  /** What clients are, or what they send: `behind relay 10.0.0.1`. */
  are(value: string, option: Titled): string;
  /** The same as what one or several clients do, verb first: `is behind relay 10.0.0.1`. Left out for marks. */
  does?(value: string, option: Titled): readonly [verb: Verb, rest: string];
  /** What the clients are behind, if that can be the subject of a finding. */
  readonly behind?: string;
  readonly why: string;
}

const CLASS = 'the server may have a class or a filter for such clients';
const AWAY = 'the fault may be there';

/** The words for what ids begin or end with; `value` is `begins with “ge-1/”`. */
const ofPart = (id: string, places: string): Words => ({
  shown: (value) => `${/^[aeiou]/.test(id) ? 'an' : 'a'} ${id} that ${value}`,
  none: `no such ${id}`,
  are: (value) => `behind ${places} ${value}`,
  does: (value) => ['be', `behind ${places} ${value}`],
  why: 'the fault may be in what these have in common, such as a line card, an access switch or a VLAN',
});
/** What a difference between OFFERs means. */
export const REFUSED = 'the clients may refuse such an OFFER';

export const PROPERTIES: Readonly<Record<About, Words>> = {
  ciaddr: {
    shown: (value) => `ciaddr ${value}`,
    none: 'ciaddr 0.0.0.0',
    are: () => 'with ciaddr set',
    why: 'a client without a lease must leave it empty (RFC 2131 table 5), and servers drop such a message or answer to that address',
  },
  chaddr: {
    shown: (value) => (value === 'empty' ? 'an empty chaddr' : `chaddr ${value}`),
    none: 'a hardware address of their own',
    are: () => 'without a hardware address in chaddr',
    why: 'servers drop a message that does not say whose it is, or answer to that address',
  },
  source: {
    shown: (value) => `another source address than chaddr, ${value}`,
    none: 'the same address in both places',
    are: (value) => `in frames from ${value}`,
    why: 'DHCP snooping drops such messages (“verify mac-address”)',
  },
  sender: {
    shown: (value) => `source address ${value}`,
    none: '0.0.0.0',
    are: (value) => `sending from ${value}`,
    why: 'a client without a lease sends from 0.0.0.0 (RFC 2131 §4.1), and a host that has no route to this address drops the datagram (reverse path filter)',
  },
  destination: {
    shown: (value) => `destination ${value}`,
    none: '255.255.255.255',
    are: (value) => `sending to ${value}`,
    why: 'a client without a lease sends to 255.255.255.255 (RFC 2131 §4.1), and a server or relay may not take what goes elsewhere',
  },
  hardware: {
    shown: (value) => value,
    none: 'those of Ethernet (htype 1 and hlen 6)',
    are: (value) => `with ${value}`,
    why: 'a server that looks for Ethernet clients drops such a message, or takes the client for another',
  },
  frame: {
    shown: (value) => `link-layer destination ${value}`,
    none: 'ff:ff:ff:ff:ff:ff',
    are: (value) => `in frames to ${value}`,
    why: 'a broadcast datagram in a frame to one device reaches no other (RFC 1122 §2.3.2)',
  },
  identifier: {
    shown: (value, { title }) => `${value} ${title}`,
    none: 'none, or a longer one',
    are: (value, { title }) => `with ${value} ${title}`,
    why: 'it needs two octets at least (RFC 2132 §9.14), and servers drop a message whose client they cannot name',
  },
  sender6: {
    shown: (value) => `source address ${value}`,
    none: 'a link-local address',
    are: (value) => `sending from ${value}`,
    why: 'a client sends from a link-local address of the interface (RFC 9915 §17.1), and servers and relays may not answer another',
  },
  destination6: {
    shown: (value) => `destination ${value}`,
    none: 'ff02::1:2',
    are: (value) => `sending to ${value}`,
    why: 'servers and relays listen on ff02::1:2 (RFC 9915 §14), and may not take what goes elsewhere',
  },
  'rapid commit': {
    shown: (_, { title }) => title,
    none: ({ code }) => `no option ${code}`,
    are: (_, { title }) => `with ${title}`,
    why: 'some servers and relays drop a message with this option',
  },
  broken: {
    // The name of an option keeps its capital; any other sentence goes on within this one.
    shown: (value) =>
      `this fault: ${faultText(value).replace(/^[A-Z](?=[a-z]* [a-z])/, (letter) => letter.toLowerCase())}`,
    none: 'none',
    are: () => 'with a malformed message or option',
    why: 'strict receivers drop such a message',
  },
  'option 82': {
    shown: () => 'option 82 while giaddr is 0.0.0.0',
    none: 'no option 82',
    are: () => 'with option 82 and no relay',
    why: 'relays and servers drop that unless they are told to trust it (RFC 3046 §2.1)',
  },
  relay: {
    shown: (value) => `giaddr ${value}`,
    none: 'giaddr 0.0.0.0',
    are: (value) => `behind relay ${value}`,
    does: (value) => ['be', `behind relay ${value}`],
    behind: 'relay',
    why: AWAY,
  },
  circuit: {
    shown: (value) => `circuit id ${value}`,
    none: 'no circuit id',
    are: (value) => `behind circuit ${value}`,
    does: (value) => ['be', `behind circuit ${value}`],
    behind: 'circuit',
    why: AWAY,
  },
  'remote id': {
    shown: (value) => `remote id ${value}`,
    none: 'no remote id',
    are: (value) => `behind remote id ${value}`,
    does: (value) => ['be', `behind remote id ${value}`],
    behind: 'remote id',
    why: AWAY,
  },
  'circuit part': ofPart('circuit id', 'circuits whose id'),
  'remote id part': ofPart('remote id', 'lines whose remote id'),
  'interface part': ofPart('interface id', 'interfaces whose id'),
  option: {
    shown: (value, { code }) => `option ${code} ${value}`,
    none: 'none',
    are: (value, { title }) => `with ${title} ${value}`,
    does: (value, { title }) => ['send', `${title} ${value}`],
    why: CLASS,
  },
  relay6: {
    shown: (value) => `relay ${value}`,
    none: 'no relay',
    are: (value) => `behind relay ${value}`,
    does: (value) => ['be', `behind relay ${value}`],
    behind: 'relay',
    why: AWAY,
  },
  'interface id': {
    shown: (value) => `interface id ${value}`,
    none: 'no interface id',
    are: (value) => `behind interface id ${value}`,
    does: (value) => ['be', `behind interface id ${value}`],
    behind: 'interface id',
    why: AWAY,
  },
  duid: {
    shown: (value) => `a DUID of kind ${value}`,
    none: 'no DUID',
    are: (value) => `with a DUID of kind ${value}`,
    does: (value) => ['have', `a DUID of kind ${value}`],
    why: 'the server may know its clients, or filter them, by DUIDs of another kind',
  },
  associations: {
    shown: (value) => `a request for ${value}`,
    none: 'a request for nothing',
    are: (value) => `asking for ${value}`,
    does: (value) => ['ask', `for ${value}`],
    why: 'the server may have nothing of this kind to give on this link',
  },
  maker: {
    shown: (value) => `a hardware address from ${value}`,
    none: 'an address that no maker gave',
    are: (value) => `of one maker (hardware addresses from ${value})`,
    does: (value) => ['have', `a hardware address of maker ${value}`],
    why: CLASS,
  },
  tag: {
    shown: () => 'a priority tag (VLAN 0)',
    none: 'no tag',
    are: () => 'with a priority tag (VLAN 0)',
    why: 'a tag with VLAN 0 names no VLAN (IEEE 802.1Q §9.6), and switches and virtual machines that do not know it drop such a frame',
  },
  'renewal source': {
    shown: (value) => `another source address than ciaddr, ${value}`,
    none: 'the same address in both places',
    are: (value) => `sending from ${value} instead of ciaddr`,
    why: 'the client has several addresses or networks, or a NAT is on the way, and the server or a firewall drops what comes from there, or the answer goes elsewhere',
  },
  'relay source': {
    shown: (value) => `source address ${value} instead of giaddr`,
    none: 'giaddr as its source address',
    are: (value) => `forwarded from ${value} instead of giaddr`,
    does: (value) => ['be', `forwarded from ${value} instead of giaddr`],
    why: 'a firewall or the server may drop what comes from this address of the relay',
  },
  'first option': {
    shown: (value) => `option ${value} before all others`,
    none: 'no options',
    are: (value) => `with option ${value} before all others`,
    does: (value) => ['send', `option ${value} before all others`],
    why: 'some servers and switches look for the message type (option 53) in the first place',
  },
  checksum: {
    shown: () => 'no UDP checksum',
    none: 'a UDP checksum',
    are: () => 'without a UDP checksum',
    does: () => ['send', 'without a UDP checksum'],
    why: 'a firewall or the receiver may drop such datagrams, though they are lawful (RFC 768)',
  },
  'identifier kind': {
    shown: (value) => `a client identifier of type ${value}`,
    none: 'no client identifier',
    are: (value, { title }) => `with ${title} of type ${value}`,
    does: (value, { title }) => ['send', `${title} of type ${value}`],
    why: 'the server may know its clients by identifiers of another type, or filter them',
  },
  'name flags': {
    shown: (value, { title }) => `${title} with flags ${value}`,
    none: ({ code }) => `no option ${code}`,
    are: (value, { title }) => `with ${title} and flags ${value}`,
    does: (value, { title }) => ['send', `${title} with flags ${value}`],
    why: 'the server may drop such a message, or fail at the update of DNS that it asks for (RFC 4702 §3)',
  },
  'host name': {
    shown: () => 'a host name with other characters than letters, digits and hyphens',
    none: 'an ordinary host name, or none,',
    are: () => 'with other characters than letters, digits and hyphens in their host name',
    does: () => ['send', 'a host name with other characters than letters, digits and hyphens (RFC 1123 §2.1)'],
    why: 'the server may drop such a message, or fail to enter the name into DNS',
  },
  'selected server': {
    shown: (value) => `server identifier ${value}`,
    none: 'no server identifier',
    are: (value) => `choosing server ${value}`,
    does: (value) => ['choose', `server ${value}`],
    why: 'this server makes OFFERs, and does not answer the REQUESTs for them',
  },
  'offering server': {
    shown: (value) => `server identifier ${value}`,
    none: 'no server identifier',
    are: (value) => `with OFFERs of server ${value}`,
    does: (value) => ['get', `OFFERs of server ${value}`],
    why: 'what this server sends may not reach them, or they refuse it',
  },
  'offered option': {
    shown: (value, { code }) => `option ${code} ${value}`,
    none: 'none',
    are: (value, { title }) => `with OFFERs that have ${title} ${value}`,
    does: (value, { title }) => ['get', `OFFERs with ${title} ${value}`],
    why: REFUSED,
  },
  'sending address': {
    shown: (value) => `source address ${value}`,
    none: 'a relay’s address',
    are: (value) => `with OFFERs from ${value}`,
    does: (value) => ['get', `OFFERs from ${value}`],
    why: 'a firewall or DHCP snooping may let OFFERs pass from known servers only, or the clients refuse them',
  },
  'sending device': {
    shown: (value) => `link-layer source ${value}`,
    none: 'a relay',
    are: (value) => `with OFFERs in frames from ${value}`,
    does: (value) => ['get', `OFFERs in frames from ${value}`],
    why: 'DHCP snooping may let OFFERs pass on trusted ports only, and this device is at another port',
  },
  'next server': {
    shown: (value) => `siaddr ${value}`,
    none: 'siaddr 0.0.0.0',
    are: (value) => `with OFFERs that have siaddr ${value}`,
    does: (value) => ['get', `OFFERs with siaddr ${value}`],
    why: REFUSED,
  },
  file: {
    shown: (value) => `boot file ${value}`,
    none: 'no boot file',
    are: (value) => `with OFFERs of boot file ${value}`,
    does: (value) => ['get', `OFFERs with boot file ${value}`],
    why: REFUSED,
  },
  flags: {
    shown: (value) => `flags ${value}, with reserved bits set`,
    none: 'none of these bits set',
    are: (value) => `with flags ${value}`,
    why: 'these bits must be zero (RFC 2131 §2), and a strict server or relay drops the message',
  },
  'source port': {
    shown: (value) => `source port ${value}`,
    none: 'no source port',
    are: (value) => `sending from port ${value}`,
    does: (value) => ['send', `from port ${value}`],
    why: 'a firewall, DHCP snooping or the server may pass over what comes from this port',
  },
  'name begins': {
    shown: (value) => `a host name that begins with “${value}”`,
    none: 'no such host name',
    are: (value) => `with host names that begin with “${value}”`,
    does: (value) => ['send', `a host name that begins with “${value}”`],
    why: CLASS,
  },
  begins: {
    shown: (value, { title }) => `${title} that begins with “${value}”`,
    none: ({ code }) => `no such option ${code}`,
    are: (value, { title }) => `with ${title} that begins with “${value}”`,
    does: (value, { title }) => ['send', `${title} that begins with “${value}”`],
    why: CLASS,
  },
  'made up': {
    shown: () => 'a locally administered hardware address',
    none: 'an address of a maker',
    are: () => 'with locally administered hardware addresses',
    does: () => ['have', 'a locally administered hardware address, as phones and virtual machines make up'],
    why: 'a filter or a list of known addresses may keep them out',
  },
  iaid: {
    shown: (value) => `IAID ${value}`,
    none: 'no identity association',
    are: (value) => `with IAID ${value}`,
    does: (value) => ['have', `IAID ${value}`],
    why: 'the server may take one such association for another, or refuse this value',
  },
  network: {
    shown: (value) => `an address ${value}`,
    none: 'no address',
    are: (value) => `with an address ${value}`,
    does: (value) => ['have', `an address ${value}`],
    why: 'the server may serve no such network',
  },
  wanted: {
    shown: (value) => `the wanted address ${value}`,
    none: 'no wanted address',
    are: (value, { title }) => `with ${title} ${value}`,
    does: (value) => ['ask', `for an address ${value} (option 50)`],
    why: 'the server may have no such address to give, and be silent to those who ask for one',
  },
  broadcast: {
    shown: (value) => `broadcast flag ${value}`,
    none: 'no flags',
    are: (value) => `with the broadcast flag ${value}`,
    does: (value) => ['send', `with the broadcast flag ${value}`],
    why: 'replies go by broadcast where it is set, and by unicast where it is not',
  },
};
