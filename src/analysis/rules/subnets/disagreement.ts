import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import { serverOf } from '../../conversations/model';
import type { Lease } from '../../conversations/lease';
import { SEVERAL_SERVERS } from '../../conversations/traits';
import type { World } from '../../evidence/world';
import { vlanOf } from '../../words/links';
import { ip, list } from '../../words/words';
import type { WorldRule } from '../rule';
import { authorisedOf } from './servers';
import { findPort, macEvidence, takersText } from './whereabouts';
import { differences, sameSubnet, sayOf, type Say } from './subnet';

/** Servers of one link that disagree about its network, although no client heard both of them. */

/** A server's settings, and the client that was given them. */
interface Gave {
  readonly say: Say;
  readonly client: string;
}

/** How many servers, and kinds of clients, of one link are compared. */
const MOST = 64;

/**
 * Two servers lease addresses of one subnet, each to clients of its own, and give them different routers or DNS servers. Compared are
 * clients of one vendor class only: servers may give phones other settings than computers.
 */
export const serversDisagree: WorldRule = function* (world) {
  if (world.survey.servers.size < 2) return;
  const authorised = world.once(authorisedOf);
  const told = new Set<string>();
  for (const given of firstGiven(world).values()) {
    const [first, ...others] = [...given.values()];
    for (const other of others) {
      const pair = pairOf(first!.say.server, other.say.server);
      if (told.has(pair) || world.once(heardTogether).has(pair)) continue;
      const wrong = differences(first!.say, other.say, true).map(({ text }) => text);
      // Servers of different subnets are reported as such.
      if (wrong.length === 0 || !inOneSubnet(first!.say, other.say)) continue;
      // `unauthorisedServer` reports it.
      if (authorised.size > 0 && ![first, other].every((one) => authorised.has(one!.say.server))) continue;
      told.add(pair);
      yield draftOf([first!, other], wrong, world);
    }
  }
};

const pairOf = (...servers: readonly [string, string]): string => [...servers].sort().join(' ');

const inOneSubnet = (a: Say, b: Say): boolean =>
  a.mask !== undefined && a.mask === b.mask && sameSubnet(a.address, b.address, a.mask);

/** By link and vendor class: the first lease of each server. */
function firstGiven(world: World): Map<string, Map<number, Gave>> {
  const found = new Map<string, Map<number, Gave>>();
  for (const lease of world.survey.leases) {
    const { server } = lease;
    if (lease.relayed || lease.cooked || server === undefined) continue;
    const place = `${lease.link}\n${lease.vendorClass ?? ''}`;
    let servers = found.get(place);
    if (!servers) {
      if (found.size >= MOST) continue;
      found.set(place, (servers = new Map<number, Gave>()));
    }
    if (servers.has(server) || servers.size >= MOST) continue;
    const say = ackOf(lease);
    if (say) servers.set(server, { say, client: lease.client.label });
  }
  return found;
}

function ackOf({ exchange, frame }: Lease): Say | undefined {
  const ack = exchange.messages.find((one) => one.frame === frame);
  return ack && sayOf(ack);
}

/** Pairs of servers that answered one transaction: these are reported there. */
function heardTogether(world: World): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (const exchange of world.exchanges) {
    if (exchange.leaseAnswers < 2 || !exchange.shows(SEVERAL_SERVERS)) continue;
    const servers = [...new Set(exchange.leaseReplies.flatMap((one) => serverOf(one) ?? []))].slice(0, MOST);
    servers.forEach((one, i) => servers.slice(i + 1).forEach((other) => pairs.add(pairOf(one, other))));
  }
  return pairs;
}

function draftOf(both: readonly [Gave, Gave], wrong: readonly string[], world: World): Draft {
  const says = both.map(({ say }) => say);
  const names = says.map(({ server }) => server);
  const itself = says.filter((say) => say.routers === say.server).map(({ server }) => server);
  return {
    id: 'rogue-server',
    severity: 'error',
    subject: list([...names].sort()),
    frames: says.map(({ message }) => message.frame),
    detail: () => ({
      title: `Servers ${list(names)} lease addresses of one subnet and disagree about the network`,
      explanation: `${both.map(({ say, client }) => `${say.server} gives ${client} the address ${ip(say.address)} in subnet ${say.subnet}, router ${say.routers}, DNS ${say.dns} (frame ${say.message.frame})`).join('; ')}. They disagree: ${list(wrong)}. No client of this capture is answered by both, so which settings a client gets depends on the server that it reaches.${takersText(names, world)}`,
      causes: ranked(
        cause(
          itself.length > 0 ? 'likely' : 'possible',
          'A router, access point or virtual machine with its own DHCP server was plugged in',
          ...itself.map((server) => `${server} names itself as router`),
          ...says.map((say) => macEvidence(say, world)),
        ),
        cause(
          itself.length > 0 ? 'possible' : 'likely',
          'Two servers of one owner are configured differently',
          list(wrong),
        ),
        cause('possible', 'The servers give clients different settings on purpose, by class or reservation'),
      ),
      steps: [
        `Compare the scopes of ${list(names)}: ${list(wrong)}.`,
        ...says.map((say) => findPort(say.server, world, say.message)),
        ...advice.snooping(vlanOf(says[0]!.message.packet)),
        'Tell Port 67 which servers are authorised, and it names the others.',
      ],
      servers: names,
      reference: 'RFC 2131 §7, RFC 7513 §3',
    }),
  };
}
