import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forProducts } from '../../src/analysis/words/slots';
import { PRODUCTS, settings, stepFor, told, type Product } from '../../src/analysis/words/steps';
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
