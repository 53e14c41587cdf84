import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, lines, raw } from './build';

/* A client that asks for its old address again and again, as when its link goes up and down (`lease-loop`). */

interface Where {
  readonly giaddr?: string;
  readonly agent?: string;
  readonly link?: string;
}

/** REQUESTs in INIT-REBOOT at these times, each with its ACK. */
function reboots(at: readonly number[], where: (i: number) => Where = () => ({}), cut = 0): Build {
  const build = new Build();
  at.forEach((time, i) => {
    const { giaddr, agent, link = '0' } = where(i);
    const own = { xid: i + 1, ...(giaddr === undefined ? {} : { giaddr, hops: 1 }) };
    const relayed = agent === undefined ? [] : [raw(82, agent)];
    const relay = '02:00:00:00:00:aa';
    const up =
      giaddr === undefined ? { link } : { source: giaddr, destination: SERVER, sourcePort: 67, ethSource: relay, link };
    const down =
      giaddr === undefined ? { link } : { destination: giaddr, destinationPort: 67, ethDestination: relay, link };
    build.request(time, { ...own, options: [ipOption(50, ADDRESS), ...relayed] }, { ...up, cut });
    build.ack(time + 0.01, { ...own, options: [...lease(), ...relayed] }, down);
  });
  return build;
}

const every = (seconds: number, n: number): number[] => Array.from({ length: n }, (_, i) => i * seconds);

test('lease-loop: INIT-REBOOT again and again within minutes, each time acknowledged', () => {
  const analysis = reboots(every(10, 6)).analyse(80);
  assert.deepEqual(lines(analysis), [`lease-loop warning ${CLIENT} 1,2,3,4,5,6,7,8,9,10,11,12`]);
  assert.equal(analysis.findings[0]!.title, `${CLIENT} asks for its old address ${ADDRESS} 6 times within 50 s`);
  assert.match(analysis.findings[0]!.causes[0]!.text, /link goes down and up/);
});

test('lease-loop: not for a client that restarts a few times a day, nor for four times', () => {
  assert.deepEqual(lines(reboots(every(3 * 3600, 6)).analyse(80_000)), []);
  assert.deepEqual(lines(reboots(every(120, 8)).analyse(2000)), []);
  assert.deepEqual(lines(reboots(every(10, 4)).analyse(80)), []);
});

test('lease-loop: only the part that is dense is named', () => {
  const at = [0, 4000, 8000, 8010, 8020, 8030, 8040, 12_000];
  assert.deepEqual(lines(reboots(at).analyse(13_000)), [`lease-loop warning ${CLIENT} 5,6,7,8,9,10,11,12,13,14`]);
});

test('lease-loop: behind a relay and in a VLAN as well; not from port to port, relay to relay or VLAN to VLAN', () => {
  const giaddr = '10.0.0.3';
  const found = [`lease-loop warning ${CLIENT} 1,2,3,4,5,6,7,8,9,10,11,12`];
  const told = (where: (i: number) => Where): string[] => lines(reboots(every(10, 6), where).analyse(80), 'lease-loop');
  assert.deepEqual(
    told(() => ({ giaddr, agent: '0101aa' })),
    found,
  );
  assert.deepEqual(
    told(() => ({ link: '0/7' })),
    found,
  );
  assert.deepEqual(
    told((i) => ({ giaddr, agent: i % 2 ? '0101aa' : '0101bb' })),
    [],
  );
  assert.deepEqual(
    told((i) => ({ giaddr: i % 2 ? giaddr : '10.0.0.4' })),
    [],
  );
  assert.deepEqual(
    told((i) => ({ link: i % 2 ? '0/7' : '0/8' })),
    [],
  );
});

test('lease-loop: not where the snapshot length leaves it open what the client asks for', () => {
  assert.deepEqual(lines(reboots(every(10, 6), undefined, 40).analyse(80), 'lease-loop'), []);
});

test('lease-loop: not where the client gave the address back in between', () => {
  const build = new Build();
  for (const [i, at] of every(10, 6).entries()) {
    build.request(at, { xid: i + 1, options: [ipOption(50, ADDRESS)] });
    build.ack(at + 0.01, { xid: i + 1 });
    build.dhcp(
      7,
      { xid: 100 + i, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
      { at: at + 5, source: ADDRESS, destination: SERVER },
    );
  }
  assert.deepEqual(lines(build.analyse(80), 'lease-loop'), []);
});

const DUID = '0001000a0003000102000000000c';
const SERVER6 = '0002000a00030001020000000001';
const address = '000300280000000100000000000000000005001820010db8000000000000000000000042 0000000000000000'.replaceAll(
  ' ',
  '',
);
/** A REPLY to CONFIRM that says Success, or NotOnLink (RFC 9915 §18.3.3). */
const status = (code: 0 | 4): string => `000d0002000${code}`;

test('lease-loop: CONFIRM again and again (DHCPv6)', () => {
  const told = (seconds: number, times: number, code: 0 | 4 = 0): string[] => {
    const build = new Build();
    for (const [i, at] of every(seconds, times).entries()) {
      const xid = (i + 1).toString(16).padStart(6, '0');
      build.v6(at, `04${xid}${DUID}${address}`, { source: 'fe80::c', ethSource: '02:00:00:00:00:0c' });
      build.v6(at + 0.01, `07${xid}${DUID}${SERVER6}${status(code)}`, { source: 'fe80::1', destination: 'fe80::c' });
    }
    return lines(build.analyse(seconds * times + 10), 'lease-loop');
  };
  assert.deepEqual(told(10, 5), ['lease-loop warning 02:00:00:00:00:0c 1,2,3,4,5,6,7,8,9,10']);
  assert.deepEqual(told(3600, 5), []);
  assert.deepEqual(told(10, 5, 4), []);
});
