/** Settings are written by hand: whatever stands there, a capture opens, what makes sense holds, and one notice names the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_SETTINGS, DEFAULT_THRESHOLDS } from '../../src/analysis';
import { limitsOf } from '../../src/analysis/conversations/settings';
import { editorSettings, noticeOf } from '../../src/editor/settings';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';

const NAMES = ['authorisedServers', 'suppressedFindings', 'thresholds', 'customOptions'] as const;
type Written = Readonly<Partial<Record<(typeof NAMES)[number], unknown>>>;

const read = (written: Written): ReturnType<typeof editorSettings> =>
  editorSettings((name) => (written as Record<string, unknown>)[name]);

/** As the editor does: the settings travel to a worker, and the capture is read with them. */
async function open(written: Written): Promise<Capture> {
  const { settings, customOptions } = structuredClone(read(written).taken);
  const capture = new Capture('sample', settings, { customOptions });
  await capture.read(await fileSource('media/samples/dhcp-healthy.pcap'));
  return capture;
}

test('what makes sense holds, and nothing is said', () => {
  const written = {
    authorisedServers: [' 10.67.0.1 ', '10.0.0.1'],
    suppressedFindings: ['wpad-offered'],
    thresholds: { slowServer: 3, leaseLoop: 4 },
    customOptions: [
      { code: 224, name: ' Site ', type: 'text' },
      { code: 65000, name: 'Site', type: 'uint8', protocol: 'dhcpv6' },
    ],
  };
  assert.deepEqual(read(written), {
    taken: {
      settings: {
        authorisedServers: ['10.67.0.1', '10.0.0.1'],
        suppressed: ['wpad-offered'],
        thresholds: { slowServer: 3, leaseLoop: 4 },
      },
      customOptions: [
        { code: 224, name: 'Site', type: 'text', protocol: 'dhcpv4' },
        { code: 65000, name: 'Site', type: 'uint8', protocol: 'dhcpv6' },
      ],
    },
    problems: [],
  });
  assert.deepEqual(read({}).problems, []);
  assert.equal(noticeOf([]), undefined);
});

const WRONG: readonly (readonly [Written, string])[] = [
  [{ authorisedServers: '10.0.0.1' }, 'port67.authorisedServers takes a list of IPv4 addresses, not "10.0.0.1".'],
  [{ authorisedServers: null }, 'port67.authorisedServers takes a list of IPv4 addresses, not null.'],
  [{ authorisedServers: { a: 1 } }, 'port67.authorisedServers takes a list of IPv4 addresses, not {"a":1}.'],
  [{ authorisedServers: ['10.0.0'] }, 'port67.authorisedServers: "10.0.0" is no IPv4 address.'],
  [{ authorisedServers: [5] }, 'port67.authorisedServers: 5 is no IPv4 address.'],
  [{ suppressedFindings: true }, 'port67.suppressedFindings takes a list of ids of findings, not true.'],
  [{ suppressedFindings: [null] }, 'port67.suppressedFindings: null is no id of a finding.'],
  [{ thresholds: [] }, 'port67.thresholds takes an object with numbers, not [].'],
  [{ thresholds: 'slow' }, 'port67.thresholds takes an object with numbers, not "slow".'],
  [{ thresholds: { slowServer: '5' } }, 'port67.thresholds: slowServer takes a number of at least 0, not "5".'],
  [{ thresholds: { maxHops: 256 } }, 'port67.thresholds: maxHops takes a whole number from 1 to 255, not 256.'],
  [{ thresholds: { slowserver: 5 } }, 'port67.thresholds: there is no limit "slowserver".'],
  [{ thresholds: { toString: 5 } }, 'port67.thresholds: there is no limit "toString".'],
  [{ customOptions: [null] }, 'port67.customOptions: An option is an object with code, name and type.'],
  [{ customOptions: { code: 224 } }, 'port67.customOptions takes a list of options, not {"code":224}.'],
  [
    { customOptions: [{ code: '224', name: 'Site', type: 'text' }] },
    'port67.customOptions: An option code of dhcpv4 is a number from 1 to 254, not "224".',
  ],
  [{ customOptions: [{ code: 224, name: 5, type: 'text' }] }, 'port67.customOptions: Option 224 has no name.'],
  [
    { customOptions: [{ code: 224, name: 'Site', type: 'text', protocol: 6 }] },
    'port67.customOptions: 6 is neither dhcpv4 nor dhcpv6.',
  ],
];

test('each setting of a wrong type is named in the notice, and the capture opens as if it were not there', async () => {
  for (const [written, notice] of WRONG) {
    const { taken, problems } = read(written);
    assert.equal(noticeOf(problems), notice);
    assert.deepEqual(taken.settings, { ...DEFAULT_SETTINGS, thresholds: {} }, notice);
    assert.deepEqual(taken.customOptions, []);
    const capture = await open(written);
    assert.equal(capture.result.findings.length, 0, notice);
  }
  const type = read({ customOptions: [{ code: 224, name: 'Site', type: 'colour' }] }).problems;
  assert.match(noticeOf(type)!, /^port67\.customOptions: "colour" is no type of an option; there are bytes, text, /);
});

test('what is right beside what is wrong still holds', () => {
  const { taken, problems } = read({
    authorisedServers: ['10.0.0.1', 7, 'x'],
    suppressedFindings: [true, 'nak'],
    thresholds: { slowServer: 'x', shortLease: 90 },
    customOptions: [null, { code: 224, name: 'Site', type: 'text', more: () => 1 }, 'x'],
  });
  assert.deepEqual(taken, {
    settings: { authorisedServers: ['10.0.0.1'], suppressed: ['nak'], thresholds: { shortLease: 90 } },
    customOptions: [{ code: 224, name: 'Site', type: 'text', protocol: 'dhcpv4' }],
  });
  assert.equal(problems.length, 6);
  // One notice, however much is wrong.
  assert.equal(
    noticeOf(problems),
    'port67.authorisedServers: 7 is no IPv4 address. port67.authorisedServers: "x" is no IPv4 address. port67.suppressedFindings: true is no id of a finding. (and 3 more)',
  );
});

test('no notice is long, and none carries control characters', () => {
  const hostile = `\u001b[31m\u202e${'x'.repeat(10_000)}`;
  const { problems } = read({
    authorisedServers: hostile,
    suppressedFindings: { [hostile]: 1 },
    thresholds: { [hostile]: 1, slowServer: hostile },
    customOptions: [{ code: hostile }, { code: 224, name: 'x', type: hostile }],
  });
  const notice = noticeOf(problems)!;
  assert.ok(notice.length < 500, `${notice.length}`);
  assert.doesNotMatch(problems.join(), /[\u0000-\u001f\u202e]/);
});

test('whatever JSON stands in the settings, they can be sent to a worker, and a capture opens with them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()))])), {
        requiredKeys: [],
      }),
      async (written) => {
        const { taken, problems } = read(written);
        const limits = limitsOf(taken.settings);
        assert.deepEqual(Object.keys(limits), Object.keys(DEFAULT_THRESHOLDS));
        if (problems.length === 0) assert.equal(noticeOf(problems), undefined);
        else assert.match(noticeOf(problems)!, /^port67\./);
        const capture = await open(written);
        assert.equal(capture.result.conversations.length, 1);
      },
    ),
    { numRuns: 60 },
  );
});
