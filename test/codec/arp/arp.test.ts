import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arpKind, readArp } from '../../../src/codec/arp';
import { CLIENT, decode, eth, idsOf, octets, SERVER } from '../frames';

const NONE = '000000000000';
const message = (operation: string, senderIp: string, targetIp: string, targetMac = NONE, sender = CLIENT): string =>
  `0001080006040 00${operation}`.replace(' ', '') + sender + senderIp + targetMac + targetIp;

const told = (body: string, type = 0x0806): string => decode(eth(type, body)).tree[1]!.text;
const read = (body: string) => readArp(octets(body), 0, body.length / 2);

test('what each kind of message says', () => {
  assert.equal(told(message('1', '0a430064', '0a430001')), 'who has 10.67.0.1? tell 10.67.0.100');
  assert.equal(told(message('2', '0a430064', '0a430001', SERVER)), '10.67.0.100 is at 02:00:5e:00:53:01');
  assert.equal(told(message('1', '00000000', '0a430064')), 'probe: is 10.67.0.100 in use? asks 02:00:5e:00:53:01');
  assert.equal(
    told(message('1', '0a430064', '0a430064')),
    'announcement: 10.67.0.100 is at 02:00:5e:00:53:01 (gratuitous)',
  );
  assert.equal(told(message('2', '0a430064', '0a430064')), '10.67.0.100 is at 02:00:5e:00:53:01 (gratuitous)');
});

test('RARP is a layer of its own', () => {
  const request = message('3', '00000000', '00000000', CLIENT);
  assert.equal(idsOf(eth(0x8035, request)), 'eth rarp');
  assert.equal(told(request, 0x8035), 'which address has 02:00:5e:00:53:01? tell 02:00:5e:00:53:01');
  assert.equal(
    told(message('4', '0a430001', '0a430064', CLIENT, SERVER), 0x8035),
    '02:00:5e:00:53:01 has address 10.67.0.100',
  );
  assert.equal(decode(eth(0x8035, request)).protocol, 'rarp');
});

test('the reader', () => {
  const arp = read(message('1', '00000000', '0a430064'))!;
  assert.deepEqual(arp, {
    operation: 1,
    senderMac: '02:00:5e:00:53:01',
    senderIp: 0,
    targetMac: '00:00:00:00:00:00',
    targetIp: 0x0a430064,
  });
  assert.equal(arpKind(arp), 'probe');
});

test('link addresses of other lengths', () => {
  // InfiniBand: 20 octets (RFC 4391 §9.1). IEEE 1394: none in the target.
  const long = '0020' + '0800' + '14' + '04' + '0002' + '11'.repeat(20) + '0a430064' + '22'.repeat(20) + '0a430001';
  assert.equal(read(long)?.senderIp, 0x0a430064);
  assert.equal(read(long)?.targetMac, Array<string>(20).fill('22').join(':'));
  const none = '0001' + '0800' + '00' + '04' + '0001' + '0a430064' + '0a430001';
  assert.deepEqual(read(none), {
    operation: 1,
    senderMac: '',
    senderIp: 0x0a430064,
    targetMac: '',
    targetIp: 0x0a430001,
  });
});

test('a protocol length that is not IPv4’s', () => {
  const odd = '0001' + '0800' + '06' + '06' + '0001' + CLIENT + '0a4300640000' + NONE + '0a4300010000';
  assert.equal(read(odd), undefined);
  assert.deepEqual(
    decode(eth(0x0806, odd)).problems.map(({ id, offset, length }) => [id, offset, length]),
    [['malformed-message', 19, 1]],
  );
});

test('a cut message, and lengths that go beyond it', () => {
  const whole = message('1', '0a430064', '0a430001');
  assert.equal(read(whole.slice(0, -2)), undefined);
  assert.equal(
    decode(eth(0x0806, whole.slice(0, -2))).problems[0]!.text,
    'The frame ends inside the Address Resolution Protocol header, after 27 of 28 octets.',
  );
  assert.equal(read(whole.replace('000108000604', '00010800ff04')), undefined);
});

test('ATM’s ARP has other fields and is not misread', () => {
  const atm = '0013' + '0800' + '1400' + '0001' + '14000404' + '11'.repeat(20) + '0a430064' + '0a430001';
  assert.equal(read(atm), undefined);
  assert.equal(told(atm), 'ATM, request (1)');
});

test('Ethernet’s padding is not ARP’s', () => {
  const frame = decode(eth(0x0806, message('1', '0a430064', '0a430001') + '00'.repeat(18)));
  assert.equal(frame.tree.at(-1)!.length, 18);
  assert.equal(frame.tree[1]!.length, 28);
});
