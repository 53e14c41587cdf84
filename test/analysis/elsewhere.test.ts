/* Clients that ask a server of which the capture shows no answer, and clients that do without IPv4: how the verdict counts them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, ipOption, lease, raw, u32Option } from './build';

const RELAY = '10.9.0.1';
const up = { source: RELAY, destination: SERVER, sourcePort: 67 };
const back = { destination: RELAY, destinationPort: 67 };

/** A relayed client that takes its lease, and others that ask a server elsewhere for an address. */
function relayed(address: string, server: string, others = 2): string {
  const build = new Build();
  for (let n = 0; n <= others; n++) {
    const at = n * 3;
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n + 1, giaddr: RELAY, hops: 1 };
    const yiaddr = `10.9.0.5${n}`;
    const [asked, of] = n === 0 ? [yiaddr, SERVER] : [address, server];
    build.discover(at, who, up);
    build.offer(at + 0.01, { ...who, yiaddr, options: lease([ipOption(3, RELAY)]) }, back);
    build.request(at + 0.02, { ...who, options: [ipOption(50, asked), ipOption(54, of)] }, up);
    if (n === 0) build.ack(at + 0.03, { ...who, yiaddr, options: lease([ipOption(3, RELAY)]) }, back);
  }
  return build.analyse(60).verdict;
}

test('A server of which no answer is seen is none that gave leases here, and its subnet is noticed', () => {
  assert.equal(
    relayed('192.168.88.7', '192.168.88.1'),
    '3 clients: 1 got a lease from 10.0.0.1 within 30 ms; 2 asked for an address of 192.168.88.1 and did not ask again, and no answer of that server is in this capture (02:00:00:00:00:01 and 02:00:00:00:00:02). 2 REQUESTs of relayed clients ask 192.168.88.1 for an address outside the subnet that is offered here (frames 7 and 10), and no answer of 192.168.88.1 is in this capture: look for that server on the link of these clients.',
  );
  // A second server of the same subnet may answer by another way.
  assert.match(relayed('10.9.0.77', '10.0.0.2'), /10\.0\.0\.2 and did not ask again.* Nothing is wrong as far as/);
});

/** Clients that are told to do without IPv4 and given no address; the last OFFER is the last frame. */
function withoutIpv4(clients: number): string {
  const build = new Build();
  for (let n = 0; n < clients; n++) {
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n + 1 };
    build.discover(n * 400, { ...who, options: [raw(55, '01036c')] });
    build.offer(n * 400 + 0.01, { ...who, yiaddr: '0.0.0.0', options: [...lease(), u32Option(108, 300)] });
  }
  return build.analyse().verdict;
}

test('A client that is told to do without IPv4, and given no address, is counted alike at the end of the capture', () => {
  assert.match(withoutIpv4(3), /^All 3 clients do without IPv4, as option 108 tells them to\./);
});
