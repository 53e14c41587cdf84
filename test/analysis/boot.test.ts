import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, lines, raw, textOption } from './build';

const PXE = textOption(60, 'PXEClient:Arch:00007');

function boot(replies: { siaddr?: string; file?: string; options?: ReturnType<typeof raw>[] }): Build {
  const build = new Build();
  const more = { ...replies, options: lease(replies.options ?? []) };
  build.discover(0, { options: [PXE] });
  build.offer(0.1, more);
  build.request(0.2, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), PXE] });
  build.ack(0.3, more);
  return build;
}

test('pxe-no-boot-file: siaddr alone does not count; a file, option 67 or a menu does', () => {
  assert.deepEqual(lines(boot({ siaddr: SERVER }).analyse(1)), [`pxe-no-boot-file warning ${CLIENT} 4,1,2,3`]);
  assert.deepEqual(lines(boot({ file: 'pxelinux.0' }).analyse(1)), []);
  assert.deepEqual(lines(boot({ options: [textOption(67, 'ipxe.efi')] }).analyse(1)), []);
  assert.deepEqual(lines(boot({ options: [raw(43, '060108ff')] }).analyse(1)), []);
});

test('tftp-error: the file that DHCP named is refused, or nobody answers', () => {
  const named = { siaddr: SERVER, file: 'pxelinux.0' };
  const refused = boot(named);
  refused.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
  refused.tftp(1.1, SERVER, ADDRESS, { operation: 5, errorCode: 1, errorMessage: 'File not found' }, [3000, 2000]);
  assert.deepEqual(lines(refused.analyse(2)), [`tftp-error error ${SERVER} 6,5`]);
  const silent = boot(named);
  silent.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
  silent.tftp(3, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
  assert.deepEqual(lines(silent.analyse(4)), [`tftp-error error ${SERVER} 5,6`]);
});

test('tftp-error: a loader that looks for its configuration under many names is nothing', () => {
  const build = boot({ siaddr: SERVER, file: 'pxelinux.0' });
  build.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
  build.tftp(1.1, SERVER, ADDRESS, { operation: 3 }, [3000, 2000]);
  build.tftp(2, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.cfg/0A000032' }, [2001, 69]);
  build.tftp(2.1, SERVER, ADDRESS, { operation: 5, errorCode: 1, errorMessage: 'File not found' }, [3001, 2001]);
  assert.deepEqual(lines(build.analyse(3)), []);
});

test('rarp-unanswered', () => {
  const build = new Build();
  build.arp(0, 3, CLIENT, '0.0.0.0', '0.0.0.0');
  build.arp(2, 3, CLIENT, '0.0.0.0', '0.0.0.0');
  assert.deepEqual(lines(build.analyse()), [`rarp-unanswered warning ${CLIENT} 1,2`]);
  build.arp(2.1, 4, CLIENT, SERVER, ADDRESS);
  assert.deepEqual(lines(build.analyse(9)), []);
});

test('rarp-unanswered: info where the host has an IP address already, for then its hypervisor announces it', () => {
  const MOVED = '02:00:00:00:00:07';
  const asks = (build: Build, at: number): void => void build.arp(at, 3, MOVED, '0.0.0.0', '0.0.0.0');
  const before = new Build();
  before.bind(0, { chaddr: MOVED });
  asks(before, 10);
  asks(before, 10.2);
  assert.deepEqual(lines(before.analyse(30)), [`rarp-unanswered info ${MOVED} 5,6`]);
  const after = new Build();
  asks(after, 0);
  asks(after, 4);
  after.bind(10, { chaddr: MOVED });
  assert.deepEqual(lines(after.analyse(30)), [`rarp-unanswered warning ${MOVED} 1,2`]);
});

test('tftp-error: no answer to one request and 4 s of capture, or to two; a client that goes on has its answer', () => {
  const asked = (requests: readonly (readonly [number, number])[], until: number, goesOn = false): string[] => {
    const build = boot({ siaddr: SERVER, file: 'pxelinux.0' });
    for (const [at, port] of requests) {
      build.tftp(at, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' }, [port, 69]);
      if (goesOn) build.tftp(at + 0.1, ADDRESS, SERVER, { operation: 4 }, [port, 40000]);
    }
    return lines(build.analyse(until));
  };
  assert.deepEqual(asked([[1, 2000]], 4.9), []);
  assert.deepEqual(asked([[1, 2000]], 5), [`tftp-error error ${SERVER} 5`]);
  assert.deepEqual(asked([[1, 2000], [1.001, 2000]], 3), []); // prettier-ignore
  assert.deepEqual(asked([[1, 2000], [2, 2001]], 3), [`tftp-error error ${SERVER} 5,6`]); // prettier-ignore
  assert.deepEqual(asked([[1, 2000], [2, 2001]], 20, true), []); // prettier-ignore
});
