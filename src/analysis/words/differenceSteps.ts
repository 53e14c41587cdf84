import { optionName } from '../../codec/dhcpv4/options';
import type { Difference, Trait } from '../evidence/apart';
import * as advice from './advice';
import type { Known } from './advice';
import { stepFor, type Step } from './steps';

/* What to do about what tells the unanswered from the answered. */

/** Steps that treat one difference, the first of them the difference itself. */
export function differenceSteps(difference: Difference, known: Known): Step[] {
  const { trait, name } = difference;
  const { client } = known;
  const sender = client === undefined || difference.unanswered.clients.size > 1 ? 'these clients' : client;
  switch (trait.is) {
    case 'short':
      return [
        `Update the firmware of ${sender}: a ${name} should be padded to 300 octets (RFC 1542 §2.1).`,
        'On each relay and switch on the way, see whether it drops short DHCP messages: `show ip dhcp snooping statistics` (Cisco IOS).',
      ];
    case 'secs':
      return [
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
      return optionSteps(trait.code, trait.is === 'with', sender, known);
    default:
      return propertySteps(trait, sender, known);
  }
}

function optionSteps(code: number, sends: boolean, sender: string, known: Known): Step[] {
  return [
    `${sends ? 'Send one DISCOVER without' : 'Send one DISCOVER with'} option ${code} (${optionName(code)}) from ${sender}: if it is answered, the option is the cause.`,
    ...advice.poolAndFilters(known),
  ];
}

function propertySteps(trait: Extract<Trait, { property: unknown }>, sender: string, known: Known): Step[] {
  const { about, code } = trait.property;
  switch (about) {
    case 'ciaddr':
      return [`Update the DHCP client of ${sender}: a DISCOVER must have ciaddr 0.0.0.0, and it sends ${trait.value}.`];
    case 'rapid commit':
      return [
        `Switch Rapid Commit off on ${sender}, to see whether it is answered then.`,
        'systemd-networkd, on the client: `RapidCommit=no` in section `[DHCPv4]`.',
        'dhcpcd, on the client: remove `option rapid_commit` from dhcpcd.conf.',
        stepFor('server', 'dnsmasq', 'dnsmasq, on the server', '`dhcp-rapid-commit` takes such messages.'),
      ];
    case 'broken':
      return [
        `Update the DHCP client of ${sender}, or correct the setting that fills this field; keep this capture for its maker.`,
      ];
    case 'option 82':
      return advice.trustOption82();
    case 'relay':
      return [
        `On relay ${trait.value}: \`show ip helper-address\` (Cisco IOS) shows whether it forwards to ${known.server ?? 'the server'}.`,
        `On ${known.server === undefined ? 'the server' : `server ${known.server}`}, see that a scope holds ${trait.value} and that a route leads back to it: \`ip route get ${trait.value}\`.`,
      ];
    case 'circuit':
    case 'remote id':
      return [
        `Find the switch port with ${about === 'circuit' ? 'circuit id' : 'remote id'} ${trait.value}, and look at its VLAN and its DHCP snooping settings.`,
        ...advice.poolAndFilters(known),
      ];
    case 'option':
      return optionSteps(code ?? 0, true, sender, known);
    case 'maker':
      return advice.poolAndFilters(known);
    case 'broadcast':
      return [
        `See whether ${trait.value === 'set' ? 'broadcast' : 'unicast'} OFFERs reach the clients’ switch ports.`,
        ...advice.switchPath(),
      ];
  }
}
