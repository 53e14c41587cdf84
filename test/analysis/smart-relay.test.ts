import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, ipOption, lease, lines, raw } from './build';

const FIRST = '10.2.0.1';
const SECOND = '10.3.0.1';
const MAC = '02:00:00:00:00:aa';

/** Two DISCOVERs in vain with the first giaddr; then, if a server answers it, one with the second. */
function tried(answers: boolean, mac = MAC, xid = 0x1234): string[] {
  const build = new Build();
  const up = (source: string, ethSource = MAC): object => ({ source, ethSource, destination: SERVER, sourcePort: 67 });
  const down = { destination: SECOND, destinationPort: 67, ethDestination: mac };
  const yiaddr = '10.3.0.9';
  const relayed = { giaddr: SECOND, hops: 1, xid };
  const options = lease([ipOption(3, SECOND)]);
  build.discover(0, { giaddr: FIRST, hops: 1 }, up(FIRST));
  build.discover(3, { giaddr: FIRST, hops: 1, secs: 3 }, up(FIRST));
  build.discover(6, { ...relayed, secs: 6 }, up(SECOND, mac));
  if (answers) {
    build.offer(6.01, { ...relayed, yiaddr, options }, down);
    build.request(
      7,
      { ...relayed, options: [ipOption(50, yiaddr), ipOption(54, SERVER), raw(55, '010306')] },
      up(SECOND, mac),
    );
    build.ack(7.01, { ...relayed, yiaddr, options }, down);
  }
  return lines(build.analyse(60), 'relay-unanswered');
}

test('relay-unanswered: a relay that gets its answer under its other address is a note', () => {
  assert.deepEqual(tried(true), [`relay-unanswered info ${FIRST} 1,2`]);
});

test('relay-unanswered: an error where the other address gets no answer, or is another relay’s or exchange’s', () => {
  assert.ok(tried(false).includes(`relay-unanswered error ${FIRST} 1,2`));
  assert.deepEqual(tried(true, '02:00:00:00:00:bb'), [`relay-unanswered error ${FIRST} 1,2`]);
  assert.deepEqual(tried(true, MAC, 0x77), [`relay-unanswered error ${FIRST} 1,2`]);
});
