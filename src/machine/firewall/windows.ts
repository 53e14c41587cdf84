import { parseRows, type Row } from '../json';
import { portNumber } from '../ports';
import type { Match } from './match';
import type { Chain, Rule, Table } from './rules';

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Names and numbers of the CIM classes MSFT_NetFirewallRule and MSFT_NetFirewallProfile. */
const isBlock = (value: unknown): boolean => ['Block', '4'].includes(text(value));
const isOn = (value: unknown): boolean => value === true || ['True', '1'].includes(text(value));

/**
 * Reads the Windows firewall: `Get-NetFirewallRule` with its ports, and `Get-NetFirewallProfile`. A blocking rule takes precedence over an
 * allowing one (unless that one overrides by IPsec). The profile decides about packets that match no rule.
 */
export function parseWindowsFirewall(rules: string, profiles: string): Table[] {
  const on = parseRows(profiles).filter((row) => isOn(row['Enabled']));
  const read = parseRows(rules);
  const ordered = [...read.filter((row) => isBlock(row['Action'])), ...read.filter((row) => !isBlock(row['Action']))];
  return on.map((profile) => {
    const name = text(profile['Name']);
    // “NotConfigured” means block.
    const policy = ['Allow', '2'].includes(text(profile['DefaultInboundAction'])) ? 'accept' : 'drop';
    const chain: Chain = {
      name: 'inbound',
      base: true,
      policy,
      rules: ordered.filter((row) => isFor(row, name)).map(readRule),
    };
    return { tool: 'windows', name, families: [4, 6], chains: new Map([[chain.name, chain]]) };
  });
}

/** “Any”, “Domain, Private”, or a number: 0 for any, else a bit for each profile. */
function isFor(row: Row, profile: string): boolean {
  const profiles = text(row['Profile']);
  if (/^\d+$/.test(profiles)) {
    const bit = { Domain: 1, Private: 2, Public: 4 }[profile] ?? 0;
    const bits = Number(profiles);
    return bits === 0 || bits >= 7 || (bits & bit) !== 0;
  }
  return profiles === '' || profiles === 'Any' || profiles.split(/,\s*/).includes(profile);
}

function readRule(row: Row): Rule {
  const ports = [row['LocalPort']]
    .flat()
    .map(text)
    .filter((port) => port !== '');
  const any = ports.length === 0 || ports.includes('Any');
  const protocol = text(row['Protocol']);
  const limited = [row['Program'], row['Service']].some((value) => !['', 'Any', 'System'].includes(text(value)));
  const block = isBlock(row['Action']);
  return {
    text: `${block ? 'Block' : 'Allow'}: ${text(row['DisplayName'])} (${protocol} ${any ? 'any port' : ports.join(', ')})`,
    namesPort: !any,
    judge: ({ port }) => {
      const fits = ['UDP', 'Any', '17'].includes(protocol) && (any || ports.some((part) => inRange(part, port)));
      // A rule for one program says nothing about others. The rule of the DHCP server also names its port.
      const match: Match = !fits ? 'no' : limited && any ? 'maybe' : 'yes';
      return { match, action: { kind: block ? 'drop' : 'accept' } };
    },
  };
}

function inRange(part: string, port: number): boolean {
  const [low, high] = part.split('-');
  const from = portNumber(low!.trim());
  const to = high === undefined ? from : portNumber(high.trim());
  return from !== undefined && to !== undefined && port >= from && port <= to;
}
