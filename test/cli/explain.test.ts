/** `port67 explain`: which page a topic leads to, and what is printed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUp } from '../../src/guide/lookup';
import { cli, cliLines } from '../support/cli';

interface Explained {
  readonly topic: string;
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly blocks: readonly { readonly kind: string }[];
  readonly seeAlso: readonly { readonly id: string; readonly title: string }[];
  readonly references: readonly string[];
}

/** Topics as people type them, and the page that each leads to. */
const TOPICS: readonly (readonly [topic: string, id: string])[] = [
  ['82', 'option/82'],
  ['option 82', 'option/82'],
  ['Option82', 'option/82'],
  ['003 Router', 'option/3'],
  ['066', 'option/66'],
  ['RFC 2131', 'topic/dhcp'],
  ['opt-82', 'option/82'],
  ['dhcp.option.82', 'option/82'],
  ['82.1', 'option/82.1'],
  ['circuit id', 'option/82.1'],
  ['v6 25', 'option6/25'],
  ['dhcpv6 option 25', 'option6/25'],
  ['IA_PD', 'option6/25'],
  ['option/82', 'option/82'],
  ['giaddr', 'field/giaddr'],
  ['GIADDR', 'field/giaddr'],
  ['what is giaddr?', 'field/giaddr'],
  ['next-server', 'field/siaddr'],
  ['DISCOVER', 'message/discover'],
  ['dhcpdiscover', 'message/discover'],
  ['nack', 'message/nak'],
  ['solicit', 'message6/solicit'],
  ['no-offer', 'finding/no-offer'],
  ['No OFFER', 'finding/no-offer'],
  ['pool-outside-subnet', 'check/pool-outside-subnet'],
  ['address-leased-twice', 'check/address-leased-twice'],
  ['nobody-listens', 'check/nobody-listens'],
  ['port 67', 'port/67'],
  ['67/udp', 'port/67'],
  ['68', 'port/68'],
  ['4011', 'port/4011'],
  ['847', 'port/647'],
  ['relay', 'topic/relays'],
  ['ip helper-address', 'topic/relays'],
  ['T1', 'topic/timers'],
  ['client identifier', 'option/61'],
  ['Client-ID', 'option/61'],
  ['dhcp-client-identifier', 'option/61'],
  ['routers', 'option/3'],
  ['default gateway', 'option/3'],
  ['pxe', 'topic/pxe'],
  ['DORA', 'topic/dhcp'],
  ['dhcp snooping', 'topic/security'],
  ['RARP', 'neighbour/rarp'],
  ['neighbor discovery', 'neighbour/ra'],
  ['rarp port', 'claim/rarp'],
  ['224', 'option/224'],
  ['254', 'option/224'],
];

test('a topic leads to its page, whatever its case, spaces and hyphens', () => {
  for (const [topic, id] of TOPICS) {
    const found = lookUp(topic);
    assert.ok('pages' in found, `${topic} is not known`);
    assert.equal(found.pages[0].id, id, topic);
  }
});

test('what is not known leads to words that are near', () => {
  const near = (topic: string): readonly string[] => {
    const found = lookUp(topic);
    return 'near' in found ? found.near : [`${topic} is known as ${found.pages[0].id}`];
  };
  assert.deepEqual(near('giadr'), ['giaddr']);
  assert.deepEqual(near('DSICOVER'), ['DISCOVER']);
  assert.deepEqual(near('no-ofer'), ['no-offer']);
  assert.ok(near('snoop').includes('dhcp snooping'));
  assert.deepEqual(near('999'), []);
  assert.deepEqual(near('xyzzy plugh'), []);
  assert.deepEqual(near('x'.repeat(10000)), []);
});

test('one JSON object, with the others of that name first among what to see', async () => {
  const [page, ...more] = await cliLines<Explained>(['explain', '82', '--json']);
  assert.deepEqual(more, []);
  assert.deepEqual(Object.keys(page!), ['topic', 'id', 'title', 'summary', 'blocks', 'seeAlso', 'references']);
  assert.equal(page!.topic, '82');
  assert.equal(page!.id, 'option/82');
  assert.equal(page!.title, 'Option 82, Relay Agent Information');
  assert.match(page!.summary, /^Added by a relay or switch to say where the client is connected\./);
  assert.deepEqual(page!.references, ['RFC 3046 §2']);
  assert.deepEqual(page!.seeAlso[0], { id: 'option6/82', title: 'DHCPv6 option 82, SOL_MAX_RT' });
  assert.ok(page!.seeAlso.some(({ id }) => id === 'topic/relays'));
});

test('words without quotes are one topic, and each page that is linked can be asked for', async () => {
  const [page] = await cliLines<Explained>(['explain', 'port', '67', '--json']);
  assert.equal(page!.topic, 'port 67');
  assert.equal(page!.id, 'port/67');
  for (const { id } of page!.seeAlso) {
    const found = lookUp(id);
    assert.equal('pages' in found ? found.pages[0].id : undefined, id);
  }
});

test('the text fits 80 columns, commands excepted, and has no colours where nobody sees them', async () => {
  for (const topic of ['relay', 'no-offer', '61', 'lease', '43', 'security', 'backup']) {
    const { status, stdout, stderr } = await cli(['explain', topic]);
    assert.equal(status, 0, stderr);
    for (const line of stdout.split('\n')) if (!line.startsWith('    ')) assert.ok(line.length <= 80, line);
    assert.doesNotMatch(stdout, /\x1b/);
    assert.match(stdout, /\nSee also\n/);
  }
});

test('without a topic it lists them all by group', async () => {
  const { status, stdout } = await cli(['explain']);
  assert.equal(status, 0);
  for (const text of ['\nTopics\n', '\n  relays ', 'DHCPDISCOVER,', '82 Relay Agent Information', 'no-offer,'])
    assert.ok(stdout.includes(text), text);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  const [{ groups }] = (await cliLines<{ groups: readonly { group: string; topics: readonly object[] }[] }>([
    'explain',
    '--json',
  ])) as [{ groups: readonly { group: string; topics: readonly object[] }[] }];
  assert.ok(groups.length > 8 && groups.every(({ topics }) => topics.length > 3));
});

test('an unknown topic is one line and status 2', async () => {
  const ran = await cli(['explain', 'giadr']);
  assert.deepEqual(
    [ran.status, ran.stdout, ran.stderr],
    [2, '', 'port67: “giadr” is not known; did you mean giaddr?\n'],
  );
  const none = await cli(['explain', 'xyz\x1b[31mzy\nplugh', '--json']);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /^port67: “xyz.*” is not known; port67 explain lists the topics\n$/);
  assert.doesNotMatch(none.stderr, /\x1b/);
  const strange = await cli(['explain', '82', '--frames', '1']);
  assert.equal(strange.stderr, 'port67: explain takes no --frames (port67 --help tells the usage)\n');
});

test('the sub-options of many vendors are a row for each vendor, and each can be asked for', async () => {
  const { stdout } = await cli(['explain', '43']);
  assert.ok(stdout.split('\n').length < 50);
  assert.match(stdout, /option\/43\.cablelabs\.1 .*\n? *.*43\.cablelabs\.54/);
  assert.match((await cli(['explain', '43.cablelabs.5'])).stdout, /Hardware Version/);
});
