import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { leasesNothing } from '../../conversations/lease';
import { cannotBeHost } from '../../conversations/masks';
import { ACK, OPTION, REQUEST, stateIn, type Exchange, type Message } from '../../conversations/model';
import type { ExchangeRule } from '../rule';
import { serverSubject } from '../../evidence/subjects';
import { isContiguous, leasing, maskOf, network, prefixOf, sameSubnet, subnetText } from './subnet';
import { swappedOf } from '../../evidence/byteOrder';
import { ip, list, where } from '../../words/words';
import { unlessChanged } from '../messages/changed';

/** Wrong addresses: whether the address, the mask and the broadcast address that a server gives are valid. */

/** Option 1 is not a valid mask. */
export const invalidSubnetMask: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    if (message.fromClient) continue;
    const mask = message.dhcp.ip(OPTION.mask);
    if (mask === undefined || isContiguous(mask)) continue;
    const [meant, ...others] = meantMasks(mask, message);
    yield {
      id: 'invalid-subnet-mask',
      severity: 'error',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)}: ${ip(mask)} is not a subnet mask`,
        explanation: `Option 1 of the ${where(message)} is ${ip(mask)} (binary ${mask.toString(2).padStart(32, '0')}). A mask must be ones followed by zeros, and not all zeros; clients refuse this one or compute a wrong subnet from it.`,
        causes: unlessChanged(
          ranked(
            meant &&
              cause('likely', meant.text, meant.evidence, `${ip(meant.mask)} holds ${holds(message, meant.mask)}`),
            cause(mask === 0 || meant ? 'possible' : 'likely', 'The mask was mistyped'),
            ...others.map(({ text, evidence }) => cause(meant ? 'unlikely' : 'possible', text, evidence)),
            mask === 0 && cause('likely', 'The option is set, but empty'),
          ),
          message,
        ),
        steps: maskSteps(message, meant?.mask),
        reference: 'RFC 2132 §3.3, RFC 950 §2.1',
      }),
    };
  }
};

/** A mask that the octets of an invalid one may stand for, and how. */
interface Meant {
  readonly mask: number;
  readonly text: string;
  readonly evidence: string;
}

/** What may have been meant by an invalid mask: the narrowest first, among those that hold the reply's own addresses. */
function meantMasks(mask: number, message: Message): readonly Meant[] {
  const inverse = ~mask >>> 0;
  const swapped = swappedOf(mask);
  return [
    {
      mask: swapped,
      text: 'The octets of the mask are in reverse order: the program that wrote it does not turn them into the order of the network',
      evidence: `with its octets reversed it is ${ip(swapped)}`,
    },
    {
      mask: inverse,
      text: 'It is a wildcard mask, as access lists write them: the inverse',
      evidence: `its inverse is ${ip(inverse)}`,
    },
  ]
    .filter(
      (one) =>
        one.mask !== 0xffffffff &&
        isContiguous(one.mask) &&
        neighbours(message).every((other) => sameSubnet(other, message.dhcp.yiaddr, one.mask)),
    )
    .sort((a, b) => b.mask - a.mask);
}

/** The hosts that a client must reach on its own link: its routers, and a server that is not behind a relay. */
const neighbours = (message: Message): readonly number[] => [
  ...message.dhcp.ips(OPTION.router),
  ...(message.relayed ? [] : message.dhcp.ips(OPTION.server)),
];

const holds = (message: Message, mask: number): string =>
  `${list([message.dhcp.yiaddr, ...new Set(neighbours(message))].map(ip))}: ${subnetText(message.dhcp.yiaddr, mask)}`;

/** Settings for the mask that was meant, or else for the one that most networks use today, for the subnet of a reply. */
const maskSteps = (message: Message, meant = 0xffffff00): advice.Step[] => {
  const subnet = advice.subnetOfReply(message, meant);
  return subnet ? advice.maskSetting(subnet) : [];
};

/** Settings for the pool and mask of a subnet. */
const settingsOf = (subnet: advice.Subnet | undefined): advice.Step[] =>
  subnet ? advice.together(advice.poolSetting(subnet), advice.maskSetting(subnet)) : advice.poolSetting();

/** yiaddr is the network's own address or its broadcast address. */
export const networkOrBroadcastAddress: ExchangeRule = function* (exchange) {
  for (const message of leasing(exchange)) {
    const { yiaddr } = message.dhcp;
    const mask = maskOf(message);
    if (mask === undefined || prefixOf(mask) > 30 || yiaddr === 0) continue;
    const zeros = network(yiaddr, mask) === yiaddr;
    if (!zeros && (yiaddr | mask) >>> 0 !== 0xffffffff) continue;
    yield {
      id: 'network-or-broadcast-address',
      severity: 'error',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} gives out ${ip(yiaddr)}, the ${zeros ? 'network’s own' : 'broadcast'} address of ${subnetText(yiaddr, mask)}`,
        explanation: `The ${where(message)} gives ${exchange.client.label} the address ${ip(yiaddr)} with mask ${ip(mask)}. In ${subnetText(yiaddr, mask)} that is the ${zeros ? 'all-zeros address, which names the network' : 'all-ones address, which means every host'}; no host can use it.`,
        causes: ranked(
          cause('likely', 'The pool’s range reaches to the edge of the subnet'),
          cause(
            'possible',
            'The mask handed out is narrower than the one the pool was made for',
            `option 1 is ${ip(mask)}`,
          ),
        ),
        steps: settingsOf(advice.subnetOfReply(message, mask)),
        reference: 'RFC 1122 §3.2.1.3, RFC 919',
      }),
    };
  }
};

/** Option 28 is not the subnet's broadcast address. */
export const broadcastAddressMismatch: ExchangeRule = function* (exchange) {
  for (const message of leasing(exchange)) {
    const { dhcp } = message;
    const mask = maskOf(message);
    const given = dhcp.ip(OPTION.broadcast);
    if (mask === undefined || prefixOf(mask) > 30 || given === undefined || dhcp.yiaddr === 0) continue;
    const right = (dhcp.yiaddr | ~mask) >>> 0;
    if (given === right || given === 0xffffffff) continue;
    yield {
      id: 'broadcast-address-mismatch',
      severity: 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)}: broadcast address ${ip(given)} is not that of ${subnetText(dhcp.yiaddr, mask)}`,
        explanation: `The ${where(message)} gives ${ip(dhcp.yiaddr)} with mask ${ip(mask)}, whose broadcast address is ${ip(right)}; option 28 says ${ip(given)}. Broadcasts of this client do not reach the others, or theirs do not reach it.`,
        causes: ranked(
          cause(
            'likely',
            'The option was left behind when the subnet or its mask changed',
            `option 28 is ${ip(given)}, the mask ${ip(mask)}`,
          ),
          cause('possible', 'The option is set for the whole server and no scope overrides it'),
        ),
        steps: [
          'Best leave option 28 out: clients compute it from address and mask.',
          ...advice.settings({
            dhcpd: `\`option broadcast-address ${ip(right)};\``,
            kea: `\`{ "name": "broadcast-address", "data": "${ip(right)}" }\``,
            dnsmasq: `\`dhcp-option=option:broadcast,${ip(right)}\``,
            windows: `\`Set-DhcpServerv4OptionValue -ScopeId ${ip(network(dhcp.yiaddr, mask))} -OptionId 28 -Value ${ip(right)}\``,
            ios: `\`option 28 ip ${ip(right)}\``,
          }),
        ],
        reference: 'RFC 2132 §5.3',
      }),
    };
  }
};

/** yiaddr is not an address that a host can have. */
export const unusableAddress: ExchangeRule = function* (exchange) {
  for (const message of leasing(exchange)) {
    const { dhcp } = message;
    const { yiaddr } = dhcp;
    // PXE boot servers answer on port 4011 without an address.
    if (
      yiaddr === 0 &&
      (message.packet.sourcePort === 4011 || exchange.of(REQUEST).some((one) => stateIn(exchange, one) === 'pxe'))
    )
      continue;
    // An ACK to an INFORM gives no address either; if the request is not in the capture, it may have been an INFORM.
    if (yiaddr === 0 && (leasesNothing(exchange, message) || (message.type === ACK && !exchange.holds(REQUEST))))
      continue;
    const why = cannotBeHost(yiaddr, 0, undefined);
    if (why === undefined) continue;
    const forced = yiaddr === 0 && dhcp.has(OPTION.v6Only);
    yield {
      id: 'unusable-address',
      severity: 'error',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} gives ${exchange.client.label} ${ip(yiaddr)}, ${why}`,
        explanation: `yiaddr of the ${where(message)} is ${ip(yiaddr)}: ${why}. A client cannot use it; it will start anew, or stay without address.`,
        causes: ranked(
          forced &&
            cause(
              'likely',
              'The server forces option 108 (IPv6-Only Preferred) on clients that do not ask for it, and takes them for clients that need no IPv4',
              `option 108 in frame ${message.frame}`,
              parametersText(exchange),
            ),
          yiaddr === 0
            ? cause(
                forced ? 'possible' : 'likely',
                'The server’s program does not fill in yiaddr, or has no address and answers all the same',
              )
            : cause('likely', 'The pool holds addresses that no host can have', `yiaddr ${ip(yiaddr)}`),
          cause('possible', 'Somebody forges replies'),
          yiaddr === 0 &&
            cause(
              'possible',
              'A proxyDHCP or a server for a closed class answers without being one',
              dhcp.has(60) && 'the reply has option 60',
            ),
        ),
        steps: forced
          ? [
              `Let ${serverSubject(message)} send option 108 to clients that ask for it (option 55) and to no others.`,
              ...advice.settings({
                kea: 'take `"always-send": true` out of the option `v6-only-preferred`',
                dnsmasq: '`dhcp-option` in place of `dhcp-option-force` where it sets option 108',
              }),
            ]
          : yiaddr === 0
            ? [
                `Look into the log of the DHCP server on ${serverSubject(message)} for ${exchange.client.label}, and update the server.`,
              ]
            : advice.poolSetting(undefined),
        reference: forced ? 'RFC 8925 §3.2, §3.3' : 'RFC 2131 §4.3.1, RFC 1122 §3.2.1.3',
      }),
    };
  }
};

/** What the client of an exchange asks for, as evidence. */
function parametersText(exchange: Exchange): string {
  const asked = exchange.messages.find((message) => message.fromClient)!;
  const codes = asked.dhcp.option(OPTION.parameters)?.octets();
  return codes
    ? `option 55 in frame ${asked.frame} is ${[...codes].join(', ')}`
    : `no option 55 in frame ${asked.frame}`;
}
