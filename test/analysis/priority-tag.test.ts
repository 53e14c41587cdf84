import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis } from '../../src/analysis';
import { Build, alarms } from './build';

/* Replies with a priority tag (VLAN 0), which many systems drop, beside replies in another VLAN. */

/** DISCOVERs without a tag, and OFFERs on a link of their own. */
function tagged(vlan: string): Analysis {
  const build = new Build();
  for (const at of [0, 4, 12]) {
    build.discover(at, { secs: at });
    build.offer(at + 0.01, {}, { link: `0/${vlan}` });
  }
  return build.analyse(40);
}

test('a priority tag: each step is about who sets it, and none about other VLANs or trusted ports', () => {
  const { findings } = tagged('0');
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    ['vlan-mismatch', 'offer-not-taken'],
  );
  for (const { steps } of findings.slice(0, 2)) {
    assert.equal(
      steps[0],
      'Let 10.0.0.1 send without a priority (802.1p, PCP): switch off the QoS or “Packet Priority & VLAN” setting of its network card or virtual switch that tags the OFFER.',
    );
    assert.match(steps.join('\n'), /`egress-qos-map`[^]*`switchport voice vlan dot1p`/);
    assert.ok(steps.every((step) => !/mac address-table|snooping|trunk|spanning/.test(step)));
  }
});

test('another VLAN keeps its steps; a priority tag on what is taken is no fault', () => {
  for (const { steps } of tagged('30').findings.slice(0, 2)) {
    assert.match(steps[0]!, /show mac address-table/);
    assert.ok(steps.every((step) => !step.includes('802.1p')));
  }
  const healthy = new Build();
  healthy.discover(0);
  healthy.offer(0.01, {}, { link: '0/0' });
  healthy.request(0.02);
  healthy.ack(0.03, {}, { link: '0/0' });
  assert.deepEqual(alarms(healthy.analyse(40)), []);
});
