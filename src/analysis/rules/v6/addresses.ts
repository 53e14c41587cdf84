import { formatIpv6 } from '../../../codec/bytes';
import { messageType6 } from '../../../codec/dhcpv6/message';
import { nameOfDuid } from '../../../codec/names/duids';
import * as advice from '../../words/advice';
import { POOLS6 } from '../../words/advice6';
import { cause, ranked } from '../../collector';
import type { Client6, Note6 } from '../../conversations/v6model';
import type { World } from '../../evidence/world';
import { UNKNOWN_ADDRESS, list } from '../../words/words';
import type { WorldRule } from '../rule';

/** DHCPv6: addresses that no host can have, given to a client or named as its DNS server. */

/** OPTION_DNS_SERVERS (RFC 3646 §3), and the length of each address in it. */
const DNS_SERVERS = 23;
const ADDRESS_LENGTH = 16;
/** How many DNS servers of one message are looked at. */
const MOST = 20;

/** Why no host can have an address or use a prefix (RFC 4291 §2.4); undefined if one can. */
function cannotBeHost6(address: string): string | undefined {
  if (/^::(\/|$)/.test(address)) return 'the unspecified address';
  if (/^::1(\/|$)/.test(address)) return 'the loopback address';
  return /^ff[0-9a-f]{2}:/.test(address) ? 'multicast' : undefined;
}

/** The same for an address that a client is given: each host makes its link-local addresses itself (RFC 4862 §5.3). */
const cannotBeGiven = (address: string): string | undefined =>
  /^fe[89ab][0-9a-f]:/.test(address) ? 'link-local' : cannotBeHost6(address);

interface Odd {
  readonly address: string;
  readonly why: string;
}

const textOf = (odd: readonly Odd[]): string => list(odd.map(({ address, why }) => `${address} (${why})`));

interface OddNote {
  readonly client: Client6;
  readonly note: Note6;
  readonly server: string;
  readonly odd: readonly Odd[];
}

/** The messages of servers in which some of the addresses that are looked at are judged to be odd. */
function* oddNotes(
  world: World,
  addressesOf: (note: Note6) => readonly string[],
  judge: (address: string) => string | undefined,
): Iterable<OddNote> {
  for (const { client, notes } of world.conversations6.exchanges)
    for (const note of notes) {
      const odd = addressesOf(note).flatMap((address) => {
        const why = judge(address);
        return why === undefined ? [] : [{ address, why }];
      });
      if (odd.length > 0)
        yield { client, note, odd, server: note.server ?? world.packets.get(note.index).source ?? UNKNOWN_ADDRESS };
    }
}

const addressesGiven = ({ answer }: Note6): readonly string[] =>
  answer?.address === undefined ? [] : [answer.address, ...answer.others];

/** An address or prefix in an ADVERTISE or REPLY is none that a client can use. */
export const v6UnusableAddress: WorldRule = function* (world) {
  for (const { client, note, server, odd } of oddNotes(world, addressesGiven, cannotBeGiven)) {
    yield {
      id: 'unusable-address',
      severity: 'error',
      subject: server,
      frames: note.frames,
      detail: () => ({
        title: `DHCPv6 server ${nameOfDuid(server)} gives ${textOf(odd)} to ${client.name}`,
        explanation: `The ${messageType6(note.type)} in frame ${note.frame} gives ${textOf(odd)}. ${odd.some(({ why }) => why === 'link-local') ? 'A link-local address reaches nothing beyond the link, and each host makes its own without DHCPv6.' : 'No host can use it, so the client stays without address.'}`,
        causes: ranked(
          cause(
            'likely',
            'The pool is configured with addresses that are not for clients',
            list(odd.map(({ address }) => address)),
          ),
          cause('possible', 'Somebody forges replies'),
        ),
        steps: advice.settings(POOLS6.addresses),
        reference: 'RFC 9915 §21.6; RFC 4291 §2.4, §2.5; RFC 4862 §5.3',
      }),
    };
  }
};

/** A DNS server in an ADVERTISE or REPLY is at an address that no host can have. Link-local ones are usual: home routers name themselves so. */
export const v6UnusableDns: WorldRule = function* (world) {
  const named = (note: Note6): string[] => (note.isAnswer ? dnsServersOf(note, world) : []);
  for (const { client, note, server, odd } of oddNotes(world, named, cannotBeHost6)) {
    yield {
      id: 'unusable-router',
      severity: 'warning',
      subject: server,
      frames: note.frames,
      detail: () => ({
        title: `DHCPv6 server ${nameOfDuid(server)} names ${textOf(odd)} as DNS server to ${client.name}`,
        explanation: `Option 23 (DNS recursive name servers) of the ${messageType6(note.type)} in frame ${note.frame} names ${textOf(odd)}. Nobody answers the client’s questions there, so it waits for each name, or finds none.`,
        causes: ranked(
          cause(
            'likely',
            'The option for the DNS server is a placeholder, or was copied from the server’s own settings',
          ),
        ),
        steps: advice.settings({
          dhcpd: '`option dhcp6.name-servers 2001:db8::53;`',
          kea: '`{ "name": "dns-servers", "data": "2001:db8::53" }`',
          dnsmasq: '`dhcp-option=option6:dns-server,[2001:db8::53]`; `[::]` there means the server’s own address',
          windows: '`Set-DhcpServerv6OptionValue -DnsServer 2001:db8::53`',
          ios: '`dns-server 2001:db8::53` in the `ipv6 dhcp pool`',
        }),
        reference: 'RFC 3646 §3; RFC 4291 §2.5.2, §2.5.3, §2.7',
      }),
    };
  }
};

function dnsServersOf({ index }: Note6, world: World): string[] {
  const view = world.packets.get(index).dhcpv6?.option(DNS_SERVERS);
  const addresses: string[] = [];
  for (let at = 0; view && at + ADDRESS_LENGTH <= view.length && addresses.length < MOST; at += ADDRESS_LENGTH)
    addresses.push(formatIpv6(view.bytes, view.start + at));
  return addresses;
}
