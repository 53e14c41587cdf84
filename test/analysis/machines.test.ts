import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, ipOption, lease, raw } from './build';

/* A machine that asks by DHCPv4 and by DHCPv6 is one client in the verdict. */

const hex16 = (n: number): string => n.toString(16).padStart(4, '0');
const option = (code: number, value: string): string => hex16(code) + hex16(value.length / 2) + value;
const octets = (mac: string): string => mac.replaceAll(':', '');
const SERVER_DUID = '00030001' + '0200000000fe';
const mac = (i: number): string => `02:00:00:00:01:0${i}`;
/** DUID-LL, DUID-LLT (RFC 9915 §11.2, §11.4), and DUID-EN, which holds no link-layer address (§11.3). */
const linkLayer = (i: number): string => `00030001${octets(mac(i))}`;
const linkLayerTime = (i: number): string => `000100012c000000${octets(mac(i))}`;
const enterprise = (i: number): string => `0002${'0000ab11'}a0a1a2a3a4a5a60${i}`;
const IA = '00000001' + '00000708' + '00000b40';
const given = (i: number): string =>
  option(3, IA + option(5, `20010db800000000000000000000010${i}` + '00000e10' + '00001518'));

/** SOLICIT and REPLY with rapid commit (RFC 9915 §18.3.1); `around` puts a message into a relay's. */
function bind6(
  build: Build,
  at: number,
  duid: string,
  i: number,
  {
    ethSource,
    answered = true,
    around,
  }: { ethSource?: string; answered?: boolean; around?: (type: string, message: string) => string } = {},
): void {
  const xid = `0000a${i}`;
  const solicit = `01${xid}${option(1, duid)}${option(14, '')}${option(3, IA)}`;
  const reply = `07${xid}${option(1, duid)}${option(2, SERVER_DUID)}${option(14, '')}${given(i)}`;
  const relay = '2001:db8:9::1';
  const server = '2001:db8::1';
  if (around) {
    build.v6(at, around('0c', solicit), { source: relay, destination: server });
    if (answered) build.v6(at + 0.01, around('0d', reply), { source: server, destination: relay });
    return;
  }
  build.v6(at, solicit, { source: `fe80::1${i}`, ...(ethSource === undefined ? {} : { ethSource }) });
  if (answered) build.v6(at + 0.01, reply, { source: 'fe80::fe', destination: `fe80::1${i}` });
}

function bind4(build: Build, at: number, i: number, clientId?: string): void {
  const own = { chaddr: mac(i), xid: 0x100 + i, yiaddr: `10.0.0.${50 + i}` };
  const asks = { chaddr: mac(i), xid: 0x100 + i };
  const id = clientId === undefined ? [] : [raw(61, clientId)];
  build.discover(at, { ...asks, options: id });
  build.offer(at + 0.01, { ...own, options: [...lease(), ...id] });
  build.request(at + 0.02, { ...asks, options: [ipOption(50, own.yiaddr), ipOption(54, SERVER), ...id] });
  build.ack(at + 0.03, { ...own, options: [...lease(), ...id] });
}

/** Two machines that speak DHCPv4, and what they do by DHCPv6. */
function both(
  by6: (build: Build, i: number) => void,
  clientId: (i: number) => string | undefined = () => undefined,
): string {
  const build = new Build();
  for (const i of [1, 2]) bind4(build, i, i, clientId(i));
  for (const i of [1, 2]) by6(build, i);
  return build.analyse(60).verdict;
}

const BOTH =
  '2 clients: by DHCPv4, both got leases from 10.0.0.1 within 30 ms; by DHCPv6, both got leases from 02:00:00:00:00:fe. Nothing is wrong as far as this capture shows.';

test('the same link-layer address, from the frame or from the DUID', () => {
  assert.equal(
    both((build, i) => bind6(build, 10 + i, enterprise(i), i, { ethSource: mac(i) })),
    BOTH,
  );
  assert.equal(
    both((build, i) => bind6(build, 10 + i, linkLayer(i), i)),
    BOTH,
  );
  assert.equal(
    both((build, i) => bind6(build, 10 + i, linkLayerTime(i), i)),
    BOTH,
  );
});

const around =
  (...options: string[]) =>
  (type: string, message: string): string =>
    `${type}00${'20010db8000900000000000000000001'}${'fe800000000000000000000000000011'}${options.join('')}${option(9, message)}`;
/** OPTION_CLIENT_LINKLAYER_ADDR (RFC 6939 §4): hardware type 1 and the address. */
const seenBy = (i: number): string => option(79, `0001${octets(mac(i))}`);

test('the address that the first relay tells, also behind a second relay', () => {
  const relayed = (i: number) => around(seenBy(i));
  assert.equal(
    both((build, i) => bind6(build, 10 + i, enterprise(i), i, { around: relayed(i) })),
    BOTH,
  );
  const twice = (i: number) => (type: string, message: string) => around()(type, around(seenBy(i))(type, message));
  assert.equal(
    both((build, i) => bind6(build, 10 + i, enterprise(i), i, { around: twice(i) })),
    BOTH,
  );
});

test('one DUID in option 61 (RFC 4361 §6.1) and in DHCPv6', () => {
  const clientId = (i: number): string => `ff00000001${enterprise(i)}`;
  assert.equal(
    both((build, i) => bind6(build, 10 + i, enterprise(i), i), clientId),
    BOTH,
  );
});

test('without any such thing they are counted apart, and so are other machines', () => {
  assert.match(
    both((build, i) => bind6(build, 10 + i, enterprise(i), i)),
    /^All 4 clients got leases from /,
  );
  assert.match(
    both((build, i) => bind6(build, 10 + i, linkLayer(i + 2), i)),
    /^All 4 clients got leases from /,
  );
});

test('what each protocol came to', () => {
  const build = new Build();
  for (const i of [1, 2, 3]) bind4(build, i, i);
  bind6(build, 10, linkLayer(1), 1);
  bind6(build, 11, linkLayer(2), 2, { answered: false });
  assert.match(
    build.analyse(60).verdict,
    /^3 clients: by DHCPv4, all got leases from 10\.0\.0\.1 within 30 ms; by DHCPv6, 1 got a lease from 02:00:00:00:00:fe; 1 got no answer \(02:00:00:00:01:02\)\./,
  );
});

test('one machine under two DUIDs is one', () => {
  const build = new Build();
  bind4(build, 0, 1);
  bind6(build, 10, linkLayerTime(1), 1, { ethSource: mac(1) });
  bind6(build, 11, linkLayer(1), 2, { ethSource: mac(1) });
  assert.match(
    build.analyse(60).verdict,
    /1 client: by DHCPv4, it got a lease from 10\.0\.0\.1 within 30 ms; by DHCPv6, it got a lease/,
  );
});

test('a machine that is only told to ask anew by DHCPv6 (RECONFIGURE, RFC 9915 §18.3.11) has not asked', () => {
  const build = new Build();
  for (const i of [1, 2]) bind4(build, i, i);
  build.v6(10, `0a000000${option(1, linkLayer(1))}${option(2, SERVER_DUID)}${option(19, '05')}`, {
    source: 'fe80::fe',
    destination: 'fe80::11',
  });
  assert.match(
    build.analyse(60).verdict,
    /^2 clients: by DHCPv4, both got leases from 10\.0\.0\.1 within 30 ms; by DHCPv6, 1 was sent messages by a server, and this capture does not show what it asked\. /,
  );
});
