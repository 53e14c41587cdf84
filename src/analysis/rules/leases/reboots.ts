import { CONFIRM, REPLY } from '../../../codec/dhcpv6/message';
import { push } from '../../../codec/append';
import { cause, ranked, type Draft } from '../../collector';
import type { Lease } from '../../conversations/lease';
import { DISCOVER, OPTION, REQUEST, requestState, type Client, type Message } from '../../conversations/model';
import { clonesOf } from '../../evidence/identity';
import { systemOfClient } from '../../evidence/systems';
import { ip, span, times } from '../../words/words';
import type { WorldRule } from '../rule';
import { whatHappensBefore } from './leases';
import { gaveBack } from './turns';

/* A client that asks again and again whether its old address still holds, as one does when its link comes up. */

/** So often, within so many seconds: a link that flaps. A laptop that wakes, or a phone that moves, asks less often. */
const LOOP = { times: 5, seconds: 300 } as const;

/** One such question that was answered. */
interface Asked {
  readonly time: number;
  readonly frames: readonly number[];
}

/** The first questions that follow each other so fast, to the last of them; undefined if there are none. */
function densest<T extends Asked>(asked: readonly T[]): readonly T[] | undefined {
  const isDense = (i: number): boolean =>
    i >= LOOP.times - 1 && asked[i]!.time - asked[i - LOOP.times + 1]!.time <= LOOP.seconds;
  const first = asked.findIndex((_, i) => isDense(i));
  if (first < 0) return undefined;
  let last = first;
  while (last + 1 < asked.length && isDense(last + 1)) last++;
  return asked.slice(first - LOOP.times + 1, last + 1);
}

/** A REQUEST in INIT-REBOOT, and the lease that its ACK confirmed. */
interface Rebooted extends Asked {
  readonly lease: Lease;
  /** Where the client is: its link, its relay and its port, as far as they are told. */
  readonly place: string;
}

/** The question in INIT-REBOOT that led to a lease; undefined if the client asked otherwise. */
function rebooted(lease: Lease): Rebooted | undefined {
  const { exchange } = lease;
  if (exchange.holds(DISCOVER)) return undefined;
  const request = exchange.firstOf(REQUEST);
  if (!request?.timed || requestState(request) !== 'init-reboot') return undefined;
  return { lease, time: request.time, frames: [request.frame, lease.frame], place: placeOf(request) };
}

/** Another port or access point than before, where a relay or switch tells it, is no link that flaps. */
function placeOf(message: Message): string {
  const dhcps = message.packetsSeen().map(({ dhcp }) => dhcp!);
  const relay = dhcps.find(({ giaddr }) => giaddr !== 0)?.giaddr ?? 0;
  const port =
    dhcps
      .find((dhcp) => dhcp.has(OPTION.relayAgent))
      ?.option(OPTION.relayAgent)
      ?.hex() ?? '';
  return `${message.link} ${relay} ${port}`;
}

/** A client asks for its old address in INIT-REBOOT again and again, and gets it each time. */
export const rebootLoop: WorldRule = function* (world) {
  const byClient = new Map<Client, Rebooted[]>();
  for (const lease of world.survey.leases) {
    if (lease.client.exchanges.length < LOOP.times || lease.time <= 0) continue;
    const one = rebooted(lease);
    if (one) push(byClient, lease.client, one);
  }
  for (const [client, all] of byClient) {
    // Two machines that each ask for themselves: `duplicate-client-id` reports that.
    if (clonesOf(world).has(client)) continue;
    for (const run of runsOf(all)) {
      const loop = densest(run);
      if (!loop) continue;
      const { address } = loop[0]!.lease;
      yield draftOf(client.label, loop, {
        system: systemOfClient(client),
        address: ip(address),
        message: 'REQUEST',
        question: 'REQUEST in INIT-REBOOT',
        answer: 'ACK',
        reference: 'RFC 2131 §3.2, §4.4.2',
      });
      break;
    }
  }
};

/** Questions in runs: about one address, from one place, and nothing was given back in between. */
function runsOf(all: readonly Rebooted[]): Rebooted[][] {
  const runs: Rebooted[][] = [];
  let before: Rebooted | undefined;
  for (const one of all) {
    const goesOn =
      before !== undefined &&
      before.lease.address === one.lease.address &&
      before.place === one.place &&
      !gaveBack(before.lease, one.lease);
    if (goesOn) runs[runs.length - 1]!.push(one);
    else runs.push([one]);
    before = one;
  }
  return runs;
}

/** A DHCPv6 client asks by CONFIRM again and again whether its addresses still hold (RFC 9915 §18.2.3), and is answered each time. */
export const confirmLoop: WorldRule = function* (world) {
  for (const client of world.conversations6.clients.values()) {
    if (client.exchanges.length < LOOP.times) continue;
    const asked = client.exchanges.flatMap((exchange) => {
      const [confirm] = exchange.of(CONFIRM);
      const [reply] = exchange.of(REPLY);
      if (!confirm?.timed || !reply || reply.answer!.refusals.length > 0) return [];
      // A client that moves from one link to another has to ask.
      const place = `${confirm.link} ${world.packets.get(confirm.index).dhcpv6!.linkAddress ?? ''}`;
      return [{ time: confirm.time, frames: [confirm.frame, reply.frame], place }];
    });
    const loop = densest(asked.filter(({ place }) => place === asked[0]!.place));
    if (!loop) continue;
    yield draftOf(client.name, loop, {
      address: undefined,
      message: 'CONFIRM',
      question: 'CONFIRM',
      answer: 'REPLY',
      reference: 'RFC 9915 §18.2.3',
    });
  }
};

/** How the two protocols call it. */
interface Words {
  readonly system?: string | undefined;
  readonly address: string | undefined;
  readonly message: string;
  readonly question: string;
  readonly answer: string;
  readonly reference: string;
}

function draftOf(client: string, loop: readonly Asked[], words: Words): Draft {
  const lasts = loop[loop.length - 1]!.time - loop[0]!.time;
  const what = words.address ?? 'its addresses';
  return {
    id: 'lease-loop',
    severity: 'warning',
    subject: client,
    frames: loop.flatMap(({ frames }) => frames),
    detail: () => ({
      title: `${client} asks for ${words.address === undefined ? 'its old addresses' : `its old address ${words.address}`} ${times(loop.length)} within ${span(lasts)}`,
      explanation: `The client asked whether it may go on using ${what} (${words.question}) ${times(loop.length)} within ${span(lasts)}, and each time got its ${words.answer}. A client asks so once when it starts or when its link comes up, so something takes it down again and again.`,
      causes: ranked(
        cause(
          'likely',
          'The client’s link goes down and up: cable, plug, port, power or driver, or a weak radio signal',
          `once every ${span(lasts / (loop.length - 1))}, and the server answers each time`,
        ),
        cause('possible', 'The client restarts again and again, or a program restarts its DHCP client'),
        cause('possible', 'The client moves between access points of one network'),
      ),
      steps: whatHappensBefore(words.message, words.system),
      reference: words.reference,
    }),
  };
}
