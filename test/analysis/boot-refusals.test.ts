import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, ipOption, textOption } from './build';

/* What a boot server says to those that it does not serve: each different answer, with its frame. */

const BIOS = textOption(60, 'PXEClient:Arch:00000');
type Finding = ReturnType<Build['analyse']>['findings'][number];

/** Each client takes a lease and asks for its file once for each of the answers; undefined: no answer, a string: ICMP from there. */
function asked(
  ...clients: readonly (readonly [file: string, ...answers: readonly (number | string | undefined)[]])[]
): Finding {
  const build = new Build();
  for (const [i, [file, ...answers]] of clients.entries()) {
    const yiaddr = `10.0.0.${50 + i}`;
    const own = { chaddr: `02:00:00:00:00:1${i}`, xid: i + 1 };
    const replies = { ...own, yiaddr, siaddr: SERVER, file };
    build.discover(i * 20, { ...own, options: [BIOS] });
    build.offer(i * 20 + 0.1, replies);
    build.request(i * 20 + 0.2, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER), BIOS] });
    build.ack(i * 20 + 0.3, replies);
    for (const [j, answer] of answers.entries()) {
      const at = i * 20 + 1 + 2 * j;
      const port = 2000 + j;
      build.tftp(at, yiaddr, SERVER, { operation: 1, file }, [port, 69]);
      if (typeof answer === 'number')
        build.tftp(at + 0.1, SERVER, yiaddr, { operation: 5, errorCode: answer, errorMessage: `no ${answer}` }, [
          3000,
          port,
        ]);
      else if (answer !== undefined)
        build.icmp(at + 0.1, 13, answer, {
          source: yiaddr,
          sourcePort: port,
          destination: SERVER,
          destinationPort: 69,
        });
    }
  }
  const [found, ...others] = build.analyse(clients.length * 20).findings.filter(({ id }) => id === 'tftp-error');
  assert.deepEqual(others, []);
  return found!;
}

test('tftp-error: each different ERROR of one client with its frames; the same again is said once', () => {
  const found = asked(['pxelinux.0', 2, 1, 1]);
  assert.match(
    found.explanation,
    /the server answered ERROR 2, “no 2” \(frame 6\), then ERROR 1, “no 1” \(frames 8 and 10\)\.$/,
  );
  assert.deepEqual(
    found.causes.map(({ likelihood }) => likelihood),
    ['likely', 'likely'],
  );
});

test('tftp-error: access violation speaks against a missing file', () => {
  const told = (code: number): string[] =>
    asked(['pxelinux.0', code, code]).causes.map(
      (one) => `${one.likelihood} ${one.text.slice(0, 15)} ${one.evidence.join()}`,
    );
  assert.deepEqual(told(2), [
    'likely The TFTP server ERROR 2',
    'unlikely The file is not ERROR 2 is access violation; of a missing file it is ERROR 1',
  ]);
  assert.deepEqual(told(1), ['likely The file is not ERROR 1', 'possible The TFTP server ']);
});

test('tftp-error: ERROR and ICMP, and different ICMP, are all said', () => {
  assert.match(
    asked(['pxelinux.0', '10.0.0.7', '10.0.0.8']).explanation,
    /ICMP from 10\.0\.0\.7 .* in frame 6 and ICMP from 10\.0\.0\.8 .* in frame 8\.$/,
  );
  assert.match(
    asked(['pxelinux.0', '10.0.0.7', 1]).explanation,
    /ERROR 1, “no 1” \(frame 8\): ICMP from 10\.0\.0\.7 .* in frame 6\.$/,
  );
});

test('tftp-error: clients with one answer are one sentence; another file or another answer is a further one', () => {
  const found = asked(['a.0', 1], ['a.0', 1], ['b.0', 1], ['a.0', undefined, undefined]);
  assert.equal(found.title, `Boot server ${SERVER} refuses “a.0” and “b.0”`);
  assert.match(
    found.explanation,
    /The clients at 10\.0\.0\.50 and 10\.0\.0\.51 asked for “a\.0” by TFTP twice \(frames 5 and 11\); the server answered ERROR 1, “no 1” \(frames 6 and 12\)\. The client at 10\.0\.0\.52 asked for “b\.0” by TFTP once \(frame 17\); the server answered ERROR 1, “no 1” \(frame 18\)\. The client at 10\.0\.0\.53 asked for “a\.0” by TFTP twice \(frames 23 and 24\); no answer is in this capture\.$/,
  );
  // Both ways have their causes.
  assert.ok(found.causes.some(({ text }) => text.startsWith('The file is not in')));
  assert.ok(found.causes.some(({ text }) => text.startsWith('A firewall blocks UDP port 69')));
});
