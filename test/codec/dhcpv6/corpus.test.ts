/** The codec against tshark on every DHCPv6 frame of the public captures, and against other projects' test vectors. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  encodeMessage6,
  messageSpec6,
  summary6,
  Message6,
  type DecodedMessage6,
  type DecodedOption6,
} from '../../../src/codec/dhcpv6';
import { corpus, needs } from '../../support/needs';
import { corpusFiles, inParallel, tsharkFields } from '../../support/tshark';
import { assertCovered, decode, octets } from './support';

/** Options in whose values Wireshark does not count what stands inside as options. */
const OWN_SPACE = new Set([17, 54, 55, 56]);

/** Codes depth first, and messages within messages: as Wireshark lists its fields. */
function codes(message: DecodedMessage6): number[] {
  const inside = (options: readonly DecodedOption6[]): number[] =>
    options.flatMap((option) => [
      option.code,
      ...(option.options && !OWN_SPACE.has(option.code) ? inside(option.options) : []),
      ...(option.dhcpv6 ? codes(option.dhcpv6) : []),
    ]);
  return inside(message.options);
}

function messages(message: DecodedMessage6): DecodedMessage6[] {
  return [message, ...message.options.flatMap((option) => (option.dhcpv6 ? messages(option.dhcpv6) : []))];
}

test('message types, transaction ids, options and DUIDs agree with tshark', async (t) => {
  if (!needs(t, 'corpus') || !needs(t, 'tshark')) return;
  const files = corpusFiles(corpus!).filter((file) => file.dhcpv6 > 0);
  assert.ok(files.length >= 20, `the corpus has ${files.length} files with DHCPv6`);
  let compared = 0;
  await inParallel(files, 2, async (file) => {
    const fields = [
      'udp.payload',
      'dhcpv6.msgtype',
      'dhcpv6.xid',
      'dhcpv6.option.type',
      'dhcpv6.duid.bytes',
      '_ws.malformed',
    ];
    for (const frame of await tsharkFields(file.path, 'dhcpv6', fields)) {
      const payload = frame.get('udp.payload')!;
      if (payload.length === 0) continue;
      const bytes = octets(payload[payload.length - 1]!);
      const { decoded, problems } = decode(bytes);
      assertCovered(decoded, bytes.length);
      // Where octets are damaged, each reader may give up at another place.
      if (problems.length > 0) continue;
      compared++;
      const all = messages(decoded);
      assert.deepEqual(
        all.map((one) => one.message.type),
        frame.get('dhcpv6.msgtype')!.map(Number),
        file.path,
      );
      assert.deepEqual(
        all.filter((one) => !one.message.isRelay).map((one) => one.message.xid),
        frame.get('dhcpv6.xid')!.map(Number),
        file.path,
      );
      assert.deepEqual(codes(decoded), frame.get('dhcpv6.option.type')!.map(Number), file.path);
      const duids = all.flatMap((one) => one.options).filter((option) => option.row?.type.name === 'DUID');
      assert.deepEqual(
        duids.map((option) => option.value),
        frame.get('dhcpv6.duid.bytes')!,
        file.path,
      );
      assert.deepEqual(encodeMessage6(messageSpec6(decoded)!), bytes, file.path);
    }
  });
  assert.ok(compared >= 90, `${compared} messages were compared`);
});

test('FreeRADIUS’ vectors: whole packets and single options come back octet by octet', (t) => {
  if (!needs(t, 'corpus')) return;
  const folder = join(corpus!, 'FreeRADIUS__freeradius-server');
  let read = 0;
  let compared = 0;
  for (const file of readdirSync(folder).filter((name) => name.startsWith('dhcpv6~'))) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    for (const line of lines) {
      const match = /^(?:match|decode-(pair|proto)|encode-\w+) +((?:[0-9a-fA-F]{2} ){4,}[0-9a-fA-F]{2})\s*$/.exec(line);
      if (!match) continue;
      const body = match[2]!.replace(/ /g, '');
      const packet = /^(0c|0d)[0-9a-f]{2}(20|fe|00)/.test(body) || match[1] === 'proto' || file.includes('packet');
      const bytes = octets(packet ? body : `0b000001${body}`);
      const { decoded, problems } = decode(bytes);
      assertCovered(decoded, bytes.length);
      read++;
      if (problems.length > 0) continue;
      compared++;
      assert.deepEqual(encodeMessage6(messageSpec6(decoded)!), bytes, `${file}: ${line.slice(0, 100)}`);
    }
  }
  assert.ok(read >= 150 && compared >= 180, `${read} vectors were read, ${compared} compared`);
});

test('inputs that once broke another client are read without harm', (t) => {
  if (!needs(t, 'corpus')) return;
  const folder = join(corpus!, 'redhat-plumbers__systemd-rhel9');
  const files = readdirSync(folder).filter((name) => name.startsWith('fuzz-dhcp6-client~'));
  assert.ok(files.length >= 10);
  for (const file of files) {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    const { decoded } = decode(bytes);
    assertCovered(decoded, bytes.length);
    assert.ok(summary6(Message6.read(bytes)).length > 0, file);
  }
});
