/* Servers of one link that disagree although no client hears both (RFC 2131 §7), and NAKs that do not belong (§4.3.2, §4.3.5). */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lease, lines, textOption, type Spec } from './build';

const RIVAL = '10.0.0.2';
const RIVAL_MAC = '02:00:00:00:00:fd';
const OTHER = { chaddr: '02:00:00:00:00:02', xid: 9 };

/** One client gets its lease from one server, another client from another. */
function each(second: Spec['options'], asking: Spec = {}, link = '0', without: readonly number[] = []): Build {
  const build = new Build();
  build.bind(0, {}, { options: lease([ipOption(3, SERVER), ipOption(6, '10.0.0.9')]) });
  const options = lease([ipOption(54, RIVAL), ...(second ?? [])]).filter(({ code }) => !without.includes(code));
  const given = { ...OTHER, yiaddr: '10.0.0.60', options };
  const from = { link, source: RIVAL, ethSource: RIVAL_MAC };
  build.discover(1, { ...OTHER, ...asking }, { link });
  build.offer(1.01, given, from);
  build.request(1.02, { ...OTHER, options: [ipOption(50, '10.0.0.60'), ipOption(54, RIVAL)] }, { link });
  build.ack(1.03, given, from);
  return build;
}

test('rogue-server: two servers of one subnet give different routers or DNS servers, each to a client of its own', () => {
  const found = `rogue-server error ${SERVER} and ${RIVAL} 4,8`;
  assert.deepEqual(lines(each([ipOption(3, RIVAL), ipOption(6, '10.0.0.9')]).analyse(60), 'rogue-server'), [found]);
  assert.deepEqual(lines(each([ipOption(3, SERVER), ipOption(6, RIVAL)]).analyse(60), 'rogue-server'), [found]);
});

test('rogue-server: not where they agree, leave an option out, serve another kind of client or another link', () => {
  const router = ipOption(3, RIVAL);
  for (const build of [
    each([ipOption(3, SERVER), ipOption(6, '10.0.0.9')]),
    each([], {}, '0', [3, 6]),
    each([router], { options: [textOption(60, 'phone')] }),
    each([router], {}, '7'),
  ])
    assert.deepEqual(lines(build.analyse(60), 'rogue-server'), []);
});

const nakCauses = (build: Build): string[] =>
  build
    .analyse(60)
    .findings.find(({ id }) => id === 'nak')!
    .causes.filter(({ likelihood }) => likelihood === 'likely')
    .map(({ text }) => text);

test('nak: the answer to an INFORM cannot be a NAK', () => {
  const build = new Build();
  build.dhcp(8, { ciaddr: ADDRESS }, { at: 0, source: ADDRESS });
  build.nak(0.01);
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'nak');
  assert.equal(found!.title, `${CLIENT}: server ${SERVER} answers an INFORM with NAK`);
  assert.match(found!.explanation, /\(INFORM in frame 1\); server 10\.0\.0\.1 answers NAK in frame 2/);
});

test('nak: from a server that was not selected, only that is likely, whatever subnet the address is in', () => {
  const build = new Build();
  const given = { yiaddr: '192.168.1.50', options: lease([ipOption(54, '192.168.1.1')]) };
  build.discover(0);
  build.offer(0.01, given, { source: '192.168.1.1' });
  build.offer(0.015);
  build.request(0.02, { options: [ipOption(50, '192.168.1.50'), ipOption(54, '192.168.1.1')] });
  build.nak(0.03);
  assert.deepEqual(nakCauses(build), ['Another server speaks for a lease that is not its own']);
});

test('nak: the client takes an OFFER that gives no address', () => {
  const build = new Build();
  build.discover(0);
  build.offer(
    0.01,
    { yiaddr: '0.0.0.0', options: [ipOption(54, RIVAL), textOption(60, 'PXEClient')] },
    { source: RIVAL },
  );
  build.request(0.02, { options: [ipOption(54, RIVAL)] });
  build.nak(0.03);
  assert.match(nakCauses(build)[0]!, /^The client takes the OFFER of a proxyDHCP service as if it gave an address/);
});

test('nak: a host name that only the REQUEST has is evidence for an OFFER that was not kept', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.request(0.02, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), textOption(12, 'sensor')] });
  build.nak(0.03);
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'nak');
  const cause = found!.causes.find(({ text }) => text.startsWith('The server could not keep its own OFFER'));
  assert.deepEqual(cause!.evidence, [
    `${SERVER} had offered ${ADDRESS}`,
    'option 12 (host name) appears only in the REQUEST (frame 3; DISCOVER in frame 1)',
  ]);
});

test('starvation: a crowd that asks again in a network without a server is none; one that takes no OFFER is', () => {
  const crowd = (served: boolean): string[] => {
    const build = new Build();
    for (let i = 0; i < 60; i++) {
      const spec = { chaddr: `02:aa:00:00:01:${i.toString(16).padStart(2, '0')}`, xid: 100 + i };
      build.discover(i / 10, spec);
      if (served && i < 20) build.offer(i / 10 + 0.01, { ...spec, yiaddr: `10.0.0.${100 + i}` });
    }
    for (let i = 0; i < 60; i++)
      build.discover(10 + i / 10, {
        chaddr: `02:aa:00:00:01:${i.toString(16).padStart(2, '0')}`,
        xid: 100 + i,
        secs: 10,
      });
    return alarms(build.analyse(60));
  };
  assert.deepEqual(crowd(false), ['no-offer']);
  assert.deepEqual(crowd(true), ['starvation']);
});

/** Each client hears both servers, and takes what one of them offers; gives the end of the explanation. */
function takersIn(takes: readonly string[], router: string, authorised: readonly string[] = []): string {
  const build = new Build();
  for (const [i, server] of takes.entries()) {
    const who = { chaddr: `02:00:00:00:01:0${i}`, xid: 50 + i };
    const mine = { ...who, yiaddr: `10.0.0.7${i}`, options: lease() };
    const its = { ...who, yiaddr: `10.0.0.8${i}`, options: lease([ipOption(54, RIVAL), ipOption(3, router)]) };
    const from = { source: RIVAL, ethSource: RIVAL_MAC };
    build.discover(i, who);
    build.offer(i + 0.01, mine);
    build.offer(i + 0.02, its, from);
    const taken = server === RIVAL ? its : mine;
    build.request(i + 0.03, { ...who, options: [ipOption(50, taken.yiaddr), ipOption(54, server)] });
    build.ack(i + 0.04, taken, server === RIVAL ? from : {});
  }
  const found = build
    .analyse(60, { authorisedServers: authorised })
    .findings.find(({ id }) => /^(rogue-server|multiple-servers)$/.test(id))!;
  return found.explanation.slice(found.explanation.indexOf('In this capture'));
}

test('rogue-server, multiple-servers: who has a lease of which server by its ACK', () => {
  const ofServer = `2 clients got a lease by ACK from ${SERVER} (02:00:00:00:01:00 and 02:00:00:00:01:02)`;
  const ofRival = `1 client got a lease by ACK from ${RIVAL} (02:00:00:00:01:01)`;
  const takes = [SERVER, RIVAL, SERVER];
  for (const router of [RIVAL, SERVER])
    assert.ok(
      takersIn(takes, router).startsWith(`In this capture, ${ofServer} and ${ofRival}.`),
      takersIn(takes, router),
    );
  assert.ok(takersIn(takes, RIVAL, [SERVER]).startsWith(`In this capture, ${ofRival}.`));
  assert.ok(
    takersIn([SERVER], RIVAL).startsWith(
      `In this capture, 1 client got a lease by ACK from ${SERVER} (02:00:00:00:01:00) and no ACK of ${RIVAL} gives anybody a lease.`,
    ),
  );
});
