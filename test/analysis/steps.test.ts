import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forProducts } from '../../src/analysis/words/slots';
import * as advice from '../../src/analysis/words/advice';
import { PRODUCTS, settings, stepFor, textOf, told, type Product, type Step } from '../../src/analysis/words/steps';
import { corpusCaptures } from '../support/corpusCaptures';
import { needs } from '../support/needs';

/* What to do: no step twice, and none for a product that the reader does not have. */

test('a step that another one for the same product says as well is told once', () => {
  const { steps, stepsFor } = told([
    ...settings({ kea: '`"pools"`', dhcpd: '`range`' }),
    'Restart it.',
    ...settings({ kea: '`"pools"`, and restart', dnsmasq: '`range`' }),
    'Restart it.',
  ]);
  assert.deepEqual(steps, ['ISC dhcpd: `range`', 'Restart it.', 'Kea: `"pools"`, and restart', 'dnsmasq: `range`']);
  assert.deepEqual(
    Object.values(stepsFor!).map(({ product }) => product),
    ['dhcpd', 'kea', 'dnsmasq'],
  );
});

test('for one product, a step for another of its kind is left out; one of another kind stays', () => {
  const finding = told([
    stepFor('firewall', 'nftables', 'nftables', 'list'),
    'Look at the log.',
    stepFor('firewall', 'ufw', 'ufw', 'allow'),
    stepFor('server', 'kea', 'Kea', 'set'),
  ]);
  assert.deepEqual(forProducts(finding, ['ufw']).steps, ['Look at the log.', 'ufw: allow', 'Kea: set']);
  assert.deepEqual(forProducts(finding, ['pf']).steps, finding.steps);
});

test('on the corpus, with every product: no step of a finding is equal to another or part of it', async (t) => {
  if (!needs(t, 'corpus')) return;
  const repeated = new Set<string>();
  for await (const { file, capture } of corpusCaptures()) {
    for (const finding of capture.findings)
      for (const product of Object.keys(PRODUCTS) as Product[]) {
        const { steps } = forProducts(finding, [product]);
        for (const [i, step] of steps.entries())
          if (steps.some((other, k) => k !== i && other.includes(step.replace(/\.$/, ''))))
            repeated.add(`${file} ${finding.id} ${product}: ${step}`);
      }
  }
  assert.deepEqual([...repeated], []);
});

test('RouterOS has steps of its own for settings, leases, relays and snooping', () => {
  const own = (steps: readonly Step[]): string[] =>
    steps.flatMap((step) => (typeof step !== 'string' && step.product === 'routeros' ? [textOf(step)] : []));
  const subnet = advice.subnetOf(0x0a000032, 0xffffff00, [0x0a000001]);
  assert.deepEqual(
    [
      advice.routerSetting(subnet, '10.0.0.1'),
      advice.poolSetting(subnet),
      advice.bootSetting('undionly.kpxe', '10.0.0.5'),
      advice.leaseLookUp('10.0.0.50'),
      advice.relay({ server: '10.9.0.1' }),
      advice.snooping(),
    ].flatMap(own),
    [
      'MikroTik RouterOS: `/ip dhcp-server network set [find address=10.0.0.0/24] gateway=10.0.0.1`',
      'MikroTik RouterOS: `/ip pool set NAME ranges=10.0.0.2-10.0.0.254` at most, leaving out addresses that are set by hand; write the name in place of NAME',
      'MikroTik RouterOS: `/ip dhcp-server network set [find] next-server=10.0.0.5 boot-file-name=undionly.kpxe`',
      'MikroTik RouterOS: `/ip dhcp-server lease print where address=10.0.0.50`',
      'MikroTik RouterOS: `/ip dhcp-relay add name=relay interface=INTERFACE dhcp-server=10.9.0.1 local-address=ADDRESS disabled=no`: ADDRESS is the router’s own on the clients’ network. Write the name of the network interface in place of INTERFACE, and the address in place of ADDRESS.',
      'MikroTik RouterOS: `/interface bridge set NAME dhcp-snooping=yes`, and `/interface bridge port set [find interface=PORT] trusted=yes` for the server’s port. Write the name of the port in place of PORT, and the name in place of NAME.',
    ],
  );
});
