/* A server that answers unicasts and no broadcast. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, SERVER, ipOption, lease, lines } from './build';

const macOf = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
const addressOf = (n: number): string => `10.0.0.${50 + n}`;
const who = (n: number, xid = n): { chaddr: string; xid: number } => ({ chaddr: macOf(n), xid });

/** A renewal by unicast, answered by unicast. */
function renewed(build: Build, at: number, n: number, mask?: string): void {
  const options = mask === undefined ? lease() : [...lease().filter(({ code }) => code !== 1), ipOption(1, mask)];
  build.renew(at, { ...who(n, 100 + n), ciaddr: addressOf(n) }, { source: addressOf(n) });
  build.ack(
    at + 0.01,
    { ...who(n, 100 + n), ciaddr: addressOf(n), yiaddr: addressOf(n), options },
    {
      destination: addressOf(n),
    },
  );
}
const asking = (build: Build, n: number, ...times: number[]): void => {
  for (const at of times) build.discover(at, { ...who(n, 200 + n), secs: Math.round(at) });
};
/** A rebinding REQUEST, by broadcast. */
const rebinding = (build: Build, n: number, ...times: number[]): void => {
  for (const at of times)
    build.renew(
      at,
      { ...who(n, 100 + n), ciaddr: addressOf(n) },
      { source: addressOf(n), destination: '255.255.255.255' },
    );
};
const likely = ({ causes }: Finding): string[] =>
  causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text);
const found = (build: Build, id: string): Finding => build.analyse(60).findings.find((one) => one.id === id)!;

const DEAF = `Server ${SERVER} hears unicasts and no broadcasts: its firewall drops what goes to 255.255.255.255, its program listens on its own address only, or a switch holds broadcasts back (storm control)`;

function network(mask?: string): Build {
  const build = new Build();
  asking(build, 6, 1, 5);
  renewed(build, 6, 1, mask);
  renewed(build, 7, 2, mask);
  asking(build, 7, 8, 12);
  return build;
}

test('unicasts are answered, and no broadcast, not even to keep an address: the server hears no broadcasts', () => {
  const build = network();
  rebinding(build, 3, 14, 18);
  renewed(build, 20, 4);
  assert.deepEqual(lines(build.analyse(60), 'no-offer', 'renewal-unanswered'), [
    'no-offer error interface 0 1,2,7,8',
    `renewal-unanswered warning ${macOf(3)} 9,10`,
  ]);
  const silence = found(build, 'no-offer');
  assert.deepEqual(likely(silence), [DEAF]);
  assert.deepEqual(silence.causes[0]!.evidence, [
    `${SERVER} answers 3 unicasts (frames 3, 5 and 11), and none of the 6 broadcasts (frames 1, 2, 7, 8, 9 and 10)`,
    'frames 9 and 10 only ask to keep an address, which needs no free one',
  ]);
  assert.doesNotMatch(JSON.stringify(silence.causes), /pool|UDP port 67/);
  assert.match(silence.steps[0]!, /^On server 10\.0\.0\.1: `tcpdump -ni any/);
  const renewal = found(build, 'renewal-unanswered');
  assert.deepEqual(likely(renewal), [DEAF]);
  assert.doesNotMatch(JSON.stringify(renewal.causes), /is down/);
  assert.match(renewal.steps[0]!, /^On server 10\.0\.0\.1: `tcpdump -ni any/);
});

test('the server is in another network: a relay is missing', () => {
  const build = network('255.255.255.224');
  rebinding(build, 3, 14, 18);
  renewed(build, 20, 4, '255.255.255.224');
  assert.deepEqual(likely(found(build, 'no-offer')), [
    `No relay forwards the broadcasts of this link: server ${SERVER} is in another network, and hears only what is sent to its own address`,
  ]);
});

test('nobody asks to keep an address in vain: an empty pool is likelier', () => {
  const build = network();
  renewed(build, 20, 4);
  const silence = found(build, 'no-offer');
  assert.match(likely(silence).join(), /its pool is used up/);
  assert.deepEqual(
    silence.causes.filter(({ text }) => text === DEAF).map(({ likelihood }) => likelihood),
    ['possible'],
  );
});

test('one broadcast that is answered: the server hears them', () => {
  const build = network();
  rebinding(build, 3, 14, 18);
  build.request(22, { ...who(5), options: [ipOption(50, addressOf(5))] });
  build.ack(22.01, { ...who(5), yiaddr: addressOf(5) });
  renewed(build, 24, 4);
  for (const { causes } of build.analyse(60).findings) assert.doesNotMatch(JSON.stringify(causes), /no broadcasts/);
});
