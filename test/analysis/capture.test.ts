import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, lines, SERVER } from './build';

test('no-dhcp says what the capture does hold', () => {
  const analysis = new Build().analyse(
    0,
    {},
    {
      frames: 842,
      contents: new Map([
        ['TCP', 812],
        ['ARP', 30],
      ]),
    },
  );
  assert.deepEqual(lines(analysis), ['no-dhcp info test.pcap ']);
  assert.match(analysis.findings[0]!.explanation, /TCP \(812\) and ARP \(30\)/);
  assert.match(analysis.verdict, /None of 842 frames is DHCP/);
});

test('capture-truncated', () => {
  const build = new Build();
  build.bind();
  assert.deepEqual(lines(build.analyse(1, {}, { fileProblems: ['The file ends inside record 5.'] })), [
    'capture-truncated warning test.pcap ',
  ]);
});

test('a reply that the capture has milliseconds before its request is put right', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.ack(0.03);
  build.request(0.02);
  const analysis = build.analyse(9);
  assert.deepEqual(lines(analysis), []);
  assert.deepEqual(
    analysis.conversations.map(({ outcome, frames }) => [outcome, frames]),
    [['bound', [1, 2, 3, 4]]],
  );
});

test('frames without time: silence proves nothing, a retransmission does', () => {
  const build = new Build();
  build.discover(0);
  const packets = (): unknown =>
    build.packets.splice(0, build.packets.length, ...build.packets.map((packet) => ({ ...packet, timed: false })));
  packets();
  assert.deepEqual(lines(build.analyse(100)), []);
  build.discover(0);
  packets();
  assert.deepEqual(lines(build.analyse(100)), [`no-offer error ${CLIENT} 1,2`]);
});

test('cost is linear: one client asking 20000 times, and 20000 clients asking once', () => {
  const stuck = new Build();
  for (let i = 0; i < 20000; i++) stuck.discover(i * 10, { secs: i });
  const many = new Build();
  for (let i = 0; i < 20000; i++)
    many.discover(i * 10, {
      chaddr: `02:00:00:${[i >> 16, (i >> 8) & 255, i & 255].map((octet) => octet.toString(16).padStart(2, '0')).join(':')}`,
      xid: i,
    });
  for (const build of [stuck, many]) {
    const start = performance.now();
    const analysis = build.analyse();
    assert.ok(performance.now() - start < 10000, 'took longer than 10 s');
    assert.ok(analysis.findings.length <= 1001);
    assert.equal(new Set(analysis.findings.flatMap((finding) => finding.frames)).size >= 19999, true);
  }
});

test('a message that was cut before its type is neither BOOTP nor an answer that gives an address', () => {
  for (const kept of [236, 240, 60]) {
    const build = new Build();
    build.request(0);
    const request = build.last.slice(0, kept);
    build.nak(0.01, { yiaddr: ADDRESS });
    const reply = build.last.slice(0, kept);
    const cut = new Build();
    cut.octets(request, { at: 0, cut: 300 - kept });
    cut.octets(reply, { at: 0.01, cut: 300 - kept, source: SERVER, sourcePort: 67, destinationPort: 68 });
    const { conversations, findings } = cut.analyse();
    assert.deepEqual(
      conversations.map(({ outcome, protocol, frames }) => `${outcome} ${protocol} ${frames.join()}`),
      ['incomplete dhcp 1,2'],
      String(kept),
    );
    assert.ok(findings.every(({ id }) => id !== 'bootp-unanswered'));
  }
  // With the vendor area in sight, and no cookie in it, it is BOOTP (RFC 951 §3).
  const bootp = new Build();
  bootp.dhcp(undefined, {}, { at: 0 });
  const octets = bootp.last.slice(0, 244);
  octets.fill(0, 236);
  const seen = new Build();
  seen.octets(octets, { at: 0, cut: 56 }, 'bootp');
  assert.deepEqual(
    seen.analyse().conversations.map(({ protocol }) => protocol),
    ['bootp'],
  );
});
