import type { Finding } from '../../analysis/finding';
import { list } from '../../analysis/words/words';
import { parseAddress, prefixText, type Address } from '../address';
import type { Subnet } from '../model';
import { LINK_SELECTION, type Network } from './network';
import { givenBy, ipv4, type Asked, type Heard } from './request';
import { placeText } from './silence';
import { speakerOf } from './speakers';

/** Findings that several subnets on one link bring about, also where that is meant. */
const BY_SEVERAL_SUBNETS: ReadonlySet<string> = new Set([
  'address-outside-scope',
  'conflicting-subnets',
  'server-outside-subnet',
]);

/** How many replies of a finding are held against the configuration. */
const MOST_REPLIES = 1000;

/**
 * Weighs a finding anew that a shared network of the configuration explains: all the addresses concerned are of subnets that it joins.
 * Other findings come back as they are.
 */
export function asIntended(
  finding: Finding,
  replies: ReadonlyMap<number, Asked>,
  ours: ReadonlySet<string>,
  network: Network,
): Finding {
  if (!BY_SEVERAL_SUBNETS.has(finding.id) || finding.severity === 'info') return finding;
  const own = finding.frames.slice(0, MOST_REPLIES).flatMap((frame) => replies.get(frame) ?? []);
  if (own.length === 0 || !own.every((reply) => ours.has(speakerOf(reply)))) return finding;
  const links = new Set(own.flatMap((reply) => [...addressesOf(reply)]).map((address) => network.linkAt(address)));
  const [link] = links;
  const shared = link?.[0]?.sharedNetwork;
  if (links.size !== 1 || !link || !shared || link.length < 2) return finding;
  return {
    ...finding,
    severity: 'info',
    causes: [
      {
        text: `${placeText(shared.head)}: ${sharedText(shared.name, link)}`,
        likelihood: 'likely',
        evidence: [`all addresses of these replies are of ${link.length > 2 ? 'these subnets' : 'these two subnets'}`],
        frames: own.map(({ packet }) => packet.frame),
      },
    ],
    steps: ['Nothing needs to be done, if the clients of these subnets are on one link, as the configuration says.'],
    stepsFor: {},
  };
}

function sharedText(name: string | undefined, link: readonly Subnet[]): string {
  const subnets = link.flatMap(({ prefix }) => (prefix ? [prefixText(prefix)] : []));
  return `The shared network${name === undefined ? '' : ` “${name.slice(0, 40)}”`} joins ${list(subnets, 4)}, so this is as it was configured`;
}

/** The addresses that a reply shows of the client’s link: what it gives, and the relay’s or the server’s own. */
function* addressesOf(reply: Asked): Iterable<Address> {
  for (const { value } of givenBy(reply)) yield value;
  const { giaddr } = (reply as Heard).dhcp;
  const selected = reply.agent(LINK_SELECTION);
  if (selected?.length === 8) yield ipv4(parseInt(selected, 16));
  else if (giaddr !== 0) yield ipv4(giaddr);
  else {
    const server = parseAddress(speakerOf(reply));
    if (server) yield server;
  }
}
