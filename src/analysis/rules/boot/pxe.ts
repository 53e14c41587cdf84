import { ipv4ToText, printable } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import {
  ACK,
  OFFER,
  OPTION,
  PROXY_PORT,
  isProxy,
  isPxe,
  serverOf,
  type Client,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { commonServerNamed, forOneReason } from '../../evidence/subjects';
import { refusedAt } from '../../evidence/silence/refusals';
import type { Cause } from '../../finding';
import { needsOf } from '../../conversations/traits';
import { bootServersOf, filesOf, transfersOf } from '../../evidence/transfers';
import type { WorldRule } from '../rule';
import { loaderOf } from './architecture';
import { comparedBy, unlike, type Told } from './unlike';
import type { World } from '../../evidence/world';
import { frames, ip, list, quote, times, where } from '../../words/words';

/** Clients that boot by PXE: whether they are told what to boot, and by which server. */

/** Tags of option 43 that point a PXE client to a boot server or menu (PXE 2.1 §2.2.3: discovery control, boot servers, menu). */
const MENU_TAGS: ReadonlySet<number> = new Set([6, 8, 9]);

/** Whether a reply names a boot file or a boot menu. siaddr alone does not count: dnsmasq always fills it. */
function namesBootFile(message: Message): boolean {
  if (filesOf(message).length > 0) return true;
  const vendor = message.dhcp.option(OPTION.vendor);
  if (!vendor) return false;
  for (let at = 0; at + 2 <= vendor.length; at += 2 + vendor.u8(at + 1)) {
    if (MENU_TAGS.has(vendor.u8(at))) return true;
    if (vendor.u8(at) === 255) break;
  }
  return false;
}

const NAMES_CLASS = needsOf({ options: [OPTION.vendorClass] });

const asksForPxe = (exchange: Exchange): boolean =>
  exchange.shows(NAMES_CLASS) && exchange.messages.some((message) => message.fromClient && isPxe(message.dhcp));

/** A PXE client that gets its lease and no boot file. */
interface Untold {
  readonly client: Client;
  readonly ack: Message;
  readonly exchange: Exchange;
}

/** The PXE clients that get their lease and no boot file, those that are told one, and whether a proxyDHCP service speaks. */
function bootAnswers(world: World): { readonly untold: Untold[]; readonly told: Told[]; readonly proxy: boolean } {
  const untold: Untold[] = [];
  const told: Told[] = [];
  let speaks = false;
  for (const client of world.clients) {
    if (client.answers === 0 || !client.pxe) continue;
    let leased: Message | undefined;
    let named: Told | undefined;
    let proxy = false;
    let last: Exchange | undefined;
    for (const exchange of client.exchanges) {
      if (exchange.replies === 0 || !asksForPxe(exchange)) continue;
      for (const message of exchange.messages) {
        if (message.fromClient) continue;
        if (namesBootFile(message)) named ??= { exchange, reply: message };
        // Option 60 in a reply sends the client to the boot service on port 4011, of this server or of another one.
        if (isProxy(message) || isPxe(message.dhcp)) proxy = true;
      }
      if (exchange.outcome === 'bound') {
        last = exchange;
        leased = exchange.leaseReplies.at(-1);
      }
    }
    speaks ||= proxy;
    if (named) told.push(named);
    // A proxyDHCP service that answers may give the rest on port 4011, by unicast that may not be seen here. One that answered the DISCOVER
    // may have done so before the capture began.
    if (!leased || !last?.holds(OFFER) || named || proxy || leased.packet.cut > 0) continue;
    // Some firmware knows its file itself and goes on to TFTP (Raspberry Pi).
    if (!transfersOf(world).has(ipv4ToText(leased.dhcp.yiaddr))) untold.push({ client, ack: leased, exchange: last });
  }
  return { untold, told, proxy: speaks };
}

/** A PXE client gets its lease, but nobody tells it what to boot. */
export const pxeNoBootFile: WorldRule = function* (world) {
  const { untold, told, proxy } = bootAnswers(world);
  const compared = untold.length > 0 ? comparedBy(told) : [];
  for (const { client, ack, exchange } of untold) {
    const other = unlike(exchange, compared);
    yield {
      id: 'pxe-no-boot-file',
      severity: 'warning',
      subject: client.label,
      common: forOneReason(commonServerNamed(serverOf(other?.told.reply ?? ack)), other?.cause ?? NOT_SET),
      frames: [...ack.frames, ...exchange.frames.filter((frame) => frame !== ack.frame)],
      detail: () => ({
        title: `${client.label}: a PXE client gets ${ip(ack.dhcp.yiaddr)}, but no boot file`,
        explanation: `The client says in option 60 that it boots by PXE (${quote(client.vendorClass!)}). It gets its lease in frame ${ack.frame}, but no OFFER, ACK or proxyDHCP reply to it names a boot file (field file, option 67) or a boot menu (option 43). ${serverText(ack)} The firmware gives up (“PXE-E53: No boot filename received”).`,
        causes: ranked(
          other?.cause ?? {
            ...NOT_SET,
            evidence:
              serversNamed(ack).length > 0
                ? [`frame ${ack.frame} names boot server ${list(serversNamed(ack))}, and no file`]
                : [],
          },
          !proxy &&
            cause(
              'possible',
              'A proxyDHCP service should answer beside the DHCP server, and does not: it is down, or the broadcasts do not reach it',
              'no reply with option 60 “PXEClient” and without address is in this capture',
            ),
          cause('possible', 'The client is not meant to boot from the network: its boot order is wrong'),
        ),
        steps: [
          ...(other?.steps ??
            advice.bootSetting(loaderOf(exchange), ack.dhcp.siaddr === 0 ? undefined : ip(ack.dhcp.siaddr))),
          ...(proxy ? [] : [PROXY_ELSEWHERE]),
        ],
        reference: 'PXE 2.1 §2.2; RFC 2131 §2; RFC 2132 §9.4, §9.5',
      }),
    };
  }
};

const NOT_SET = cause('likely', 'No boot file is configured for this client’s architecture or class');
const PROXY_ELSEWHERE =
  'If a proxyDHCP service in another network is to answer, the relay of this network must send the broadcasts to it as well as to the DHCP server.';

/** The boot servers that a reply names, to be shown. */
const serversNamed = (reply: Message): string[] => bootServersOf(reply).map(printable);

/** What a reply without a boot file says of the boot server. */
function serverText(ack: Message): string {
  const named = serversNamed(ack);
  return named.length === 0
    ? 'Nor does it name a boot server. The client asks for nothing by TFTP.'
    : `It does name a boot server, ${list(named)} (siaddr, sname, option 66 or 150), which says nothing without a file: some servers always fill it in. The client asks for nothing by TFTP.`;
}

/** A PXE client asks a boot service on port 4011 and gets no answer. */
export const pxeServerSilent: WorldRule = function* (world) {
  for (const client of world.clients) {
    if (!client.pxe || world.invented.has(client)) continue;
    const silent = silenceOf(client);
    const last = silent.asked[silent.asked.length - 1];
    if (!last || !world.observed.silenceAfter(silent.asked)) continue;
    // It boots, so the answer was not seen here.
    const address = last.dhcp.ciaddr === 0 ? last.packet.source : ipv4ToText(last.dhcp.ciaddr);
    if (address !== undefined && loadsSince(address, last.time, world)) continue;
    const { asked, told } = silent;
    const server = last.packet.destination ?? 'a boot server';
    const causes = whySilent(server, address, told, world);
    yield {
      id: 'pxe-server-silent',
      severity: 'error',
      subject: client.label,
      common: forOneReason(commonServerNamed(server), causes[0]),
      frames: asked.flatMap((message) => message.frames),
      detail: () => ({
        title: `${client.label} gets no answer from boot service ${server}:${PROXY_PORT}`,
        explanation:
          `The client ${address === undefined || address === '0.0.0.0' ? '' : `at ${address} `}asks ${server} on UDP port ${PROXY_PORT} ${times(asked.length)} what to boot (${frames(asked.map(({ frame }) => frame))}), and no answer is in this capture. ` +
          (told
            ? `It asks there because the ${where(told)} has option 60 “PXEClient”, which says that a boot service is at ${server}. ${leaseText(client)}`
            : leaseText(client)) +
          'Firmware gives up then (“PXE-E55: ProxyDHCP service did not reply to request on port 4011”).',
        causes,
        steps: [
          ...advice.listens(PROXY_PORT, { server }),
          ...advice.openPort(PROXY_PORT, { server }),
          ...advice.settings(
            told && isProxy(told)
              ? OF_PROXY
              : {
                  dhcpd:
                    'without a boot service there, take out `option vendor-class-identifier "PXEClient";`, and name the file by `filename` and `next-server`',
                  kea: 'without a boot service there, take `vendor-class-identifier` out of `option-data`, and set `"boot-file-name"` and `"next-server"`',
                  dnsmasq: '`pxe-service=…` makes dnsmasq answer there; `dhcp-boot=…` alone does without',
                  windows:
                    'where WDS runs on another host: `Remove-DhcpServerv4OptionValue -OptionId 60`; where it runs on the same: `wdsutil /Set-Server /UseDhcpPorts:No /DhcpOption60:Yes`',
                },
          ),
        ],
        reference: 'PXE 2.1 §2.2, §2.4',
      }),
    };
  }
};

/** How a proxyDHCP service is made to answer there. */
const OF_PROXY = {
  dnsmasq: '`pxe-service=…` makes dnsmasq answer there',
  windows: '`Get-Service WDSServer` shows whether WDS runs; `wdsutil /Start-Server` starts it',
};

/** What a client sent to port 4011 without an answer, and the reply that sent it there. */
interface Silence {
  readonly asked: readonly Message[];
  readonly told: Message | undefined;
}

function silenceOf(client: Client): Silence {
  let asked: Message[] = [];
  let told: Message | undefined;
  for (const exchange of client.exchanges) {
    for (const message of exchange.messages) {
      const { type, packet } = message;
      if (message.fromClient && packet.destinationPort === PROXY_PORT) asked.push(message);
      else if (!message.fromClient && (packet.sourcePort === PROXY_PORT || packet.destinationPort === PROXY_PORT))
        asked = [];
      else if ((type === OFFER || type === ACK) && !told && isPxe(message.dhcp)) told = message;
    }
  }
  return { asked, told };
}

/** Whether a client asks for a file by TFTP after a point in time. */
const loadsSince = (client: string, time: number, world: World): boolean =>
  (transfersOf(world).get(client) ?? []).some(({ requests }) => requests[requests.length - 1]!.time >= time);

const leaseText = ({ exchanges }: Client): string => {
  const bound = exchanges.find(({ outcome }) => outcome === 'bound');
  return bound?.address === undefined ? '' : `It has a lease of ${ip(bound.address)} all the same. `;
};

/** Why the boot service does not answer a client: what ICMP reports about the port, or else what is usual. */
function whySilent(
  server: string,
  address: string | undefined,
  told: Message | undefined,
  world: World,
): readonly Cause[] {
  const errors = world.neighbours.icmpErrors.filter(
    ({ quotedPort, quotedDestination }) => quotedPort === PROXY_PORT && quotedDestination === server,
  );
  const error = errors.find(({ quotedSource }) => quotedSource === address) ?? errors[0];
  if (error) return [refusedAt(error, 'boot service')];
  return ranked(
    cause(
      'likely',
      told && isProxy(told)
        ? `The proxyDHCP service on ${server} answers on port 67, and not on port ${PROXY_PORT}: its boot service is down, or is not set up`
        : `No boot service (proxyDHCP) listens on port ${PROXY_PORT} of ${server}: option 60 was left in the DHCP server’s configuration`,
      told && `option 60 in frame ${told.frame}`,
    ),
    cause('likely', `A firewall blocks UDP port ${PROXY_PORT}, on ${server} or on the way`),
    cause('possible', 'The boot service has nothing for this client’s architecture, and stays silent'),
  );
}
