import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, lines, u32Option } from './build';

/* Servers that do not belong here: what they do to several clients is one thing, and each of them is named. */

const STRANGER = '192.168.1.254';
const STRANGER_MAC = '02:00:00:00:00:f9';
const SECOND = '02:00:00:00:00:02';

/** A client that is refused by the stranger, and given its address by the server all the same. */
function refused(build: Build, at: number, chaddr: string, xid: number, yiaddr: string): void {
  const own = { chaddr, xid };
  build.discover(at, own);
  build.offer(at + 0.01, { ...own, yiaddr });
  build.request(at + 0.02, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] });
  const by = { source: STRANGER, ethSource: STRANGER_MAC };
  build.nak(at + 0.03, { ...own, options: [ipOption(54, STRANGER)] }, by);
  build.ack(at + 0.04, { ...own, yiaddr });
}

test('rogue-server, nak, lease-loop: what one stranger refuses to several clients is told once each, cause before consequence', () => {
  const build = new Build();
  for (const [i, at] of [0, 3, 6].entries()) refused(build, at, CLIENT, 10 + i, ADDRESS);
  for (const [i, at] of [14, 17, 20].entries()) refused(build, at, SECOND, 20 + i, '10.0.0.51');
  const { findings } = build.analyse(60);
  assert.deepEqual(
    findings.map(({ id, subject, members }) => [id, subject, members?.length]),
    ['rogue-server', 'nak', 'lease-loop'].map((id) => [id, `server ${STRANGER}`, 2]),
  );
  assert.match(
    findings[0]!.explanation,
    /This explains “NAK: 2 clients .*” and “Lease taken again and again: 2 clients/,
  );
  // The server of the link gives the very address, so the client does not come from elsewhere.
  assert.ok(findings[1]!.causes.every(({ text }) => !text.startsWith('The client comes from another subnet')));
});

test('rogue-server: one refused client stays a finding of its own', () => {
  const build = new Build();
  refused(build, 0, CLIENT, 1, ADDRESS);
  assert.deepEqual(lines(build.analyse(60)), [`rogue-server error ${CLIENT} 4,5`, `nak warning ${CLIENT} 4,3`]);
});

/** Three servers answer one DISCOVER; two of them are home routers as they come out of the box. */
function three(third: string, seconds: number): Build {
  const build = new Build();
  build.discover(0);
  const offer = (
    at: number,
    server: string,
    mac: string,
    given: string,
    options: readonly ReturnType<typeof ipOption>[],
  ): number =>
    build.offer(
      at,
      { yiaddr: given, options: [ipOption(1, '255.255.255.0'), ipOption(54, server), ...options] },
      { source: server, ethSource: mac },
    );
  offer(0.1, '192.168.1.1', STRANGER_MAC, '192.168.1.100', [
    u32Option(51, 3600),
    ipOption(3, '192.168.1.1'),
    ipOption(6, '192.168.1.1'),
  ]);
  build.offer(0.2, { options: lease([ipOption(54, SERVER)]) });
  offer(0.3, third, '02:00:00:00:00:fa', third.replace(/\d+$/, '77'), [
    u32Option(51, seconds),
    ipOption(3, third),
    ipOption(6, third),
  ]);
  return build;
}

test('rogue-server: of three servers, both that something speaks against are named and looked for first', () => {
  const [found] = three('192.168.178.1', 3600)
    .analyse(60)
    .findings.filter(({ id }) => id === 'rogue-server');
  assert.match(
    found!.causes[0]!.text,
    new RegExp(`: likelier 192\\.168\\.1\\.1 and 192\\.168\\.178\\.1 than ${SERVER.replaceAll('.', '\\.')}$`),
  );
  assert.match(found!.causes[0]!.evidence.join(), /192\.168\.178\.1 is the factory address of FRITZ!Box/);
  assert.match(
    found!.explanation,
    /They disagree about subnet, router(?: and DNS)?\b.* The client may take any answer/,
  );
  assert.deepEqual(
    found!.steps.slice(0, 2).map((step) => step.slice(0, 34)),
    ['Find the port of 192.168.1.1: `sho', 'Find the port of 192.168.178.1: `s'],
  );
});

test('rogue-server: of three servers, one that nothing speaks against is not likelier the stranger', () => {
  const [found] = three('10.9.9.9', 3600)
    .analyse(60)
    .findings.filter(({ id }) => id === 'rogue-server');
  assert.match(found!.causes[0]!.text, /: likelier 192\.168\.1\.1 than 10\.0\.0\.\d+ and 10\.9\.9\.9$/);
});
