import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, SERVER, ipOption, lease } from './build';

/** Findings that are the consequence of another one say so, and do not guess at what that one refutes. */

const OTHER = '10.0.0.2';
const likely = ({ causes }: Finding) =>
  causes
    .filter(({ likelihood }) => likelihood === 'likely')
    .map(({ text, evidence, finding }) => ({ text, evidence, finding }));

/** Clients that are offered an address by two servers, and take that of the one or the other; each has `own` addresses. */
function twoServers(own: readonly [string, string]): readonly Finding[] {
  const build = new Build();
  for (const n of [1, 2]) {
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n };
    const [first, second] = [SERVER, OTHER];
    const options = (server: string) => lease([ipOption(54, server)]);
    const taken = n === 1 ? first : second;
    const yiaddr = own[n - 1]!;
    build.discover(10 * n, who);
    for (const server of [first, second])
      build.offer(
        10 * n + 0.01,
        { ...who, yiaddr: server === taken ? yiaddr : `10.0.0.${90 + n}`, options: options(server) },
        { source: server, ethSource: server === first ? '02:00:00:00:00:fe' : '02:00:00:00:00:fd' },
      );
    build.request(10 * n + 0.03, { ...who, options: [ipOption(50, yiaddr), ipOption(54, taken)] });
    build.ack(
      10 * n + 0.04,
      { ...who, yiaddr, options: options(taken) },
      { source: taken, ethSource: taken === first ? '02:00:00:00:00:fe' : '02:00:00:00:00:fd' },
    );
  }
  return build.analyse(100).findings;
}

test('multiple-servers: two servers that lease one address twice are no pair', () => {
  const findings = twoServers(['10.0.0.50', '10.0.0.50']);
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    ['duplicate-address', 'multiple-servers'],
  );
  const [duplicate, several] = findings as readonly [Finding, Finding];
  assert.match(
    duplicate.explanation,
    /This explains “Two servers answer the same client, 10\.0\.0\.1 and 10\.0\.0\.2”\./,
  );
  assert.deepEqual(likely(several), [
    {
      text: 'They do not know of each other’s leases, and their ranges overlap',
      evidence: [
        '10.0.0.50 is leased to 02:00:00:00:00:01 by 10.0.0.1 (frame 5) and to 02:00:00:00:00:02 by 10.0.0.2 (frame 10)',
        'see the finding duplicate-address',
      ],
      finding: 'duplicate-address',
    },
  ]);
  assert.equal(
    several.steps[0],
    'Give 10.0.0.1 and 10.0.0.2 ranges that do not overlap, or let them share their leases (failover).',
  );
});

test('multiple-servers: two servers with addresses of their own may be a pair', () => {
  const several = twoServers(['10.0.0.50', '10.0.0.51']).find(({ id }) => id === 'multiple-servers')!;
  assert.deepEqual(
    likely(several).map(({ text }) => text),
    ['They are a pair of servers (failover, split scope)'],
  );
});

/** Two clients of one server, in the two halves of a network by their mask; the router is in the lower one. */
function halves(router: string): Finding {
  const build = new Build();
  for (const [n, yiaddr] of [
    [1, '10.0.0.50'],
    [2, '10.0.0.200'],
  ] as const)
    build.bind(
      n,
      { chaddr: `02:00:00:00:00:0${n}`, xid: n },
      { yiaddr, options: lease([ipOption(1, '255.255.255.128'), ipOption(3, n === 2 ? router : SERVER)]) },
    );
  return build.analyse(20).findings.find(({ id }) => id === 'conflicting-subnets')!;
}

test('conflicting-subnets: halves of one network by too narrow a mask are the consequence of that', () => {
  assert.deepEqual(likely(halves(SERVER)), [
    {
      text: 'They are parts of one network: a subnet mask is too narrow',
      evidence: [
        'the router 10.0.0.1 is not in 10.0.0.128/25 (frame 8), and 10.0.0.0/24 holds it and all these clients',
        'see the finding router-outside-subnet',
      ],
      finding: 'router-outside-subnet',
    },
  ]);
  assert.deepEqual(
    likely(halves('10.0.0.129')).map(({ text }) => text),
    ['One server’s scopes are set to the wrong link, or a shared network is meant'],
  );
});

test('conflicting-subnets: where two servers put one client into different subnets, that explains it', () => {
  const build = new Build();
  const own = lease();
  const foreign = lease([ipOption(54, '192.168.0.1'), ipOption(3, '192.168.0.1'), ipOption(6, '192.168.0.1')]);
  const stranger = { source: '192.168.0.1', ethSource: '02:00:00:00:00:fd' };
  for (const n of [1, 2]) {
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n };
    const [here, there] = [`10.0.0.5${n}`, `192.168.0.5${n}`];
    build.discover(n, who);
    build.offer(n + 0.01, { ...who, yiaddr: here, options: own });
    build.offer(n + 0.02, { ...who, yiaddr: there, options: foreign }, stranger);
    const [address, server] = n === 1 ? [here, SERVER] : [there, '192.168.0.1'];
    build.request(n + 0.03, { ...who, options: [ipOption(50, address), ipOption(54, server)] });
    build.ack(n + 0.04, { ...who, yiaddr: address, options: n === 1 ? own : foreign }, n === 1 ? {} : stranger);
  }
  const findings = build.analyse(20).findings.filter(({ severity }) => severity !== 'info');
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['rogue-server', 'conflicting-subnets'],
  );
  assert.match(findings[0]!.explanation, /This explains “Clients of one link are put into 2 subnets/);
  assert.equal(likely(findings[1]!)[0]!.finding, 'rogue-server');
});
