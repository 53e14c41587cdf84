import { OVERLOAD } from '../../codec/dhcpv4/layout';
import type { Difference, Trait } from '../evidence/silence/apart';
import * as advice from './advice';
import type { Known } from './advice';
import { lookAtServer6, POOLS6, routeBack6 } from './advice6';
import { OPTION } from '../conversations/model';
import { optionOf, type FieldDifference } from '../evidence/silence/fields/compare';
import { PROPERTIES } from './difference/properties';
import { fieldTitle, isOfDhcp } from './difference/fields';
import { optionTitleOf } from './difference';
import { stepFor, type Step } from './steps';

/** Steps for what distinguishes the unanswered from the answered messages. */

/** The steps for a difference, starting with the step for the difference itself. */
export function differenceSteps(difference: Difference, known: Known): Step[] {
  const { trait, name } = difference;
  const { client } = known;
  const one = client ?? 'this client';
  const sender = difference.unanswered.clients.size > 1 ? 'these clients' : one;
  switch (trait.is) {
    case 'short':
      return [
        `Update the firmware of ${sender}: a ${name} should be padded to 300 octets (RFC 1542 §2.1).`,
        'On each relay and switch on the way, see whether it drops short DHCP messages: `show ip dhcp snooping statistics` (Cisco IOS).',
      ];
    case 'long':
      return [
        `Send one ${name} of fewer than 548 octets from ${sender}: if it is answered, the length is the cause.`,
        `From the same network, \`ping -M do -s 600 ${known.server ?? 'SERVER'}\` (Linux) shows whether longer datagrams get through.`,
      ];
    case 'hops':
      return [
        'See how many relays these messages pass: each adds one to hops. A relay too many is often one interface with both a helper address and a relay program.',
        'ISC dhcrelay, on each relay: `-c COUNT` sets how many hops it lets pass (10 by default).',
      ];
    case 'secs':
      return [
        `Find the server that should answer first, and why it is silent: one that waits for secs to grow is meant as the second.`,
        `See that ${sender} ${sender === 'these clients' ? 'count' : 'counts'} secs up while asking (RFC 2131 §2): a server that waits never helps a client that leaves it at 0.`,
        stepFor(
          'relay',
          'ios',
          'Cisco IOS, on the relay',
          '`show running-config | include threshold` shows how long it waits.',
        ),
        stepFor('server', 'dhcpd', 'ISC dhcpd', '`min-secs 0;` in the class or subnet ends the wait.'),
      ];
    case 'with':
    case 'without':
      return optionSteps(trait.code, trait.is === 'with', sender, difference, known);
    case 'field':
      return fieldSteps(trait.field, sender, difference, known);
    default:
      return propertySteps(trait, sender, difference, known);
  }
}

function optionSteps(code: number, sends: boolean, sender: string, difference: Difference, known: Known): Step[] {
  const { protocol } = difference.unanswered.measure;
  if (difference.name === 'OFFER')
    return [
      `Give ${oneOf(sender)} an OFFER ${sends ? 'without' : 'with'} ${optionTitleOf(code, difference.unanswered)}: if it takes that one, this is the cause.`,
    ];
  return [
    ...testMessage(
      known,
      `Send one ${protocol === 4 ? 'DISCOVER' : 'SOLICIT'} ${sends ? 'without' : 'with'} ${optionTitleOf(code, difference.unanswered)} from ${sender}: if it is answered, the option is the cause.`,
    ),
    ...(protocol === 4 ? advice.poolAndFilters(known) : lookAtServer6()),
  ];
}

/** The step to send a message that differs in one thing: nobody can set what firmware or a device sends. */
const testMessage = ({ system }: Known, step: string): Step[] => (advice.runsOf(system) === 'device' ? [] : [step]);

/** The steps for any other field. */
function fieldSteps(field: FieldDifference, sender: string, { name, unanswered }: Difference, known: Known): Step[] {
  const like = `like frame ${field.theirFrame} in ${fieldTitle(field)}, and otherwise like frame ${field.frame}`;
  const { protocol } = unanswered.measure;
  return [
    ...(name === 'OFFER'
      ? [`Give ${oneOf(sender)} an OFFER ${like}: if it takes that one, this is the cause.`]
      : optionOf(field) === OPTION.relayAgent
        ? [
            `See on the relay or access device what it puts into option 82 of ${sender}, and on the server which class or pool goes by that.`,
          ]
        : testMessage(known, `Send one ${name} from ${sender} that is ${like}: if it is answered, this is the cause.`)),
    ...(protocol === 6
      ? lookAtServer6()
      : isOfDhcp(field.place)
        ? advice.poolAndFilters(known)
        : [...advice.switchPath(), advice.captureBothEnds(known)]),
  ];
}

/** What one test message should have otherwise. */
const ONE_THING = {
  'name flags': 'the flags of option 81',
  'host name': 'the host name',
  'first option': 'the order of its options',
  flags: 'its flags',
  'source port': 'its source port',
} as const;

/** One of several clients, or the only one. */
const oneOf = (sender: string): string => (sender === 'these clients' ? `one of ${sender}` : sender);

const offeredStep = (sender: string): Step[] => [
  `Give ${oneOf(sender)} the same value as the others get: if it takes that OFFER, this is the cause.`,
];

function propertySteps(
  trait: Extract<Trait, { property: unknown }>,
  sender: string,
  difference: Difference,
  known: Known,
): Step[] {
  const { about, code } = trait.property;
  const { name } = difference;
  const several = difference.unanswered.clients.size > 1;
  const { protocol } = difference.unanswered.measure;
  switch (about) {
    case 'ciaddr':
      return [`Update the DHCP client of ${sender}: a DISCOVER must have ciaddr 0.0.0.0, and it sends ${trait.value}.`];
    case 'chaddr':
      return [`Update the DHCP program of ${sender}: a message must have the hardware address in chaddr.`];
    case 'source':
      return [
        `Find ${trait.value}, a repeater, bridge or virtual switch that sends under its own address: \`show mac address-table address ${trait.value}\`.`,
        stepFor(
          'switch',
          'ios',
          'Cisco IOS',
          '`show ip dhcp snooping statistics detail` counts what was dropped for this reason; `no ip dhcp snooping verify mac-address` lets it through.',
        ),
      ];
    case 'sender':
    case 'destination':
      return [
        `Update the DHCP client of ${sender}: without a lease it must send from 0.0.0.0 to 255.255.255.255.`,
        stepFor(
          'system',
          'linux',
          `Linux, on ${known.server === undefined ? 'the server' : `server ${known.server}`}`,
          '`nstat -az TcpExtIPReversePathFilter` counts the datagrams that the reverse path filter drops.',
        ),
      ];
    case 'hardware':
      return [`Correct the DHCP program of ${sender}: on Ethernet and Wi-Fi, htype is 1 and hlen 6.`];
    case 'frame':
      return [
        `Correct the DHCP program of ${sender}, or the access point or switch that turns its broadcasts into unicasts: the frame of a DISCOVER must go to ff:ff:ff:ff:ff:ff.`,
        `Find ${trait.value}: \`show mac address-table address ${trait.value}\`.`,
      ];
    case 'identifier':
      return [
        `Correct the client identifier (option 61) of ${sender}: give it two octets or more, or leave the option out.`,
      ];
    case 'sender6':
    case 'destination6':
      return [
        `Update the DHCP program of ${sender}: it must send from its link-local address to ff02::1:2, and not before that address is ready.`,
      ];
    case 'rapid commit':
      if (protocol === 6) return optionSteps(code ?? 0, true, sender, difference, known);
      return [
        `Switch Rapid Commit off on ${sender}, to see whether that helps.`,
        ...(advice.mayBeLinux(known.system)
          ? [
              'systemd-networkd, on the client: `RapidCommit=no` in section `[DHCPv4]`.',
              'dhcpcd, on the client: remove `option rapid_commit` from dhcpcd.conf.',
            ]
          : []),
        stepFor('server', 'dnsmasq', 'dnsmasq, on the server', '`dhcp-rapid-commit` takes such messages.'),
      ];
    case 'broken':
      return [
        `Update the DHCP program of ${sender}, or correct the setting that fills this field; keep this capture for its maker.`,
      ];
    case 'option 82':
      return advice.trustOption82();
    case 'tag':
      return [`Take the priority tag off on ${sender} or its switch port (VLAN 0, 802.1p), to see whether that helps.`];
    case 'renewal source':
      return [
        advice.mayBeLinux(known.system)
          ? `On ${sender}: \`ip route get ${known.server ?? 'SERVER'}\` shows from which address it sends; it must be the leased one.`
          : `Let ${sender} send from the leased address alone.`,
        `Between client and server, see whether a NAT rewrites it to ${trait.value}.`,
      ];
    case 'relay source':
      return [
        `On ${known.server === undefined ? 'the server' : `server ${known.server}`} and on firewalls before it, let UDP port 67 in from ${trait.value}.`,
        stepFor(
          'relay',
          'ios',
          'Cisco IOS, on the relay',
          '`ip dhcp relay source-interface` sets the address it sends from.',
        ),
      ];
    case 'checksum':
      if (name === 'OFFER')
        return [
          `Let ${known.server ?? 'the server'} put a UDP checksum into each OFFER, to see whether ${sender} ${sender === 'these clients' ? 'take' : 'takes'} it then: update its program, or its network card’s driver.`,
          `Update the program of ${sender}: over IPv4 a datagram without a checksum is lawful (RFC 768).`,
        ];
      return [
        `Switch UDP checksums on at ${sender}, or let datagrams without one pass at the firewall, to see whether that helps.`,
      ];
    case 'name flags':
    case 'host name':
    case 'first option':
    case 'flags':
    case 'source port':
      return [
        ...testMessage(
          known,
          `Send one ${name} from ${sender} that differs from this in nothing but ${ONE_THING[about]}: if it is answered, that is the cause.`,
        ),
        ...advice.poolAndFilters(known),
      ];
    case 'offered option':
      if (code === OVERLOAD)
        return [
          `Give ${sender} fewer or shorter options, so that ${several ? 'their OFFERs need' : 'its OFFER needs'} no overload (option 52): if ${several ? 'they take those' : 'it takes that one'}, this is the cause.`,
        ];
      return offeredStep(sender);
    case 'next server':
    case 'file':
      return offeredStep(sender);
    case 'selected server':
    case 'offering server':
    case 'sending address':
      return advice.serverRunning({ ...known, server: trait.value });
    case 'relay':
      return [
        `On relay ${trait.value}: \`show ip helper-address\` (Cisco IOS) shows whether it forwards to ${known.server ?? 'the server'}.`,
        `On ${known.server === undefined ? 'the server' : `server ${known.server}`}, see that a scope holds ${trait.value} and that a route leads back to it: \`ip route get ${trait.value}\`.`,
      ];
    case 'circuit':
    case 'remote id':
      return [
        `See whether the server tells clients apart by ${about === 'circuit' ? 'circuit id' : 'remote id'} (option 82): a class, a pool or a limit for ${trait.value}. What comes from there is seen here, so its switch port lets requests through.`,
        ...advice.poolAndFilters(known),
      ];
    case 'circuit part':
    case 'remote id part':
    case 'interface part':
      return [
        `See what the clients ${PROPERTIES[about].are(trait.value, { code: 0, title: '' })} have in common: on the access device a line card, an uplink or a VLAN; on the server a class, a pool or a limit for them. What comes from there is seen here, so requests get through.`,
        ...(protocol === 4 ? advice.poolAndFilters(known) : lookAtServer6()),
      ];
    case 'option':
      return optionSteps(code ?? 0, true, sender, difference, known);
    case 'sending device':
      return [`Find ${trait.value}: \`show mac address-table address ${trait.value}\`.`, ...advice.switchPath()];
    case 'maker':
    case 'name begins':
    case 'begins':
    case 'made up':
    case 'iaid':
    case 'network':
    case 'wanted':
    case 'identifier kind':
      return protocol === 4 ? advice.poolAndFilters(known) : lookAtServer6();
    case 'duid':
      return [
        stepFor(
          'server',
          'dhcpd',
          'ISC dhcpd',
          'a `host` with `host-identifier option dhcp6.client-id …;` must name the DUID as this capture shows it.',
        ),
        stepFor(
          'server',
          'kea',
          'Kea',
          '`"duid"` in `"reservations"` must be the DUID as this capture shows it; classes may test `option[1].hex`.',
        ),
        ...lookAtServer6(),
      ];
    case 'associations':
      return advice.settings(
        POOLS6[trait.value.includes('IA_PD') ? 'prefixes' : trait.value.includes('IA_TA') ? 'temporary' : 'addresses'],
      );
    case 'relay6':
      return [
        stepFor(
          'relay',
          'ios',
          `Cisco IOS, on relay ${trait.value}`,
          '`show ipv6 dhcp interface` shows where it forwards to.',
        ),
        routeBack6(trait.value),
        ...lookAtServer6(),
      ];
    case 'interface id':
      return [
        `See whether the server tells clients apart by interface id (option 18): a class, a pool or a limit for ${trait.value}. What comes from there is seen here, so its switch port lets requests through.`,
        ...lookAtServer6(),
      ];
    case 'broadcast':
      return [
        `See whether ${trait.value === 'set' ? 'broadcast' : 'unicast'} OFFERs reach the clients’ switch ports.`,
        ...advice.switchPath(),
      ];
  }
}
