import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, lines, SERVER } from './build';

/* Several relays of one server, and a rule on the way that lets all of them through but one. */

const ROUTER = '10.1.1.254';
const [OURS, OTHER] = ['10.9.0.1', '10.8.0.1'] as const;

const relayed = (relay: string) => ({ giaddr: relay, hops: 1 });
const ahead = (relay: string) => ({ source: relay, destination: SERVER, sourcePort: 67, destinationPort: 67 });
const back = (relay: string) => ({ source: SERVER, destination: relay, sourcePort: 67, destinationPort: 67 });

/** A client behind a relay that is answered. */
function served(build: Build, at: number, relay: string, n: number): void {
  const who = { chaddr: `02:00:00:00:06:0${n}`, xid: n, ...relayed(relay) };
  build.discover(at, who, ahead(relay));
  build.offer(at + 0.01, { ...who, yiaddr: `${relay.slice(0, -1)}50` }, back(relay));
}

/** One that is not; `refused`: the code by which a host says that it keeps back what is sent, or nothing. */
function unserved(build: Build, at: number, relay: string, code?: number, by = ROUTER): void {
  for (const after of [0, 4, 12]) {
    build.discover(at + after, { chaddr: '02:00:00:00:06:09', xid: 9, ...relayed(relay), secs: after }, ahead(relay));
    if (code !== undefined) build.icmp(at + after + 0.001, code, by, ahead(relay));
  }
}

const find = (build: Build, id: string): Finding => build.analyse(60).findings.find((one) => one.id === id)!;
const firewallOf = ({ steps, stepsFor }: Finding): string[] =>
  steps.filter((_, i) => stepsFor?.[i]?.kind === 'firewall');

test('firewall-reject: one relay of several is refused, and the rule that is missing is about it', () => {
  for (const code of [9, 10, 13]) {
    const build = new Build();
    served(build, 0, OTHER, 1);
    unserved(build, 1, OURS, code);
    const found = find(build, 'firewall-reject');
    assert.equal(
      found.title,
      `A firewall refuses datagrams from ${OURS} to ${SERVER}, UDP port 67, and lets other relays through`,
    );
    assert.deepEqual(found.causes, [
      {
        text: `A rule at ${ROUTER} rejects UDP port 67 from ${OURS} to ${SERVER}, and nothing of other relays`,
        likelihood: 'likely',
        evidence: [`ICMP type 3, code ${code} from ${ROUTER}`, `${SERVER} answers relay ${OTHER} (frame 2)`],
      },
    ]);
    const [first, ...more] = firewallOf(found);
    assert.equal(
      first,
      `Cisco IOS, on ${ROUTER}: \`show ip access-lists\` counts what each rule takes. What is missing is \`permit udp host ${OURS} host ${SERVER} eq 67\`, above the rule that denies it.`,
    );
    assert.ok(
      more.some((step) =>
        step.includes(
          `\`nft insert rule inet filter forward ip saddr ${OURS} ip daddr ${SERVER} udp dport 67 accept\``,
        ),
      ),
    );
    // What the silence says of itself has the same steps first.
    const silent = find(build, 'relay-unanswered');
    assert.equal(silent.causes[0]!.finding, 'firewall-reject');
    assert.ok(silent.steps[0]!.includes(`permit udp host ${OURS} host ${SERVER} eq 67`));
  }
});

test('firewall-reject: the reply to one relay of several is refused', () => {
  const build = new Build();
  served(build, 0, OTHER, 1);
  served(build, 1, OURS, 2);
  build.icmp(1.02, 13, ROUTER, back(OURS));
  const found = find(build, 'firewall-reject');
  assert.ok(found.steps[0]!.includes(`permit udp host ${SERVER} host ${OURS} eq 67`));
});

test('firewall-reject: where all relays are refused, or there is one, the rule is about the port; the router’s comes first', () => {
  const all = new Build();
  unserved(all, 0, OURS, 13);
  unserved(all, 20, OTHER, 13);
  const found = find(all, 'firewall-reject');
  assert.equal(found.title, `A firewall refuses datagrams to ${SERVER}, UDP port 67`);
  assert.match(found.steps[0]!, /^Cisco IOS, on 10\.1\.1\.254: .*`permit udp any any eq 67`/);
  // The server itself refuses: its own firewall is to be opened.
  const own = new Build();
  unserved(own, 0, OURS, 13, SERVER);
  assert.ok(firewallOf(find(own, 'firewall-reject')).every((step) => !step.startsWith('Cisco IOS')));
});

test('relay-unanswered: silence towards one relay, while the server answers another', () => {
  const build = new Build();
  served(build, 0, OTHER, 1);
  unserved(build, 1, OURS);
  assert.deepEqual(lines(build.analyse(60), 'relay-unanswered'), [`relay-unanswered error ${OURS} 3,4,5`]);
  const { causes, steps } = find(build, 'relay-unanswered');
  const rule = causes.find(({ text }) => text.startsWith('A rule'))!;
  assert.deepEqual(
    [rule.text, rule.evidence],
    [
      `A rule of a firewall or router on the way drops UDP port 67 between ${OURS} and ${SERVER}, and lets other relays through`,
      [`${SERVER} answers another relay: ${OTHER} (frame 2)`],
    ],
  );
  assert.ok(steps.some((step) => step.includes(`between relay ${OURS} and ${SERVER}, look for a rule`)));
  // Without another relay, no rule is about this one alone.
  const alone = new Build();
  unserved(alone, 1, OURS);
  assert.doesNotMatch(JSON.stringify(find(alone, 'relay-unanswered')), /other relays through|look for a rule/);
});

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option6 = (code: number, value: string): string => hex(code, 2) + hex(value.length / 2, 2) + value;
const client6 = (n: number): string => option6(1, `0003000102000000${hex(n, 2)}`);
const SERVER6 = '2001:db8:1::5';
const [OURS6, OTHER6] = ['2001:db8:f1::1', '2001:db8:f2::1'] as const;
const wrapped = (type: 12 | 13, link: number, inner: string): string =>
  `${hex(type, 1)}0020010db80000${hex(link, 2)}0000000000000001fe80000000000000000000000000000c${option6(9, inner)}`;

/** Two DHCPv6 relays: one is answered, the other is not. */
function two6(code?: number): Build {
  const build = new Build();
  const solicit = (n: number): string => `01${hex(n, 3)}${client6(n)}`;
  const advertise = `02${hex(1, 3)}${client6(1)}${option6(2, '00030001020000000001')}`;
  build.v6(0, wrapped(12, 0x30, solicit(1)), { source: OTHER6, destination: SERVER6 });
  build.v6(0.01, wrapped(13, 0x30, advertise), { source: SERVER6, destination: OTHER6 });
  for (const after of [0, 1, 3]) {
    build.v6(1 + after, wrapped(12, 0x20, solicit(2)), { source: OURS6, destination: SERVER6 });
    if (code === undefined) continue;
    const quoted = { source: OURS6, destination: SERVER6, sourcePort: 547, destinationPort: 547 };
    build.icmp6(1 + after + 0.001, { type: 1, code, quoted }, '2001:db8:ff::9');
  }
  return build;
}

test('firewall-reject (DHCPv6): one relay of several is refused', () => {
  const found = find(two6(1), 'firewall-reject');
  assert.deepEqual(found.causes[0]!.evidence, [
    'ICMPv6 type 1, code 1 from 2001:db8:ff::9',
    `${SERVER6} answers relay ${OTHER6} (frame 2)`,
  ]);
  assert.equal(
    found.steps[0],
    `Cisco IOS, on 2001:db8:ff::9: \`show ipv6 access-list\` counts what each rule takes. What is missing is \`permit udp host ${OURS6} host ${SERVER6} eq 547\`, above the rule that denies it.`,
  );
  assert.ok(found.steps.some((step) => step.includes(`ip6tables -I FORWARD -s ${OURS6} -d ${SERVER6}`)));
  const silent = find(two6(), 'relay-unanswered');
  assert.ok(
    silent.causes.some(({ text }) => text.endsWith(`between ${OURS6} and ${SERVER6}, and lets other relays through`)),
  );
  assert.ok(silent.steps.some((step) => step.includes('UDP port 547 of') && step.includes(OTHER6)));
});
