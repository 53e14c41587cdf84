/** Lease files that are cut, mutated or made to hurt: no exception, bounded findings, and time that goes with the length. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { LeaseScan, NotLeases, readLeases, type LeaseFile } from '../../src/config/leases';
import { encodeText } from '../../src/codec/bytes';
import { Random } from '../fuzz/random';
import { needs, sharedConfigs } from '../support/needs';
import { active } from './leaseFiles';

const KINDS =
  'dhclient-leases dhcpcd-lease dhcpd-leases dhcpd6-leases dnsmasq-leases faulty/leases kea-leases4 kea-leases6 ms-audit ms-xml networkd-lease udhcpd-leases'.split(
    ' ',
  );

/** Reads octets in pieces of a length that falls everywhere. Undefined where they are none of ours. */
function readInPieces(octets: Uint8Array, name: string, piece: number): LeaseFile | undefined {
  const scan = new LeaseScan({ name });
  try {
    for (let at = 0; at < octets.length; at += piece) scan.push(octets.subarray(at, at + piece));
    return scan.end();
  } catch (error) {
    if (error instanceof NotLeases) return undefined;
    throw error;
  }
}

test('every real file, in pieces of any length, cut anywhere, mutated: no exception, and the same whatever the pieces', (t) => {
  if (!needs(t, 'configs')) return;
  const random = new Random(67);
  for (const kind of KINDS)
    for (const name of readdirSync(join(sharedConfigs!, kind))) {
      const octets = readFileSync(join(sharedConfigs!, kind, name));
      const whole = readInPieces(octets, name, octets.length);
      if (!whole) continue;
      assert.deepEqual(readInPieces(octets, name, 7), whole, name);
      for (let i = 0; i < 40; i++) readInPieces(octets.subarray(0, random.next() % (octets.length + 1)), name, 4096);
      for (let i = 0; i < 40; i++) {
        const mutant = Uint8Array.from(octets);
        for (let j = random.next() % 8; j >= 0; j--) mutant[random.next() % mutant.length] = random.next() & 255;
        const file = readInPieces(mutant, name, 4096);
        for (const { place } of file?.findings ?? []) assert.ok(place.line >= 1 && place.column >= 1, name);
      }
    }
});

test('a file that is cut keeps every record before the cut', (t) => {
  if (!needs(t, 'configs')) return;
  // Each record ends where these lines end: a brace at the left edge, or any line.
  for (const [path, ends] of [
    ['dhcpd-leases/lab--dhcpd-4.4.3-mixed.leases', /^\}$/],
    ['dhcpd6-leases/lab--dhcpd6-4.4.3-na-pd.leases', /^\}$/],
    ['kea-leases4/lab--kea-2.6.3-leases4.csv', /^/],
    ['dnsmasq-leases/danapsimer-dnsmasq-gui--dnsmasq.leases', /^/],
  ] as const) {
    const text = readFileSync(join(sharedConfigs!, path), 'latin1');
    const name = basename(path);
    const read = (part: string): LeaseFile => readLeases(encodeText(part), { name });
    let before = 0;
    for (const line of text.split('\n').slice(0, -1)) {
      const end = before + line.length + 1;
      if (ends.test(line) && read(text.slice(0, end)).leases.length > 0) {
        const wanted = active(read(text.slice(0, end)));
        // The beginning of the next record, but not all of it.
        const cut = read(text.slice(0, Math.min(end + 9, text.length)));
        assert.deepEqual(active(cut), wanted, `${name} cut at ${end + 9}`);
      }
      before = end;
    }
  }
});

test('what is made to hurt is bounded', () => {
  const read = (text: string, name = 'dhcpd.leases'): LeaseFile => readLeases(encodeText(text), { name });
  const megabyte = 1 << 20;
  for (const text of [
    `lease 10.0.0.1 {\n${'{'.repeat(megabyte)}`,
    `lease 10.0.0.1 {\n${'a '.repeat(megabyte)}`,
    `lease 10.0.0.1 { uid "${'\\1'.repeat(megabyte)}`,
    `lease 10.0.0.1 {\n${'"'.repeat(megabyte)}`,
    `lease 10.0.0.1 {\n${'x;'.repeat(megabyte)}`,
    'lease 10.0.0.1 {\n'.repeat(megabyte / 16),
    `lease 10.0.0.1 {\n${'\0'.repeat(3 * megabyte)}`,
    `${'1 02:00:00:00:00:01 10.0.0.1 * *\n'.repeat(megabyte / 32)}`,
    `address,hwaddr,client_id,valid_lifetime,expire,subnet_id\n${','.repeat(2 * megabyte)}`,
    `<DHCPServer>${'<a>'.repeat(megabyte)}\n${'</b>'.repeat(1000)}<x ${'y'.repeat(megabyte)}`,
  ]) {
    const file = read(text);
    assert.ok(file.findings.length <= 1000, `${text.slice(0, 40)}: ${file.findings.length} findings`);
    assert.ok(file.leases.length <= 1);
  }
  // So many faults of one kind are told by their number.
  const many = read('1700000000 02:00:00:00:00:01 10.0.0.1 * *\n' + 'x y\n'.repeat(5000), 'dnsmasq.leases');
  assert.equal(many.findings.length, 101);
  assert.equal(many.findings.at(-1)!.title, '4900 more records with the same fault');
});
