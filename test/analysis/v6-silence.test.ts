/* DHCPv6: messages that nobody answers, to a server by unicast (option 12, RFC 9915 §21.12) or from one of two machines with one DUID. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import type { Problem } from '../../src/codec/field';
import { Build } from './build';

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const n8 = (value: number): string => value.toString(16).padStart(8, '0');
const client = option(1, '0003000102000000000c');
const server = option(2, '000300010200000000fe');
const address = option(5, '20010db8000000000000000000000042' + n8(200) + n8(200));
const given = option(3, n8(1) + n8(100) + n8(160) + address);
const asked = option(3, n8(1) + n8(0) + n8(0));
const message = (type: string, xid: string, ...options: string[]): string => type + xid + options.join('');
const out = { source: 'fe80::c', ethSource: '02:00:00:00:00:0c' };
const back = { source: 'fe80::fe', destination: 'fe80::c' };

/** A lease, three RENEWs in vain, and a REBIND that is answered. */
function renewing(destination: string): Build {
  const build = new Build();
  build.v6(0, message('01', '000001', client, asked), out);
  build.v6(0.1, message('02', '000001', client, server, given), back);
  build.v6(1, message('03', '000002', client, server, given), out);
  build.v6(1.1, message('07', '000002', client, server, given), back);
  for (const at of [100, 110, 130])
    build.v6(at, message('05', '000003', client, server, given), { ...out, destination });
  build.v6(160, message('06', '000004', client, given), out);
  build.v6(160.1, message('07', '000004', client, server, given), back);
  return build;
}

/** So many clients, whose RENEWs get no answer, and whose REBINDs do or do not. */
function rebinding(clients: number, served: boolean): Build {
  const build = new Build();
  for (let n = 1; n <= clients; n++) {
    const id = option(1, `00030001020000000a0${n}`);
    const own = option(
      3,
      n8(1) + n8(100) + n8(160) + option(5, `20010db800000000000000000000010${n}` + n8(200) + n8(200)),
    );
    const from = { source: `fe80::a${n}`, ethSource: `02:00:00:00:0a:0${n}` };
    const to = { source: 'fe80::fe', destination: `fe80::a${n}` };
    build.v6(n, message('03', `00010${n}`, id, server, own), from);
    build.v6(n + 0.1, message('07', `00010${n}`, id, server, own), to);
    for (const at of [100, 110]) build.v6(at + n, message('05', `00020${n}`, id, server, own), from);
    build.v6(160 + n, message('06', `00030${n}`, id, own), from);
    if (served) build.v6(160.1 + n, message('07', `00030${n}`, id, server, own), to);
  }
  return build;
}

test('v6-no-reply: where clients are served when they rebind, RENEWs in vain are a warning that says so', () => {
  const [one, ...others] = rebinding(4, true)
    .analyse(300)
    .findings.filter(({ id }) => id === 'v6-no-reply');
  assert.deepEqual(others, []);
  assert.deepEqual([one?.severity, one?.title], ['warning', 'No answer to a RENEW for any of 4 clients']);
  assert.match(
    one?.explanation ?? '',
    / They asked every server by REBIND after that, and were answered \(frames 5, 11, 17 and 23\)\.$/,
  );
  const [alone] = rebinding(1, true).analyse(300).findings;
  assert.deepEqual(
    [alone?.id, alone?.severity, alone?.title],
    ['v6-no-reply', 'warning', '02:00:00:00:0a:01 sends 2 RENEWs and gets no answer until it rebinds'],
  );
  const vain = rebinding(1, false)
    .analyse(300)
    .findings.filter(({ id }) => id === 'v6-no-reply');
  assert.ok(vain.length > 0 && vain.every(({ severity, title }) => severity === 'error' && !/until/.test(title)));
});

test('v6-no-reply: RENEWs by unicast get no answer, and the REBIND by multicast does', () => {
  const found = renewing('2001:db8::1')
    .analyse(200)
    .findings.find(({ id }) => id === 'v6-no-reply');
  const { text, likelihood, evidence } = found!.causes[0]!;
  assert.match(text, /^What goes to 2001:db8::1 by unicast is not answered: /);
  assert.equal(likelihood, 'likely');
  assert.deepEqual(evidence, [
    'each RENEW goes to 2001:db8::1 (frames 5, 6 and 7)',
    'the REBIND by multicast in frame 8 is answered',
  ]);
  const multicast = renewing('ff02::1:2')
    .analyse(200)
    .findings.find(({ id }) => id === 'v6-no-reply');
  assert.doesNotMatch(multicast!.causes[0]!.text, /by unicast/);
});

test('v6-no-reply: how often a message was sent is said in words', () => {
  const build = new Build();
  build.v6(0, message('05', '000003', client, server, given), out);
  const found = build.analyse(60).findings.find(({ id }) => id === 'v6-no-reply');
  assert.match(found!.explanation, / sent RENEW once \(frame 1\) /);
});

test('v6-no-reply: not for a DUID of two machines that the server answers at other times; that is `duplicate-client-id`', () => {
  const asking = (second: string): string[] => {
    const build = new Build();
    const bind = (at: number, xid: string, mac: string): void => {
      const seen = { source: `fe80::${mac.slice(-1)}`, ethSource: mac };
      build.v6(at, message('01', xid, client, asked), seen);
      build.v6(at + 0.1, message('02', xid, client, server, given), { ...back, destination: seen.source });
      build.v6(at + 1, message('03', xid, client, server, given), seen);
      build.v6(at + 1.1, message('07', xid, client, server, given), { ...back, destination: seen.source });
    };
    bind(0, '000001', '02:00:00:00:00:0c');
    bind(20, '000002', second);
    bind(40, '000003', '02:00:00:00:00:0c');
    bind(60, '000004', second);
    for (const at of [160, 170, 190])
      build.v6(at, message('05', '000005', client, server, given), {
        source: 'fe80::c',
        ethSource: '02:00:00:00:00:0c',
      });
    return build.analyse(250).findings.flatMap(({ id, severity }) => (severity === 'info' ? [] : [id]));
  };
  assert.deepEqual(asking('02:00:00:00:00:0d'), ['duplicate-client-id']);
  assert.deepEqual(asking('02:00:00:00:00:0c'), ['v6-no-reply']);
});

test('v6-no-reply: a SOLICIT from the unspecified address, or to another address, where others are answered', () => {
  for (const [seen, text] of [
    [
      { source: '::', destination: 'ff02::1:2' },
      /^The unanswered SOLICIT has source address ::; the answered ones have a link-local address: /,
    ],
    [
      { source: 'fe80::d', destination: 'ff02::2' },
      /^The unanswered SOLICIT has destination ff02::2; the answered ones have ff02::1:2: /,
    ],
  ] as const) {
    const build = new Build();
    build.v6(0, message('01', '000001', client, asked), out);
    build.v6(0.1, message('02', '000001', client, server, given), back);
    for (const at of [10, 11, 13])
      build.v6(at, message('01', '000009', option(1, '0003000102000000000d'), asked), {
        ethSource: '02:00:00:00:00:0d',
        ...seen,
      });
    const found = build.analyse(60).findings.find(({ id }) => id === 'v6-no-reply');
    assert.match(found!.causes[0]!.text, text);
    assert.equal(found!.causes[0]!.likelihood, 'likely');
  }
});

test('v6-no-reply: SOLICITs with an unfinished checksum, where the answered ones have a right one', () => {
  const problems = [{ id: 'checksum-offload', offset: 40, length: 2, text: 'Begun.' }];
  const asking = (sum: readonly Problem[], answered: readonly Problem[]): ReturnType<Build['analyse']> => {
    const build = new Build();
    const other = option(1, '0003000102000000000d');
    build.v6(0, message('01', '000001', client, asked), { ...out, problems: answered });
    build.v6(0.1, message('02', '000001', client, server, given), back);
    build.v6(1, message('03', '000002', client, server, given), { ...out, problems: answered });
    build.v6(1.1, message('07', '000002', client, server, given), back);
    for (const at of [2, 3, 5]) build.v6(at, message('01', '000009', other, asked), { ...out, problems: sum });
    return build.analyse(60);
  };
  const { findings } = asking(problems, []);
  assert.deepEqual(
    findings.map(({ id, severity, frames }) => [id, severity, frames]),
    [
      ['bad-checksum', 'warning', [5, 6, 7]],
      ['v6-no-reply', 'error', [5, 6, 7]],
    ],
  );
  assert.equal(findings[1]!.causes[0]!.text, 'Servers drop the SOLICIT because its UDP checksum is not finished');
  assert.match(JSON.stringify(findings[0]!.steps), /ip6tables -t mangle -A POSTROUTING -p udp --dport 547 /);
  // The sender’s own capture shows every message like that, and some are answered.
  const own = asking(problems, problems).findings;
  assert.equal(own.find(({ id }) => id === 'bad-checksum')!.severity, 'info');
  assert.doesNotMatch(JSON.stringify(own.find(({ id }) => id === 'v6-no-reply')!.causes), /checksum/);
});

test('v6-no-reply: a server that stops in the middle is told with both frames, on a link and behind a relay', () => {
  const asks = (asking: readonly number[], relay: boolean): Finding => {
    const build = new Build();
    asking.forEach((n, i) => {
      const duid = option(1, `00030001020000000a0${n}`);
      const xid = `00000${n}`;
      // RELAY-FORW and RELAY-REPL (RFC 9915 §9): hops, link-address, peer-address, and the message in option 9.
      const head = `00${'20010db8000700000000000000000001'}${'fe80000000000000000000000000000' + String(n)}`;
      const wrap = (type: string, inner: string): string => (relay ? type + head + option(9, inner) : inner);
      const [out, back] = relay
        ? [
            { source: '2001:db8:7::1', destination: '2001:db8::547' },
            { source: '2001:db8::547', destination: '2001:db8:7::1' },
          ]
        : [
            { source: `fe80::${n}`, ethSource: `02:00:00:00:0a:0${n}` },
            { source: 'fe80::fe', destination: `fe80::${n}` },
          ];
      for (const wait of [0, 1, 3]) build.v6(10 * i + wait, wrap('0c', message('01', xid, duid, asked)), out);
      if (n <= 3) build.v6(10 * i + 3.1, wrap('0d', message('02', xid, duid, server, given)), back);
      if (n <= 3) build.v6(10 * i + 4, wrap('0c', message('03', `00001${n}`, duid, server, given)), out);
      if (n <= 3) build.v6(10 * i + 4.1, wrap('0d', message('07', `00001${n}`, duid, server, given)), back);
    });
    return build.analyse(120).findings.find(({ id }) => id === 'v6-no-reply')!;
  };
  const here = asks([1, 2, 3, 4, 5, 6], false);
  assert.equal(here.title, 'No answer by DHCPv6 for 3 of 6 clients, all after the last answer (frame 18)');
  assert.match(here.explanation, /\(the first of each in frames 19, 22 and 25\)/);
  assert.deepEqual(
    here.causes.map(({ likelihood, text, evidence }) => [likelihood, text, ...evidence]),
    [
      [
        'likely',
        'Something changed after frame 18: the server’s DHCP program has stopped, or a firewall drops UDP port 547',
        'up to frame 18 clients of this link are answered, from frame 19 on none is',
      ],
    ],
  );
  const behind = asks([1, 2, 3, 4, 5, 6], true);
  assert.match(behind.title, /, all behind relay 2001:db8:7::1, after the last answer there \(frame 18\)$/);
  assert.match(behind.causes[0]!.text, /^Something changed for relay 2001:db8:7::1 after frame 18: /);
  // Others are answered later.
  assert.doesNotMatch(JSON.stringify(asks([1, 4, 2, 5, 3, 6, 2], false)), /Something changed|last answer/);
});

/** Three clients that ask for an address and get it; between them a fourth asks for `wanted`, and is served or not. */
function wanting(wanted: string, served = false): Build {
  const build = new Build();
  const lease = (at: number, n: number, ia: string): void => {
    const id = option(1, `00030001020000000a0${n}`);
    const to = { source: 'fe80::fe', destination: `fe80::a${n}` };
    const from = { source: `fe80::a${n}`, ethSource: `02:00:00:00:0a:0${n}` };
    build.v6(at, message('01', `00010${n}`, id, ia), from);
    build.v6(at + 0.1, message('02', `00010${n}`, id, server, given), to);
    build.v6(at + 1, message('03', `00020${n}`, id, server, given), from);
    build.v6(at + 1.1, message('07', `00020${n}`, id, server, given), to);
  };
  lease(0, 1, asked);
  lease(2, 2, asked);
  if (served) lease(4, 4, wanted);
  else
    for (const at of [4, 5, 7, 11])
      build.v6(at, message('01', '000104', option(1, '00030001020000000a04'), wanted), {
        source: 'fe80::a4',
        ethSource: '02:00:00:00:0a:04',
      });
  lease(20, 3, asked);
  return build;
}

test('v6-no-reply: one client alone asks for another kind of association than those that are answered: its pool comes first', () => {
  const prefix = option(25, n8(1) + n8(0) + n8(0));
  const found = (build: Build): Finding | undefined =>
    build.analyse(300).findings.find(({ id }) => id === 'v6-no-reply');
  const alone = found(wanting(prefix));
  const WANTS =
    'Only the unanswered client asks for a prefix (IA_PD); none of the 3 answered clients does: the server may have nothing of this kind to give on this link';
  assert.deepEqual(
    alone?.causes.slice(0, 2).map(({ likelihood, text }) => `${likelihood}: ${text}`),
    [
      `likely: ${WANTS}`,
      'possible: The server does not serve this client: a class, a reservation or a filter keeps the client out',
    ],
  );
  assert.equal(
    alone.causes[0]!.evidence[0],
    'a request for a prefix (IA_PD) in frame 9, a request for an address (IA_NA) in answered ones (frame 1)',
  );
  assert.equal(alone.steps[1], 'Kea: see that `"pd-pools"` in the `"subnet6"` entry holds enough prefixes');
  // Who asks for an address as well would be told that there is no prefix.
  const both = found(wanting(asked + prefix));
  assert.match(both!.causes[0]!.text, /^The server does not serve this client/);
  assert.equal(found(wanting(prefix, true)), undefined);
});
