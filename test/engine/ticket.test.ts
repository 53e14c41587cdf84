/** What somebody gets who is to mend what one has found. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { ticketOf } from '../../src/engine/answers/ticket';
import { SAMPLES } from '../support/samples';

async function opened(name: string): Promise<Capture> {
  const bytes = readFileSync(join(SAMPLES, name));
  const capture = new Capture(name, DEFAULT_SETTINGS);
  await capture.read({
    name,
    size: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await
    async *chunks() {
      yield bytes;
    },
  });
  return capture;
}

test('a ticket says what is wrong, what to do, and which frames show it, with time and addresses', async () => {
  const capture = await opened('wrong-subnet.pcap');
  const { verdictParts } = capture;
  const finding = capture.findings[verdictParts.finding]!;
  assert.equal(finding.id, 'router-outside-subnet');
  const kea = Number(Object.entries(finding.stepsFor!).find(([, one]) => one.product === 'kea')![0]);
  const lines = ticketOf(capture, verdictParts, finding, [0, kea]).split('\n');
  assert.equal(lines[0], '**wrong-subnet.pcap** (pcap, 4 frames, 3 ms)');
  assert.ok(lines.includes(`**What is wrong:** ${finding.title} (error, router-outside-subnet)`), lines.join('\n'));
  assert.ok(lines.includes(`1. ${finding.steps[0]}`));
  assert.match(
    lines.find((line) => line.startsWith('2. '))!,
    /^2\. Kea: /,
  );
  // By tshark: frames 2 and 4 are OFFER and ACK of 10.67.0.1 to 10.67.0.100.
  const frames = lines.filter((line) => /^ {4}\d/.test(line));
  assert.equal(frames.length, 2);
  assert.match(frames[0]!, /^ {4}2 {2}2026-11-24T04:12:18\.755701000Z {2}10\.67\.0\.1 → 10\.67\.0\.100 {2}OFFER {2}/);
  assert.match(frames[1]!, /^ {4}4 {2}.* {2}ACK {2}/);
});

test('a healthy capture has a ticket, too: what happened', async () => {
  const capture = await opened('dhcp-healthy.pcap');
  const { verdictParts } = capture;
  assert.deepEqual([verdictParts.finding, verdictParts.fine], [-1, true]);
  const ticket = ticketOf(capture, verdictParts, undefined, []);
  assert.match(ticket, /got a lease of 10\.67\.0\.100 from 10\.67\.0\.1/);
  assert.match(ticket, /Nothing is wrong/);
});

test('nothing that came from a packet is markup in a ticket', async () => {
  const capture = await opened('wrong-subnet.pcap');
  const finding = { ...capture.findings[0]!, title: '<img src=x> [a](b) *c* _d_' };
  const ticket = ticketOf(capture, capture.verdictParts, finding, []);
  assert.ok(ticket.includes('\\<img src=x> \\[a\\](b) \\*c\\* \\_d\\_'), ticket);
});
