/** Makes the samples that ship with the extension anew: `tsx test/lab/samples.ts [FILE…]`. Each is a scenario of the table. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTheWire } from './check';
import { hindrance } from './hindrance';
import { scenariosOf, type Point } from './scenario';
import { ROWS } from './scenarios';
import { play } from './stage';

const SAMPLES = fileURLToPath(new URL('../../media/samples/', import.meta.url));

/** File, the scenario that makes it, and where it is captured (the scenario's first point if not said). */
const LIST: readonly { readonly file: string; readonly scenario: string; readonly point?: Point }[] = [
  { file: 'dhcp-healthy.pcap', scenario: 'healthy/dhcpd/udhcpc' },
  { file: 'blocked-port.pcap', scenario: 'no-offer-firewall/dnsmasq/udhcpc' },
  { file: 'wrong-subnet.pcap', scenario: 'router-outside-subnet/dnsmasq/dhcpcd' },
  { file: 'client-on-port-67.pcap', scenario: 'client-on-port-67/dhcpd/udhcpc' },
  { file: 'relay.pcap', scenario: 'healthy-relay/dhcpd/udhcpc', point: 'server' },
  { file: 'two-servers.pcap', scenario: 'rogue-server/dhcpd/udhcpc' },
  { file: 'nak.pcap', scenario: 'nak-reboot/dhcpd/dhclient' },
  { file: 'renewal.pcap', scenario: 'healthy-renewal/dhcpd/udhcpc' },
  { file: 'decline.pcap', scenario: 'decline/dhcpd/udhcpc' },
  { file: 'pxe.pcap', scenario: 'pxe-tftp/dnsmasq/udhcpc' },
  { file: 'dhcpv6.pcap', scenario: 'healthy-dhcpv6/kea6/dhclient6' },
];

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !LIST.some(({ file }) => file === name));
  const why =
    unknown === undefined
      ? hindrance()
      : `samples.ts: ${unknown} is none of ${LIST.map(({ file }) => file).join(', ')}`;
  if (why !== undefined) {
    console.error(why);
    return 2;
  }
  mkdirSync(SAMPLES, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'port67-samples-'));
  const all = scenariosOf(ROWS);
  let failed = 0;
  try {
    for (const { file, scenario: name, point } of LIST.filter(({ file }) => !names.length || names.includes(file))) {
      const scenario = all.find((one) => one.name === name);
      if (!scenario) throw new Error(`${file}: the table has no scenario ${name}`);
      const captures = await play(scenario);
      const octets = captures.get(point ?? [...captures.keys()][0]!)!;
      const path = join(scratch, file);
      writeFileSync(path, octets);
      const { seen, wrong } = await onTheWire(path, scenario.row);
      const line = `${file}: ${octets.length} octets, ${seen.map(({ word }) => word).join(' ')}`;
      if (wrong.length) {
        failed++;
        console.error(`FAIL ${line}\n     ${wrong.join('\n     ')}`);
      } else {
        writeFileSync(join(SAMPLES, file), octets);
        console.log(line);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return failed ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 2;
  },
);
