import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, ipOption, lease, raw, textOption, u32Option } from './build';

/* Two servers that answer one client: in which options they differ. */

const OTHER = '10.0.0.2';

/** What is said of two OFFERs that have these options beside the usual ones. */
function told(one: ReturnType<typeof raw>[], other: ReturnType<typeof raw>[]): string {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { options: lease(one) });
  build.offer(
    0.02,
    { yiaddr: '10.0.0.60', options: lease([ipOption(54, OTHER), ...other]) },
    { source: OTHER, ethSource: '02:00:00:00:00:fd' },
  );
  const [found] = build.analyse(1).findings.filter(({ id }) => /multiple-servers|rogue-server/.test(id));
  return found!.explanation;
}

test('multiple-servers: one gives the router by option 3, the other by a default route alone', () => {
  for (const code of [121, 249])
    assert.match(
      told([], [raw(3, ''), raw(code, '000a000001')]),
      new RegExp(
        ` 10\\.0\\.0\\.1 gives the router by option 3, 10\\.0\\.0\\.2 by a default route in option ${code} alone, .* Only 10\\.0\\.0\\.1 sends option 3 \\(Router\\)\\. Only 10\\.0\\.0\\.2 sends option ${code} `,
      ),
    );
  // Who sends both serves all clients; routes to some networks are no router.
  assert.doesNotMatch(told([], [raw(121, '000a000001')]), /gives the router by/);
  assert.doesNotMatch(told([raw(3, '')], [raw(3, ''), raw(121, '08ac0a000001')]), /gives the router by/);
});

test('multiple-servers: which options only one sends, and which have another value; nothing where they are alike', () => {
  assert.match(
    told([textOption(15, 'a.example')], [textOption(15, 'b.example'), u32Option(51, 600), ipOption(42, OTHER)]),
    / Only 10\.0\.0\.2 sends option 42 \(.*?\)\. Both send option 51 \(.*?\) and 15 \(.*?\), with another value\./,
  );
  assert.doesNotMatch(told([], []), /sends option|Both send/);
  // Where they disagree about the network, the rest is said as well.
  assert.match(
    told([], [ipOption(3, '10.0.0.77'), ipOption(42, OTHER)]),
    /They disagree.* Only 10\.0\.0\.2 sends option 42/,
  );
});
