import { count } from '../../analysis/words/words';
import type { MachineReport } from '../../machine';
import type { ReportBlock, ReportPage } from '../../pages';
import { reportFinding } from '../findings';

const SYSTEMS = { linux: 'Linux', darwin: 'macOS', windows: 'Windows' } as const;

/** The page with the results of examining this machine. */
export function machinePage(report: MachineReport): ReportPage {
  const { platform, listeners, interfaces, firewall, services, commands, unseen, findings } = report;
  const table = (head: readonly string[], rows: readonly (readonly string[])[], none: string): ReportBlock =>
    rows.length > 0 ? { kind: 'table', head, rows } : { kind: 'paragraph', text: none };
  const grave = findings.filter(({ severity }) => severity !== 'info').length;
  return {
    title: 'DHCP on this machine',
    summary: [
      `${SYSTEMS[platform]}: ${count(listeners.length, 'listener')} on the ports of DHCP, ${count(firewall.length, 'firewall rule')} for them, ${count(services.length, 'service')}.`,
      grave === 0 ? 'Nothing is wrong that can be seen.' : `${count(grave, 'thing')} should be looked at.`,
      unseen.length > 0 ? `${count(unseen.length, 'thing')} could not be seen.` : '',
    ]
      .join(' ')
      .trim(),
    sections: [
      ...(findings.length > 0
        ? [
            {
              title: 'Findings',
              blocks: [{ kind: 'findings' as const, findings: findings.map((one) => reportFinding(one)) }],
            },
          ]
        : []),
      ...(unseen.length > 0
        ? [{ title: 'What could not be seen', blocks: [{ kind: 'list' as const, items: unseen }] }]
        : []),
      {
        title: 'Who listens',
        blocks: [
          table(
            ['Port', 'Address', 'Interface', 'Program', 'Process'],
            listeners.map(({ port, address, interface: on, process, pid }) => [
              `UDP ${port}`,
              address,
              on ?? '',
              process ?? 'unknown',
              pid === undefined ? '' : String(pid),
            ]),
            'Nobody listens on the ports of DHCP.',
          ),
        ],
      },
      {
        title: 'Firewall rules for these ports',
        blocks: [
          table(
            ['Port', 'Verdict', 'Tool', 'Where', 'Rule'],
            firewall.map(({ port, verdict, conditional, tool, where, rule }) => [
              `UDP ${port}`,
              conditional ? `${verdict} (some)` : verdict,
              tool,
              where ?? '',
              rule,
            ]),
            'No rule that could be seen speaks of these ports.',
          ),
        ],
      },
      {
        title: 'Interfaces',
        blocks: [
          table(
            ['Name', 'Addresses', 'Link-layer address', 'State'],
            interfaces.map(({ name, addresses, mac, up }) => [
              name,
              addresses.join(', '),
              mac ?? '',
              up === false ? 'down' : '',
            ]),
            'None could be seen.',
          ),
        ],
      },
      {
        title: 'Services',
        blocks: [
          table(
            ['Name', 'State', 'Process'],
            services.map(({ name, state, pid }) => [name, state, pid === undefined ? '' : String(pid)]),
            'No service of DHCP is known here.',
          ),
        ],
      },
      {
        title: 'Commands that were run',
        blocks: [{ kind: 'list', items: commands.map((text) => ({ marked: `\`${text.replaceAll('`', '’')}\`` })) }],
      },
    ],
  };
}
