import { printable } from '../codec/bytes';
import { examine, type MachineReport } from '../machine';
import { runCommands, thisPlatform } from '../machine/run';
import type { Output } from './output';
import { printPlaced } from './placed';
import { paint } from './text';

/** Examines this machine. Undefined on a system that cannot be examined. */
export async function examineThis(): Promise<MachineReport | undefined> {
  const platform = thisPlatform();
  return platform && examine(platform, await runCommands(platform));
}

/** Prints the report as text: listening programs, active rules, running services, and findings. */
export function printMachine(report: MachineReport, output: Output): void {
  const section = (title: string, lines: readonly string[]): void => {
    output.line(paint(output, 'bold', title));
    for (const line of lines.length > 0 ? lines : ['none']) output.line(`  ${printable(line)}`);
  };
  section(
    'Listeners',
    report.listeners.map(
      ({ port, address, interface: on, process, pid }) =>
        `UDP ${port}  ${address}${on === undefined ? '' : `%${on}`}  ${process ?? 'unknown'}${pid === undefined ? '' : ` (${pid})`}`,
    ),
  );
  section(
    'Interfaces',
    report.interfaces.map(({ name, addresses, mac, up }) =>
      [name, up === false ? 'down' : '', mac ?? '', addresses.join(', ')].filter((part) => part !== '').join('  '),
    ),
  );
  section(
    'Firewall rules for these ports',
    report.firewall.map(
      ({ tool, verdict, port, rule, where, conditional }) =>
        `UDP ${port}  ${verdict}${conditional ? ' (some)' : ''}  ${tool}${where === undefined ? '' : `, ${where}`}: ${rule}`,
    ),
  );
  section(
    'Services',
    report.services.map(({ name, state, pid }) => `${name}  ${state}${pid === undefined ? '' : ` (${pid})`}`),
  );
  section('Commands that were run', report.commands);
  printPlaced(report.findings, output);
}
