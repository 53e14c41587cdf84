/* Another machine has the server's address: it speaks by ARP or ICMP as the server, and what clients send there goes astray. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, ROUTER_MAC, SERVER, SERVER_MAC, alarms } from './build';

const OTHER_MAC = '02:00:00:00:00:99';
const RENEWAL = { source: ADDRESS, destination: SERVER, sourcePort: 68, destinationPort: 67 };

const told = (build: Build, until = 3000): string[] =>
  build.analyse(until).findings.map(({ id, severity, subject }) => `${id} ${severity} ${subject}`);
const firstCause = ({ causes: [first] }: Finding): string => `${first!.likelihood} ${first!.text}`;
const TAKEN = `likely Another machine, ${OTHER_MAC}, has the server’s address ${SERVER}: what is sent there reaches it instead of the server`;

/** A lease, and renewals that go to some machine, which refuses them. */
function refused(from: string): Build {
  const build = new Build();
  build.bind();
  for (const at of [1800, 1804]) {
    build.renew(at, { xid: 7, secs: at - 1800 }, { ethDestination: from });
    build.icmp(at + 0.001, 3, SERVER, RENEWAL, from);
  }
  return build;
}

test('a machine that refuses renewals in the server’s name is another one: that stands first', () => {
  const { findings } = refused(OTHER_MAC).analyse(1900);
  assert.deepEqual(
    findings.map(({ id, subject, frames }) => `${id} ${subject} ${frames.join()}`),
    [`server-identity-clash ${SERVER} 6,2`, `port-unreachable ${SERVER} 6,8`, `renewal-unanswered ${CLIENT} 5,7`],
  );
  assert.equal(findings[0]!.title, `Two machines have the address of server ${SERVER}: ${SERVER_MAC} and ${OTHER_MAC}`);
  for (const one of findings.slice(1)) assert.equal(firstCause(one), TAKEN, one.id);
  assert.match(
    findings[1]!.explanation,
    /it is not the server: 02:00:00:00:00:fe sends the replies of the server from/,
  );
  assert.match(findings[2]!.steps[0]!, /show mac address-table address 02:00:00:00:00:99/);
});

test('the server’s own machine that refuses: its program is stopped, as ever', () => {
  const build = refused(SERVER_MAC);
  assert.deepEqual(told(build, 1900), [`port-unreachable error ${SERVER}`, `renewal-unanswered warning ${CLIENT}`]);
  assert.match(firstCause(build.analyse(1900).findings[0]!), /^likely The DHCP server is stopped/);
});

test('ARP of two machines for the server’s address, and renewals in vain to the wrong one', () => {
  const build = new Build();
  build.bind();
  build.arp(1799, 1, CLIENT, ADDRESS, SERVER);
  build.arp(1799.001, 2, SERVER_MAC, SERVER, ADDRESS);
  build.arp(1799.002, 2, OTHER_MAC, SERVER, ADDRESS);
  for (const at of [1800, 1804, 1812]) build.renew(at, { xid: 7, secs: at - 1800 }, { ethDestination: OTHER_MAC });
  const { findings } = build.analyse(1900);
  assert.deepEqual(
    findings.map(({ id, subject, frames }) => `${id} ${subject} ${frames.join()}`),
    [`server-identity-clash ${SERVER} 7,2`, `renewal-unanswered ${CLIENT} 8,9,10`],
  );
  assert.equal(firstCause(findings[1]!), TAKEN);
  assert.ok(findings[1]!.causes[0]!.evidence.includes(`the renewals go to ${OTHER_MAC} (frames 8, 9 and 10)`));
});

test('no reply of the server is seen: two machines that answer ARP for the address that clients renew with', () => {
  const build = new Build();
  build.arp(0, 2, SERVER_MAC, SERVER, ADDRESS);
  build.arp(0.1, 2, OTHER_MAC, SERVER, ADDRESS);
  for (const at of [1, 5]) build.renew(at, { secs: at - 1 }, { ethDestination: OTHER_MAC });
  assert.deepEqual(told(build, 60), [`server-identity-clash error ${SERVER}`, `renewal-unanswered warning ${CLIENT}`]);
});

test('the host of the server is not up because another machine says that it has the address', () => {
  const build = new Build();
  build.bind();
  const [before] = build.analyse(100).findings;
  assert.equal(before, undefined);
  build.arp(900, 2, OTHER_MAC, SERVER, ADDRESS);
  for (const at of [1000, 1004]) build.discover(at, { xid: 70, secs: at - 1000 });
  const silence = build.analyse(1100).findings.find(({ id }) => id === 'no-offer')!;
  assert.ok(!silence.causes.some(({ evidence }) => evidence.some((one) => one.includes('is up'))));
});

test('healthy: one machine, a router that speaks for many, shared addresses of routers, another link, another day', () => {
  const healthy = (speak: (build: Build) => void): string[] => {
    const build = new Build();
    build.bind();
    build.arp(1, 2, SERVER_MAC, SERVER, ADDRESS);
    speak(build);
    return alarms(build.analyse(200_000));
  };
  assert.deepEqual(
    healthy((build) => build.arp(2, 2, OTHER_MAC, '10.0.0.9', ADDRESS)),
    [],
  );
  assert.deepEqual(
    healthy((build) => build.arp(2, 2, '00:00:5e:00:01:05', SERVER, ADDRESS)),
    [],
  );
  assert.deepEqual(
    healthy((build) => build.arp(2, 2, OTHER_MAC, SERVER, ADDRESS, '1')),
    [],
  );
  assert.deepEqual(
    healthy((build) => build.arp(100_000, 2, OTHER_MAC, SERVER, '10.0.0.60')),
    [],
  );
  assert.deepEqual(
    healthy((build) => {
      for (const last of [1, 7, 8, 9, 20]) build.arp(2, 2, ROUTER_MAC, `10.0.0.${last}`, ADDRESS);
    }),
    [],
  );
});
