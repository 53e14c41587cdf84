import { append } from '../../codec/append';
import { SNAPLEN_CUT } from '../../codec/field';
import { cause, ranked } from '../collector';
import { BOOTP, REQUEST, type Exchange } from '../conversations/model';
import { straysOf } from '../evidence/delivery';
import type { WorldRule } from './rule';
import { showsReply } from '../evidence/silence/answered';
import { linkText } from '../words/links';
import { hiddenReply } from '../evidence/survey';
import { capital, count, frames, ip, list } from '../words/words';
import { advertised, contentsText, heldBy, optionsAlone, NO_DHCPV6, spoken } from '../words/contents';

/** The capture itself: what it can and cannot show. */

const readable = (shown: number): string =>
  shown === 0
    ? 'No frame can be read.'
    : shown === 1
      ? 'The only frame that can be read is shown.'
      : `All ${shown} frames that can be read are shown.`;

/** The file ends inside a record, or records are damaged. */
export const captureTruncated: WorldRule = function* ({ facts }) {
  if (facts.fileProblems.length === 0) return;
  yield {
    id: 'capture-truncated',
    severity: 'warning',
    subject: facts.name,
    frames: [],
    detail: () => ({
      title: `${facts.name}: the capture file is damaged or cut`,
      explanation: `${facts.fileProblems.slice(0, 5).join(' ')} ${readable(facts.frames)} What came after is missing here, not on the wire.`,
      causes: ranked(
        cause('likely', 'The capture program was killed, or the file was copied while it was being written'),
        cause('possible', 'The disk was full, or the transfer was broken off'),
        cause('possible', 'The file was sent in text mode (FTP ASCII), or edited'),
      ),
      steps: [
        'End tcpdump by Ctrl-C or `kill -INT`, and let it write packet by packet: `tcpdump -U -w dhcp.pcap`.',
        'Copy the file again, and compare size and checksum (`sha256sum`) of both.',
      ],
      reference: 'pcap and pcapng file formats (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng)',
    }),
  };
};

/** Messages that the snapshot length, or the end of a pasted text, cut: one finding for all senders. */
export const snaplenCut: WorldRule = function* (world) {
  if (world.observed.cut.length === 0) return;
  const cut = world.observed.cut.toSorted((a, b) => a - b);
  const one = cut.length === 1;
  const { facts } = world;
  const pasted = facts.pasted !== undefined;
  const here = pasted ? 'text' : 'capture';
  yield {
    id: SNAPLEN_CUT,
    severity: 'info',
    subject: facts.name,
    frames: cut,
    detail: () => ({
      title: `${facts.name}: ${count(cut.length, 'message')} ${one ? 'was' : 'were'} cut ${pasted ? 'in this text' : 'by the snapshot length'}`,
      explanation: `Only the beginning of ${one ? 'this message' : 'these messages'} is in the ${here} (${frames(cut)}). What comes behind, most often options, is missing from the ${here}, not from the wire: nothing is concluded from its absence. Where option 53 is missing, not even the type of a message is known.`,
      causes: ranked(
        pasted && cause('likely', 'The text was copied or printed in part'),
        cause(
          pasted ? 'possible' : 'likely',
          'The capture was taken with a snapshot length (`-s`) shorter than the frames',
        ),
        cause('possible', 'A program cut the frames later, to make the file smaller or to hide what they hold'),
      ),
      steps: [
        ...(pasted ? ['Paste the whole dump, or open the capture file itself.'] : []),
        'Capture with `tcpdump -s 0 -w dhcp.pcap` (the default of today), or in Wireshark without “Limit each packet to”.',
      ],
      reference: 'RFC 2131 §2; draft-ietf-opsawg-pcap §4',
    }),
  };
};

/** The capture holds no frame of interest. */
export const noDhcp: WorldRule = function* (world) {
  const { facts } = world;
  // What a filter leaves out says nothing about the place of the capture.
  if (spoken(world).size > 0 || optionsAlone(world) || (facts.frames === 0 && facts.unfiltered)) return;
  const held = new Map(heldBy(world));
  const routers = advertised(world);
  const without = routers.every(({ text }) => text === NO_DHCPV6) ? routers[0] : undefined;
  yield {
    id: 'no-dhcp',
    severity: 'info',
    subject: facts.name,
    frames: routers.map(({ frame }) => frame),
    detail: () => ({
      title:
        facts.frames === 0
          ? `${facts.name}: the capture is empty`
          : `${facts.name}: no DHCP in ${count(facts.frames, 'frame')}`,
      explanation: contentsText(world),
      causes: ranked(
        without &&
          cause(
            'likely',
            'Hosts on this link form their IPv6 addresses themselves, as the router tells them to, and ask no DHCPv6 server',
            `flags M and O are not set in frame ${without.frame}`,
          ),
        cause(
          'likely',
          'No client asked while the capture ran: a client with a lease asks again only after half the lease time',
        ),
        cause('likely', 'The capture was taken on the wrong interface or VLAN'),
        cause(
          'possible',
          'A capture filter kept DHCP out',
          held.size === 1 && `the capture holds nothing but ${[...held.keys()][0]!}`,
        ),
        cause(
          held.has('TCP') || held.has('UDP') ? 'possible' : 'unlikely',
          'The switch does not mirror these frames to the capture port',
        ),
      ),
      steps: [
        'Make a client ask while the capture runs: `dhclient -r` and `dhclient`, or `networkctl renew INTERFACE` (Linux), `ipconfig /release` and `ipconfig /renew` (Windows), `ipconfig set INTERFACE DHCP` (macOS).',
        'Capture with the filter `udp port 67 or udp port 68 or udp port 546 or udp port 547 or rarp`; for frames with a VLAN tag add `or (vlan and udp port 67)`.',
        'List the interfaces by `tcpdump -D`, and take the one that leads to the clients.',
      ],
      reference: 'RFC 2131 §4.1',
    }),
  };
};

/** Only requests, or only replies, although the clients clearly complete. */
export const oneSided: WorldRule = function* (world) {
  if (world.facts.lost) return;
  const byLink = new Map<
    string,
    { requests: number[]; replies: number[]; clients: Set<string>; proof: string[]; shown: boolean }
  >();
  const of = (link: string): NonNullable<ReturnType<typeof byLink.get>> => {
    let entry = byLink.get(link);
    if (!entry) byLink.set(link, (entry = { requests: [], replies: [], clients: new Set(), proof: [], shown: true }));
    return entry;
  };
  const add = (exchange: Exchange, to: 'requests' | 'replies'): ReturnType<typeof of> => {
    const entry = of(exchange.messages[0]!.link);
    append(entry[to], exchange.frames);
    entry.clients.add(exchange.client.label);
    return entry;
  };
  for (const exchange of world.exchanges) {
    const { client } = exchange;
    if (exchange.replies === 0 && client.answers === 0 && exchange.holds(REQUEST)) {
      const hidden = hiddenReply(exchange, world);
      if (hidden) {
        const entry = add(exchange, 'requests');
        if (hidden.proof === 'silence') entry.shown = false;
        entry.proof.push(
          hidden.proof !== 'silence'
            ? `${client.label} uses ${ip(hidden.address)} in frame ${hidden.proofFrames[0]!}`
            : `${client.label} selects ${hidden.server ?? 'a server'} in frame ${hidden.request.frame} and does not ask again`,
        );
      }
    } else if (
      exchange.replies === exchange.count &&
      exchange.leaseAnswers > 0 &&
      !exchange.holds(BOOTP) &&
      exchange.outcome === 'bound' &&
      !client.asked &&
      // What it answers is in the capture, under another chaddr.
      !straysOf(world).asking.has(exchange)
    )
      add(exchange, 'replies');
    else continue;
  }
  // Where requests are seen as well, replies alone say when the capture began, not what it leaves out.
  const asking = new Set(world.clients.flatMap(({ linksAsked }) => linksAsked));
  for (const [link, entry] of byLink) {
    if (entry.requests.length === 0 && asking.has(link)) continue;
    const requests = entry.requests.length > 0;
    const others = requests && showsReply(link, world);
    yield {
      id: 'one-sided',
      severity: 'info',
      subject: linkText(link),
      frames: [...entry.requests, ...entry.replies],
      detail: () => ({
        title: others
          ? `The capture lacks the replies to ${count(entry.clients.size, 'client')}; they went by elsewhere`
          : requests
            ? 'The capture shows requests only; the replies went by elsewhere'
            : 'The capture shows replies only; the requests went by elsewhere',
        explanation: requests
          ? `This capture shows requests of ${clientsText(entry.clients)}, and no reply${others ? ' to them' : ''}. ${proofText([...new Set(entry.proof)])}. ${repliesProof(entry.clients.size, entry.shown)} The capture point sees the broadcasts of the link, not the unicast replies of the server.`
          : `This capture shows replies to ${clientsText(entry.clients)}, and no request: the capture point, or its filter, sees what the server sends and not what it gets.`,
        causes: ranked(
          requests && cause('likely', 'The capture was taken on a third port of a switch, which gets broadcasts only'),
          cause(
            requests ? 'possible' : 'likely',
            'The mirror port (SPAN) copies one direction only, or the capture filter takes one port only',
          ),
        ),
        steps: [
          'Capture on the client or on the server, or mirror both directions: Cisco IOS `monitor session 1 source interface PORT both`.',
          'Use a filter with both ports: `udp port 67 or udp port 68`.',
        ],
        reference: 'RFC 2131 §4.1',
      }),
    };
  }
};

const clientsText = (clients: ReadonlySet<string>): string =>
  clients.size === 1 ? list([...clients]) : `${clients.size} clients (${list([...clients])})`;

/** What clients do after their requests. */
const proofText = (proof: readonly string[]): string => capital(list(proof));

/** Whether that shows that they got their replies, or suggests it. */
function repliesProof(clients: number, shown: boolean): string {
  const they = clients === 1 ? 'it got its replies' : 'they got their replies';
  return shown ? `This shows that ${they}.` : `This suggests that ${they}.`;
}
