import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import { ACK, OPTION, asksFor, type Exchange, type Message } from '../../conversations/model';
import type { Cause } from '../../finding';
import type { ExchangeRule } from '../rule';
import { serverSubject } from '../../evidence/subjects';
import { isWhole, leadsOut, leasing, maskOf, routesOf } from './subnet';
import { ip, ips, where } from '../../words/words';

/** Options that a client asked for but did not get. */

/** Whether the client asked for an option in option 55, in any of its messages. */
const asked = ({ messages }: Exchange, code: number): boolean => messages.some((message) => asksFor(message, code));

/** How many exchanges of a client before this one are searched. */
const MOST_BEFORE = 50;

/** The server gave the option with the same address before, and leaves it out when the client renews. */
function renewedWithout(exchange: Exchange, { dhcp }: Message, code: number): Cause | undefined {
  const server = dhcp.ip(OPTION.server);
  let one = exchange.previous;
  for (let i = 0; one && i < MOST_BEFORE; i++, one = one.previous) {
    const before = one
      .of(ACK)
      .find((ack) => ack.dhcp.yiaddr === dhcp.yiaddr && ack.dhcp.ip(OPTION.server) === server && ack.dhcp.has(code));
    if (before)
      return cause(
        'likely',
        'The server leaves the option out when a lease is renewed',
        `its ACK in frame ${before.frame} gave the same address with option ${code}`,
      );
  }
  return undefined;
}

function* missing(
  exchange: Exchange,
  code: number,
  id: string,
  severity: 'warning' | 'info',
  there: (message: Message) => boolean,
  what: {
    name: string;
    effect: string;
    steps: (subnet: advice.Subnet | undefined) => readonly advice.Step[];
    reference: string;
  },
): Generator<Draft> {
  for (const message of leasing(exchange)) {
    const { dhcp, packet } = message;
    if (
      message.type !== ACK ||
      dhcp.yiaddr === 0 ||
      dhcp.has(code) ||
      there(message) ||
      packet.cut > 0 ||
      !dhcp.ended ||
      !asked(exchange, code)
    )
      continue;
    yield {
      id,
      severity,
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => {
        const before = renewedWithout(exchange, message, code);
        return {
          title: `Server ${serverSubject(message)}: the ACK has no ${what.name}`,
          explanation: `${exchange.client.label} asked for option ${code} (${what.name}) in option 55; the ${where(message)}, which gives it ${ip(dhcp.yiaddr)}, does not have it. ${what.effect}`,
          causes: ranked(
            before,
            cause(before ? 'possible' : 'likely', 'The option is not configured for this scope'),
            code === OPTION.mask
              ? cause('possible', 'The scope, or a class, has a list of options to send, and this one is not in it')
              : cause('possible', 'It is left out on purpose: an isolated network', 'such networks need none'),
          ),
          steps: [
            ...(before
              ? [
                  `Update the DHCP program on ${serverSubject(message)}: an ACK to a renewal must have what the client asks for, too.`,
                ]
              : []),
            // Without a mask the subnet is not known; most networks today have 256 addresses.
            ...what.steps(advice.subnetOfReply(message, maskOf(message) ?? 0xffffff00)),
          ],
          reference: what.reference,
        };
      },
    };
  }
}

/** An ACK has no subnet mask although the client asked for it. */
export const missingSubnetMask: ExchangeRule = (exchange) =>
  missing(exchange, OPTION.mask, 'missing-subnet-mask', 'warning', () => false, {
    name: 'subnet mask',
    effect: 'The client must guess the mask by the address’s class, which is wrong in most networks of today.',
    steps: (subnet) => (subnet ? advice.maskSetting(subnet) : []),
    reference: 'RFC 2132 §3.3, RFC 2131 §4.3.1',
  });

/** An ACK has no router and no default route although the client asked for one. */
export const missingRouter: ExchangeRule = (exchange) =>
  missing(exchange, OPTION.router, 'missing-router', 'info', (message) => leadsOut(routesOf(message)), {
    name: 'router',
    effect:
      'Without a default route (option 3, or 0.0.0.0/0 in option 121/249) the client reaches its own subnet only.',
    steps: advice.routerSetting,
    reference: 'RFC 2132 §3.5, RFC 3442',
  });

/**
 * An ACK has a router, but the client must ignore it: it asked for classless routes and got some, and none of them is a default route (RFC
 * 3442).
 */
export const ignoredRouter: ExchangeRule = function* (exchange) {
  for (const message of leasing(exchange)) {
    const { dhcp, packet } = message;
    const routers = dhcp.ips(OPTION.router);
    if (message.type !== ACK || dhcp.yiaddr === 0 || routers.length === 0 || packet.cut > 0) continue;
    const taken = [OPTION.routes, OPTION.microsoftRoutes].filter((code) => dhcp.has(code) && asked(exchange, code));
    const routes = taken.flatMap((code) => routesOf(message, code));
    if (routes.length === 0 || leadsOut(routes) || !taken.every((code) => isWhole(message, code))) continue;
    yield {
      id: 'missing-router',
      severity: 'info',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => {
        const code = taken.join('/');
        const router = ip(routers[0]!);
        return {
          title: `Server ${serverSubject(message)}: the routes in option ${code} have no default route, so option 3 is ignored`,
          explanation:
            `${exchange.client.label} asked for option ${code} (classless routes), and the ${where(message)} has it. A client that uses these routes must ignore option 3 (${ips(routers)}), and 0.0.0.0/0 is not among them. ` +
            'Such a client has no default route, and reaches its own subnet and the destinations of these routes only. Clients that do not ask for the option use option 3.',
          causes: ranked(
            cause(
              'likely',
              `The default route was not entered in option ${code}, because option 3 is set`,
              `option 3 is ${ips(routers)}`,
            ),
            cause('possible', 'It is left out on purpose: clients are to reach these destinations only'),
          ),
          steps: [
            `Add the route 0.0.0.0/0 by ${router} to those of option ${code}.`,
            ...advice.settings({
              dhcpd: `the option’s value begins with \`0, ${router.replaceAll('.', ', ')}\`, where it is declared as an array of integer 8`,
              kea: `\`{ "name": "classless-static-route", "data": "0.0.0.0/0 - ${router}, …" }\``,
              dnsmasq: `\`dhcp-option=${taken[0]},0.0.0.0/0,${router},…\``,
              windows: `scope options, 121 Classless Static Routes: add destination 0.0.0.0, mask 0.0.0.0, router ${router}`,
            }),
          ],
          reference: 'RFC 3442 (DHCP Client Behavior)',
        };
      },
    };
  }
};

/** An ACK has no DNS server although the client asked for one. */
export const missingDns: ExchangeRule = (exchange) =>
  missing(exchange, OPTION.dns, 'missing-dns', 'info', () => false, {
    name: 'DNS server',
    effect: 'Names cannot be resolved unless the client knows a DNS server from elsewhere.',
    steps: advice.dnsSetting,
    reference: 'RFC 2132 §3.8',
  });
