import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { compareCaptures, type NamedCapture } from '../../src/engine/pair';

/* Captures that the lab took at two points of one exchange. */

const FOLDER = new URL('../fixtures/lab/', import.meta.url);

/** A capture of the lab; `ahead`: its clock is so many seconds ahead. */
async function opened(file: string, ahead = 0): Promise<NamedCapture> {
  const bytes = readFileSync(new URL(file, FOLDER));
  // Classic pcap, little-endian, microseconds: 24 octets of header, then records of 16 octets and their frame.
  for (let at = 24; at + 16 <= bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
    bytes.writeUInt32LE(bytes.readUInt32LE(at) + ahead, at);
  const capture = new Capture(file, DEFAULT_SETTINGS);
  await capture.read({
    name: file,
    chunks: async function* () {
      await Promise.resolve();
      yield new Uint8Array(bytes);
    },
  });
  return { path: file, capture };
}

const lines = (found: ReturnType<typeof compareCaptures>): string[] =>
  found.findings.map(
    ({ id, severity, subject, framesIn }) =>
      `${id} ${severity} ${subject} ${framesIn.map((one) => `${one.file} ${one.frames.join(',')}`).join('; ')}`,
  );

for (const ahead of [0, 7200, -86_400]) {
  test(`OFFERs lost behind the server, clocks ${ahead} s apart`, async () => {
    const client = await opened('offer-not-taken_kea4_dhclient_client.pcap');
    const server = await opened('offer-not-taken_kea4_dhclient_server.pcap', ahead);
    assert.deepEqual(lines(compareCaptures([client, server])), [
      'lost-between error 02:67:00:00:00:0c offer-not-taken_kea4_dhclient_client.pcap 1,2; offer-not-taken_kea4_dhclient_server.pcap 2',
    ]);
  });
  for (const programs of ['dhcpd_udhcpc', 'kea4_dhclient', 'dnsmasq_dhcpcd']) {
    test(`Both sides of a relay that works, ${programs}, clocks ${ahead} s apart: nothing is lost`, async () => {
      const client = await opened(`healthy-relay_${programs}_client.pcap`);
      const server = await opened(`healthy-relay_${programs}_server.pcap`, ahead);
      assert.deepEqual(lines(compareCaptures([client, server])), []);
    });
  }
}

test('What the comparison explains has no steps of its own left, and what it does not explain keeps them', async () => {
  const client = await opened('offer-not-taken_kea4_dhclient_client.pcap');
  const server = await opened('offer-not-taken_kea4_dhclient_server.pcap');
  const compared = compareCaptures([client, server]);
  const told = compared.findingsOf(client.capture).map(({ id, causes, steps }) => ({
    id,
    explained: causes.some(({ evidence }) => evidence.includes('see the finding lost-between')),
    steps: steps.length,
  }));
  assert.deepEqual(
    told.filter(({ explained }) => explained),
    [{ id: 'no-offer', explained: true, steps: 0 }],
  );
  const own = client.capture.findings.map(({ id, steps }) => ({ id, explained: false, steps: steps.length }));
  assert.deepEqual(
    told.filter(({ explained }) => !explained),
    own.filter(({ id }) => id !== 'no-offer'),
  );
});

test('Captures of different evenings have nothing to say about each other', async () => {
  const captures = await Promise.all(
    ['healthy_dhcpd_dhclient.pcap', 'no-ack_kea4_dhclient.pcap', 'no-offer-firewall_udhcpd_dhclient.pcap'].map((file) =>
      opened(file),
    ),
  );
  assert.deepEqual(lines(compareCaptures(captures)), []);
});

test('A finding about the pair can be suppressed as any other', async () => {
  const captures = [
    await opened('offer-not-taken_kea4_dhclient_client.pcap'),
    await opened('offer-not-taken_kea4_dhclient_server.pcap'),
  ];
  const suppressed = compareCaptures(captures, { ...DEFAULT_SETTINGS, suppressed: ['lost-between'] });
  assert.deepEqual(suppressed.findings, []);
  assert.equal(suppressed.text, 'Not compared: `lost-between` is suppressed by the settings.');
});
