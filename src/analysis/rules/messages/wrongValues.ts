import { KEYWORDS4, type OptionKeywords } from '../../../codec/optionKeywords';
import { addressesInText } from '../../../codec/dhcpv4/values/text-rule';
import { ABOUT, type Problem } from '../../../codec/field';
import { OPTION } from '../../conversations/names';
import type { Packet } from '../../conversations/packet';
import { leaseSetting, subnetOf } from '../../words/settings';
import { settings, type Step } from '../../words/steps';

/** How to configure an option whose length is wrong. */

const NAMES: ReadonlyMap<number | undefined, OptionKeywords> = new Map(KEYWORDS4.map((row) => [row.code, row]));

/** Whether a problem is about the lease time that a server gives, which no client can do without (RFC 2131 table 3). */
export const spoilsLease = (problem: Problem, { dhcp }: Packet): boolean =>
  problem[ABOUT]?.option === OPTION.lease && dhcp?.op === BOOTREPLY;
const BOOTREPLY = 2;

/** What comes of a lease time that no client can read. */
export const LEASE_SPOILT =
  'A lease needs its time: a client that cannot read option 51 refuses or ignores the OFFER or ACK, or takes a time that the server does not mean.';

/** How to give the lease time its four octets: by the setting that the server has for it, not as an option. */
export const leaseTimeSteps = ({ dhcp }: Packet): Step[] => [
  'Look in the server’s configuration for an option with code 51 that somebody defined or set by number, and take it out: the lease time has a setting of its own.',
  ...leaseSetting(dhcp && subnetOf(dhcp.yiaddr, dhcp.ip(OPTION.mask))),
];

/** Addresses that stand in an option as text, where their octets are due; none if they do not. */
export function addressesTyped(problem: Problem, { dhcp }: Packet): readonly string[] {
  const code = problem[ABOUT]?.option;
  const view = code === undefined ? undefined : dhcp?.option(code);
  return view ? addressesInText(view) : [];
}

/** How to configure an option with its right type, by its names where they are known; with its value, if that is known. */
export function configureSteps(problem: Problem, addresses: readonly string[] = []): Step[] {
  const value = addresses.length > 0 ? addresses.join(', ') : 'VALUE';
  const code = problem[ABOUT]?.option;
  const row = NAMES.get(code);
  const number = code ?? 'NUMBER';
  const own = `a definition of one’s own needs the right type: \`option NAME code ${number} = ip-address;\``;
  return settings({
    dhcpd: row?.dhcpd ? `\`option ${row.dhcpd} ${value};\`` : own,
    kea: row?.kea
      ? `\`{ "name": "${row.kea}", "data": "${value}" }\`, and \`"csv-format": true\``
      : `\`"option-def"\` with code ${number} and the right type, and \`"csv-format": true\``,
    dnsmasq: row?.dnsmasq
      ? `\`dhcp-option=option:${row.dnsmasq},${value}\``
      : `\`dhcp-option=${number},${value}\`; its type is guessed from the value`,
    windows: `\`Get-DhcpServerv4OptionDefinition -OptionId ${number}\` shows the type, \`Set-DhcpServerv4OptionValue -OptionId ${number} -Value ${value}\` sets the value`,
    ios:
      addresses.length > 0
        ? `\`option ${number} ip ${addresses.join(' ')}\``
        : `\`option ${number} ip VALUE\`, \`option ${number} hex VALUE\` or \`option ${number} ascii VALUE\``,
  });
}
