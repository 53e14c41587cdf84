import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, alarms, ipOption, lease, raw, type Seen, type Spec } from './build';

/* OFFERs that one client does not take, held against those that others took. */

const SERVERS_OTHER_CARD = '02:00:00:00:00:fd';
const at = (number: number): { chaddr: string; xid: number } => ({
  chaddr: `02:00:00:00:01:${number.toString(16).padStart(2, '0')}`,
  xid: number,
});

function network(
  offer: Partial<Seen> | undefined,
  { others = 4, reply = {}, served = {} }: { others?: number; reply?: Spec; served?: Partial<Seen> } = {},
): Build {
  const build = new Build();
  for (let number = 1; number <= others; number++)
    build.bind(number, at(number), { yiaddr: `10.0.0.${number + 50}` }, number === 1 ? served : {});
  const own = { ...at(99), yiaddr: '10.0.0.99', ...reply };
  for (const time of offer ? [20, 24, 32] : []) {
    build.discover(time, at(99));
    build.offer(time + 0.01, own, offer);
  }
  return build;
}
const untaken = (...given: Parameters<typeof network>): Finding =>
  network(...given)
    .analyse(60)
    .findings.find(({ id }) => id === 'offer-not-taken')!;

test('OFFERs without a UDP checksum, where those that were taken have one', () => {
  const { causes, steps } = untaken({ noChecksum: true });
  assert.deepEqual(causes[0], {
    text: 'The untaken OFFER has no UDP checksum; the taken ones have a UDP checksum: a firewall or the receiver may drop such datagrams, though they are lawful (RFC 768)',
    likelihood: 'likely',
    evidence: [
      'no UDP checksum in frame 18, a UDP checksum in taken ones (frame 2)',
      '3 untaken OFFERs of 1 client compared with 4 taken OFFERs of 4 clients',
    ],
  });
  assert.equal(causes.filter(({ text }) => text.includes('checksum')).length, 1);
  assert.ok(causes.slice(1).every(({ likelihood }) => likelihood !== 'likely'));
  assert.deepEqual(steps.slice(0, 2), [
    'Let 10.0.0.1 put a UDP checksum into each OFFER, to see whether 02:00:00:00:01:63 takes it then: update its program, or its network card’s driver.',
    'Update the program of 02:00:00:00:01:63: over IPv4 a datagram without a checksum is lawful (RFC 768).',
  ]);
  assert.ok(steps.every((step) => !/nft|snooping/.test(step)));
});

test('a missing checksum is only possible where nobody is to compare with, or one was taken without', () => {
  for (const scene of [{ others: 0 }, { served: { noChecksum: true } }]) {
    const { causes } = untaken({ noChecksum: true }, scene);
    assert.match(causes[0]!.text, /^A firewall on the client/);
    assert.ok(
      causes.some(({ text, likelihood }) => likelihood === 'possible' && text.includes('without UDP checksum')),
    );
  }
});

test('OFFERs from another card than those that were taken', () => {
  const { causes, steps } = untaken({ ethSource: SERVERS_OTHER_CARD });
  assert.match(
    causes[0]!.text,
    /^Only the client that takes no OFFER gets OFFERs .*02:00:00:00:00:fd; none of the 4 clients that took one does: /,
  );
  assert.equal(causes[0]!.likelihood, 'likely');
  assert.equal(steps[0], 'Find 02:00:00:00:00:fd: `show mac address-table address 02:00:00:00:00:fd`.');
});

test('an option that only this client is given is told with both values, and proves nothing', () => {
  const { causes } = untaken(
    {},
    {
      reply: {
        options: [ipOption(54, '10.0.0.1'), raw(51, '00000e10'), ipOption(1, '255.255.255.0'), raw(43, '0104deadbeef')],
      },
    },
  );
  assert.match(causes[0]!.text, /^A firewall on the client/);
  const told = causes.find(({ text }) => text.includes('OFFERs with option 43 '))!;
  assert.equal(told.likelihood, 'possible');
  assert.match(told.evidence[0]!, /frame 18, none in taken ones \(frame 2\)$/);
});

test('options in sname and file come before what is in them; the steps are those of the difference alone', () => {
  const { causes, steps } = untaken({}, { reply: { options: [...lease(), raw(52, '01'), raw(43, '0104deadbeef')] } });
  assert.match(causes[0]!.text, /^The untaken OFFER has option 52 1; the taken ones have none: the clients may refuse/);
  assert.equal(causes[0]!.likelihood, 'likely');
  assert.equal(
    steps[0],
    'Give 02:00:00:00:01:63 fewer or shorter options, so that its OFFER needs no overload (option 52): if it takes that one, this is the cause.',
  );
  assert.equal(steps.length, 2);
});

test('all take their OFFERs: nothing', () => {
  assert.deepEqual(alarms(network(undefined, { served: { noChecksum: true } }).analyse(60)), []);
});
