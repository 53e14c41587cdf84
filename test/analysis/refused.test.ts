import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cause } from '../../src/analysis';
import { ADDRESS, Build, SERVER, ipOption, lease, lines, raw, textOption, type Seen, type Spec } from './build';

/* Why a client or server drops what is sent to it, read from the message itself: size, class, missing options, the way it goes. */

const mac = (number: number): string => `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
const at = (number: number): Spec => ({ chaddr: mac(number), xid: number });

/** The causes of the only finding with this id. */
function causesOf(build: Build, id: string): readonly Cause[] {
  const found = build.analyse(60).findings.filter((one) => one.id === id);
  assert.equal(found.length, 1);
  return found[0]!.causes;
}
const likely = (build: Build, id: string): string[] =>
  causesOf(build, id)
    .filter((one) => one.likelihood === 'likely')
    .map(({ text }) => text);

/** DISCOVERs that go on after their OFFERs. */
function ignoring(discover: Spec, offer: Spec, seen: Partial<Seen> = {}): Build {
  const build = new Build();
  for (const time of [0, 4, 12]) {
    build.discover(time, { secs: time, ...discover });
    build.offer(time + 0.01, offer, { destination: ADDRESS, ...seen });
  }
  return build;
}

const LARGE = { options: lease([raw(43, '00'.repeat(250)), raw(125, '00'.repeat(250))]) };

test('offer-not-taken: each OFFER is larger than option 57 allows (RFC 2132 §9.10)', () => {
  const build = ignoring({ options: [raw(57, '0240')] }, LARGE);
  const [text] = likely(build, 'offer-not-taken');
  assert.match(
    text!,
    /^The client drops the OFFER: it has \d{3} octets, and the client says in option 57 that it takes 576$/,
  );
  assert.deepEqual(
    build.analyse(60).findings.map(({ id }) => id),
    ['message-too-large', 'offer-not-taken'],
  );
  // Without option 57 the client need not take more than 576 octets (RFC 2131 §2), yet most do.
  const unsaid = causesOf(ignoring({}, LARGE), 'offer-not-taken');
  assert.match(unsaid.find(({ finding }) => finding === 'message-too-large')!.text, /need not take more than 576$/);
  assert.equal(unsaid.find(({ finding }) => finding === 'message-too-large')!.likelihood, 'possible');
  const roomy = causesOf(ignoring({ options: [raw(57, '05dc')] }, LARGE), 'offer-not-taken');
  assert.equal(
    roomy.find(({ finding }) => finding === 'message-too-large'),
    undefined,
  );
});

const HTTP = textOption(60, 'HTTPClient:Arch:00016:UNDI:003016');

test('offer-not-taken: an HTTP boot client wants option 60 “HTTPClient” in the OFFER (UEFI 2.10 §24.7.3)', () => {
  assert.deepEqual(likely(ignoring({ options: [HTTP] }, {}), 'offer-not-taken'), [
    'The HTTP boot client waits for an OFFER with option 60 “HTTPClient” and a boot URI (option 67), and none has them',
  ]);
  const uri = lease([textOption(67, 'http://10.0.0.1/x.efi')]);
  assert.deepEqual(likely(ignoring({ options: [HTTP] }, { options: uri }), 'offer-not-taken'), [
    'The HTTP boot client waits for an OFFER with option 60 “HTTPClient”, and none has it',
  ]);
  const right = { options: [...uri, textOption(60, 'HTTPClient')] };
  assert.doesNotMatch(likely(ignoring({ options: [HTTP] }, right), 'offer-not-taken').join(), /HTTP boot client/);
});

test('answer-ignored: the ACK goes by unicast, and the client took the OFFER that went by broadcast', () => {
  const asking = (offer: Partial<Seen>): Build => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, {}, offer);
    for (const time of [1, 4, 8]) {
      build.request(time);
      build.ack(time + 0.01, {}, { destination: ADDRESS });
    }
    return build;
  };
  assert.deepEqual(likely(asking({}), 'answer-ignored'), [
    'The client cannot take unicast before it has an address: only OFFERs by broadcast were taken on this link, and the ACKs to this client go by unicast',
  ]);
  assert.doesNotMatch(likely(asking({ destination: ADDRESS }), 'answer-ignored').join(), /unicast/);
});

test('offer-not-taken: how the OFFER goes is no likely cause where the OFFER itself is useless', () => {
  const offers = (yiaddr: string): readonly Cause[] => {
    const build = ignoring({}, { yiaddr }, { destination: '255.255.255.255' });
    for (const number of [2, 3]) {
      const own = `10.0.0.${number}`;
      build.discover(20 + number, at(number));
      build.offer(20.01 + number, { ...at(number), yiaddr: own }, { destination: own });
      build.request(20.02 + number, { ...at(number), options: [ipOption(50, own), ipOption(54, SERVER)] });
      build.ack(20.03 + number, { ...at(number), yiaddr: own }, { destination: own });
    }
    return causesOf(build, 'offer-not-taken');
  };
  const way = (causes: readonly Cause[]): string | undefined =>
    causes.find(({ text }) => text.startsWith('Broadcasts do not get through'))?.likelihood;
  assert.equal(way(offers('0.0.0.0')), 'possible');
  assert.equal(way(offers(ADDRESS)), 'likely');
});

/** A client whose REQUEST is not answered, beside others that are served. */
function refusing(discover: Spec, request: Spec, theirs: Spec, others = 3): Build {
  const build = new Build();
  for (let number = 2; number < 2 + others; number++) {
    const yiaddr = `10.0.0.${number}`;
    build.discover(number, { ...at(number), ...theirs });
    build.offer(number + 0.01, { ...at(number), yiaddr });
    build.request(number + 0.02, {
      ...at(number),
      options: [ipOption(50, yiaddr), ipOption(54, SERVER), ...(theirs.options ?? [])],
    });
    build.ack(number + 0.03, { ...at(number), yiaddr });
  }
  build.discover(20, discover);
  build.offer(20.01);
  for (const time of [20.02, 24, 32]) build.request(time, request);
  return build;
}

test('no-ack: a REQUEST without server identifier is the cause (RFC 2131 table 5)', () => {
  const build = refusing({}, { options: [ipOption(50, ADDRESS)] }, {});
  assert.deepEqual(likely(build, 'no-ack'), [
    'The REQUEST has no server identifier (option 54): it selects no server, and a server takes it for one about an earlier lease',
  ]);
  assert.deepEqual(lines(build.analyse(60), 'no-ack'), ['no-ack error 02:00:00:00:00:01 15,16,17']);
  const whole = likely(refusing({}, {}, {}), 'no-ack');
  assert.doesNotMatch(whole.join(), /server identifier/);
});

test('no-ack: what the client had in its DISCOVER, which was answered, is not the reason', () => {
  const name = { options: [textOption(12, 'pc')] };
  const sought = [ipOption(50, ADDRESS), ipOption(54, SERVER)];
  assert.doesNotMatch(JSON.stringify(causesOf(refusing({}, { options: sought }, name), 'no-ack')), /option 12/);
  // Only the REQUEST lacks it: then it tells the two apart, if the others are so many that it is no accident.
  const first = (others: number): string =>
    causesOf(refusing(name, { options: sought }, name, others), 'no-ack')[0]!.text;
  assert.match(first(9), /^Only the unanswered client sends no option 12 \(Host Name\); all 9 answered clients/);
  assert.match(first(8), /^The server does not keep its OFFER/);
});
