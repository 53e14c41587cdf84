import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, lines, raw, textOption } from './build';

/** A client with BIOS, for which pxelinux.0 is (RFC 4578 §2.1). */
const BIOS = textOption(60, 'PXEClient:Arch:00000');
const UEFI = textOption(60, 'PXEClient:Arch:00007');

function boot(
  replies: { siaddr?: string; file?: string; options?: ReturnType<typeof raw>[] },
  PXE = BIOS,
  asks: ReturnType<typeof raw>[] = [],
): Build {
  const build = new Build();
  const more = { ...replies, options: lease(replies.options ?? []) };
  build.discover(0, { options: [PXE, ...asks] });
  build.offer(0.1, more);
  build.request(0.2, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), PXE, ...asks] });
  build.ack(0.3, more);
  return build;
}

test('pxe-no-boot-file: siaddr alone does not count; a file, option 67 or a menu does', () => {
  assert.deepEqual(lines(boot({ siaddr: SERVER }).analyse(1)), [`pxe-no-boot-file warning ${CLIENT} 4,1,2,3`]);
  assert.deepEqual(lines(boot({ file: 'pxelinux.0' }).analyse(1)), []);
  assert.deepEqual(lines(boot({ options: [textOption(67, 'ipxe.efi')] }, UEFI).analyse(1)), []);
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

test('tftp-error: the command to fetch the file has its name, quoted where it has backslashes, and nothing that a shell would run', () => {
  const fetched = (file: string): readonly string[] => {
    const build = boot({ siaddr: SERVER, file });
    build.tftp(1, ADDRESS, SERVER, { operation: 1, file });
    build.tftp(1.1, SERVER, ADDRESS, { operation: 5, errorCode: 1, errorMessage: '' }, [3000, 2000]);
    return build
      .analyse(2)
      .findings.find(({ id }) => id === 'tftp-error')!
      .steps.slice(0, 2);
  };
  const steps = (linux: string, windows = linux): string[] => [
    `Linux, on another host: \`tftp ${SERVER} -c get ${linux}\` fetches the file.`,
    `Windows, on another host: \`tftp -i ${SERVER} GET ${windows}\` fetches the file.`,
  ];
  assert.deepEqual(fetched('boot/pxelinux.0'), steps('boot/pxelinux.0'));
  assert.deepEqual(fetched('boot\\x64\\a.efi'), steps("'boot\\x64\\a.efi'", 'boot\\x64\\a.efi'));
  assert.deepEqual(fetched('a`id`;b'), steps('a?id??b'));
});

test('tftp-error: what was told, by which frame, and whom the client asked instead', () => {
  const ELSEWHERE = '10.0.0.9';
  const asks = (server: string, named: Parameters<typeof boot>[0]): [explanation: string, cause: string] => {
    const build = boot({ file: 'pxelinux.0', ...named });
    for (const at of [1, 3]) build.tftp(at, ADDRESS, server, { operation: 1, file: 'pxelinux.0' });
    const analysis = build.analyse(9);
    assert.deepEqual(lines(analysis), [`tftp-error error ${server} 5,6`]);
    const [found] = analysis.findings;
    return [found!.explanation, found!.causes[0]!.text];
  };
  const [toServer] = asks(SERVER, {});
  assert.match(
    toServer,
    /^DHCP named “pxelinux\.0” as boot file \(frame 2\), and no boot server: siaddr, sname and options 66 and 150/,
  );
  const [toOther, why] = asks(ELSEWHERE, { siaddr: SERVER });
  assert.match(toOther, /^DHCP named 10\.0\.0\.1 as boot server .* The client at 10\.0\.0\.50 asked 10\.0\.0\.9 for “/);
  assert.equal(why, 'The client asks 10.0.0.9, and the files are on 10.0.0.1: it has the address from elsewhere');
  const [, byName] = asks(ELSEWHERE, { options: [textOption(66, 'boot.lab.example')] });
  assert.equal(byName, 'The name of the boot server, boot.lab.example, leads to 10.0.0.9, and the files are not there');
});

test('pxe-no-boot-file names the boot server that was told without a file', () => {
  const told = (named: Parameters<typeof boot>[0]): string => boot(named).analyse(1).findings[0]!.explanation;
  assert.match(
    told({ options: [textOption(66, 'boot.lab.example')] }),
    /It does name a boot server, boot\.lab\.example/,
  );
  assert.match(told({}), /Nor does it name a boot server\./);
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
  assert.deepEqual(
    asked(
      [
        [1, 2000],
        [1.001, 2000],
      ],
      3,
    ),
    [],
  );
  assert.deepEqual(
    asked(
      [
        [1, 2000],
        [2, 2001],
      ],
      3,
    ),
    [`tftp-error error ${SERVER} 5,6`],
  );
  assert.deepEqual(
    asked(
      [
        [1, 2000],
        [2, 2001],
      ],
      20,
      true,
    ),
    [],
  );
});

test('tftp-error: an acknowledgement of the ERROR is no answer; the server’s last word counts', () => {
  type Step = readonly [from: 'client' | 'server', tftp: Parameters<Build['tftp']>[3], port?: number];
  const said = (...steps: readonly Step[]): string[] => {
    const build = boot({ siaddr: SERVER, file: 'pxelinux.0' });
    for (const [i, [from, tftp, port = 2000]] of steps.entries()) {
      const at = 1 + i / 10;
      if (from === 'server') build.tftp(at, SERVER, ADDRESS, tftp, [3000, port]);
      else build.tftp(at, ADDRESS, SERVER, tftp, [port, tftp.operation === 1 ? 69 : 3000]);
    }
    return lines(build.analyse(1 + steps.length / 10), 'tftp-error');
  };
  const asks = ['client', { operation: 1, file: 'pxelinux.0' }] as const;
  const asksAgain = ['client', { operation: 1, file: 'pxelinux.0' }, 2001] as const;
  const data = ['server', { operation: 3, block: 1 }] as const;
  const agrees = ['server', { operation: 6 }] as const;
  const acks = (block: number): Step => ['client', { operation: 4, block }];
  const fails = (errorCode: number, port = 2000): Step => [
    'server',
    { operation: 5, errorCode, errorMessage: '' },
    port,
  ];
  const givesUp = ['client', { operation: 5, errorCode: 0, errorMessage: 'TFTP Aborted' }] as const;

  for (const code of [0, 1, 2, 3, 4, 8])
    assert.deepEqual(said(asks, fails(code), acks(1)), [`tftp-error error ${SERVER} 6,5`], `ERROR ${code}, then ACK 1`);
  assert.deepEqual(said(asks, fails(1), acks(0)), [`tftp-error error ${SERVER} 6,5`]);
  // An ERROR in answer to the acknowledgement of the options: the file is refused after all.
  assert.deepEqual(said(asks, agrees, acks(0), fails(1)), [`tftp-error error ${SERVER} 8,5`]);
  // Options refused, and asked again without them.
  assert.deepEqual(said(asks, fails(8), asksAgain, ['server', { operation: 3, block: 1 }, 2001]), []);
  assert.deepEqual(said(asks, fails(8), asksAgain, fails(1, 2001)), [`tftp-error error ${SERVER} 8,6,5,7`]);
  // It wanted to know the size only; whatever the server says then refuses nothing.
  assert.deepEqual(said(asks, agrees, givesUp), []);
  assert.deepEqual(said(asks, agrees, givesUp, fails(0)), []);
  assert.deepEqual(said(asks, agrees, fails(0)), []);
  // The size was told, the file is refused.
  assert.deepEqual(said(asks, agrees, givesUp, asksAgain, fails(2, 2001)), [`tftp-error error ${SERVER} 9,5,8`]);
  // The whole file came; that the server did not get the last acknowledgement is another matter.
  assert.deepEqual(said(asks, data, acks(1), fails(0)), []);
});

test('a proxyDHCP leases nothing: on port 67 and 4011, for PXE and HTTP boot, whatever it writes into yiaddr', () => {
  const PROXY = '10.0.0.3';
  const options = (vendor: string): ReturnType<typeof raw>[] => [ipOption(54, PROXY), textOption(60, vendor)];
  for (const vendor of ['PXEClient', 'HTTPClient'])
    for (const [port, reply] of [
      [4011, { yiaddr: ADDRESS }],
      [4011, { yiaddr: ADDRESS, ciaddr: ADDRESS }],
      [4011, { yiaddr: '0.0.0.0', ciaddr: ADDRESS }],
      [67, { yiaddr: ADDRESS, ciaddr: ADDRESS }],
      [67, { yiaddr: '0.0.0.0' }],
    ] as const) {
      const client = textOption(60, `${vendor}:Arch:00000`);
      const build = new Build();
      build.discover(0, { options: [client] });
      build.offer(0.1, { file: 'undionly.0' });
      build.request(0.2, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), client] });
      build.ack(0.3, { file: 'undionly.0' });
      const way = { source: ADDRESS, destination: PROXY, destinationPort: port };
      build.request(10, { xid: 0, ciaddr: ADDRESS, options: [client, raw(55, '0103060c')] }, way);
      const back = { source: PROXY, destination: ADDRESS, sourcePort: port, ethSource: '02:00:00:00:00:33' };
      build.ack(10.1, { xid: 0, ...reply, file: 'boot.0', options: options(vendor) }, back);
      const what = `${vendor} from ${port}: ${JSON.stringify(reply)}`;
      const analysis = build.analyse(20);
      assert.deepEqual(lines(analysis), [], what);
      assert.deepEqual(
        analysis.conversations.map(({ outcome }) => outcome),
        ['bound', 'informed'],
        what,
      );
      assert.match(analysis.verdict, /got a lease of 10\.0\.0\.50 from 10\.0\.0\.1 /, what);
      assert.deepEqual(
        analysis.servers.map(({ server, acks, proxyReplies }) => [server, acks, proxyReplies]),
        [
          [SERVER, 1, 0],
          [PROXY, 0, 1],
        ],
        what,
      );
    }
});

test('a proxyDHCP that answers a REQUEST beside the server does not decide what came of it', () => {
  const build = boot({ siaddr: SERVER, file: 'pxelinux.0' });
  const options = [ipOption(54, '10.0.0.3'), textOption(60, 'PXEClient')];
  build.ack(0.31, { yiaddr: '0.0.0.0', options }, { source: '10.0.0.3', ethSource: '02:00:00:00:00:33' });
  const { conversations } = build.analyse(2);
  assert.deepEqual(
    conversations.map(({ outcome, server, address }) => [outcome, server, address]),
    [['bound', SERVER, ADDRESS]],
  );
});

test('tftp-error: the boot ends at a file that the first stage needs; not at one that loaders look for by a list', () => {
  const second = (...files: readonly string[]): string[] => {
    const build = boot({ siaddr: SERVER, file: 'pxelinux.0' });
    build.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
    build.tftp(1.1, SERVER, ADDRESS, { operation: 3, block: 1 }, [3000, 2000]);
    for (const [i, file] of files.entries()) {
      build.tftp(2 + i, ADDRESS, SERVER, { operation: 1, file }, [2001 + i, 69]);
      build.tftp(2.1 + i, SERVER, ADDRESS, { operation: 5, errorCode: 1, errorMessage: '' }, [3001 + i, 2001 + i]);
    }
    return lines(build.analyse(30));
  };
  assert.deepEqual(second('ldlinux.c32'), [`tftp-error error ${SERVER} 8,7`]);
  // By a list, but the last of it, and nothing follows: the loader has no configuration.
  assert.deepEqual(second('pxelinux.cfg/0A000032', 'pxelinux.cfg/default'), [`tftp-error error ${SERVER} 10,9`]);
  assert.deepEqual(second('grub/grub.cfg-01-02-00-00-00-00-01', 'grub/grub.cfg'), [`tftp-error error ${SERVER} 10,9`]);
  assert.deepEqual(second('pxelinux.cfg/0A000032', 'pxelinux.cfg/0A00003'), []);
  assert.deepEqual(second('autoexec.ipxe'), []);
  assert.deepEqual(second('grub/x86_64-efi/command.lst'), []);
});

test('tftp-error: a silence that the client has not met, for it goes on to the next file or asks again as iPXE', () => {
  const build = boot({ siaddr: SERVER, file: 'undionly.kpxe' });
  // Only the requests are in the capture: a filter for port 69 lets nothing else through.
  build.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'undionly.kpxe' });
  build.tftp(2, ADDRESS, SERVER, { operation: 1, file: 'undionly.kpxe' }, [2001, 69]);
  assert.deepEqual(lines(build.analyse(10)), [`tftp-error error ${SERVER} 5,6`]);
  build.bind(
    5,
    { xid: 7, options: [BIOS, textOption(77, 'iPXE'), ipOption(50, ADDRESS), ipOption(54, SERVER)] },
    { file: 'menu.ipxe', options: lease() },
  );
  assert.deepEqual(lines(build.analyse(20), 'tftp-error'), []);
});

test('pxe-no-boot-file: not where TFTP follows, for a Raspberry Pi knows its file', () => {
  const build = boot({});
  assert.deepEqual(lines(build.analyse(2)), [`pxe-no-boot-file warning ${CLIENT} 4,1,2,3`]);
  build.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'bootcode.bin' });
  build.tftp(1.1, SERVER, ADDRESS, { operation: 3, block: 1 }, [3000, 2000]);
  assert.deepEqual(lines(build.analyse(2)), []);
});

/** A client asks the boot service on port 4011, so often, after a lease with option 60. */
function asks4011(times: number, more: (build: Build) => void = () => undefined): Build {
  const build = boot({ options: [textOption(60, 'PXEClient')] });
  const seen = { source: ADDRESS, destination: SERVER, destinationPort: 4011 };
  for (let i = 0; i < times; i++)
    build.dhcp(3, { xid: 0x4011, secs: i, ciaddr: ADDRESS, options: [BIOS] }, { at: 1 + i, ...seen });
  more(build);
  return build;
}

test('pxe-server-silent: nobody answers on port 4011, though a lease was given', () => {
  const analysis = asks4011(3).analyse(4);
  assert.deepEqual(lines(analysis), [`pxe-server-silent error ${CLIENT} 5,6,7`]);
  assert.match(analysis.verdict, / gets no answer from boot service 10\.0\.0\.1:4011; .*got a lease of 10\.0\.0\.50 /);
  // The DHCP server has option 60 itself, which is taken out of its configuration; a proxyDHCP service is started.
  assert.match(String(analysis.findings[0]!.steps), /take out `option vendor-class-identifier/);
  const proxy = boot({});
  proxy.offer(
    0.015,
    { yiaddr: '0.0.0.0', options: [ipOption(54, '10.0.0.9'), textOption(60, 'PXEClient')] },
    { source: '10.0.0.9' },
  );
  for (const at of [1, 2, 3])
    proxy.dhcp(
      3,
      { xid: 0x4011, ciaddr: ADDRESS, options: [BIOS] },
      { at, source: ADDRESS, destination: '10.0.0.9', destinationPort: 4011 },
    );
  const silent = proxy.analyse(9).findings.find(({ id }) => id === 'pxe-server-silent')!;
  assert.match(String(silent.steps), /Get-Service WDSServer/);
  assert.doesNotMatch(String(silent.steps), /vendor-class-identifier|OptionId 60/);
  // One request, and no 4 s of capture behind it.
  assert.deepEqual(lines(asks4011(1).analyse(2)), []);
  const answered = asks4011(2, (build) => {
    const reply = {
      op: 2,
      xid: 0x4011,
      ciaddr: ADDRESS,
      file: 'pxelinux.0',
      options: [ipOption(54, SERVER), textOption(60, 'PXEClient')],
    } as const;
    build.dhcp(5, reply, { at: 2.5, destination: ADDRESS, sourcePort: 4011 });
  });
  assert.deepEqual(lines(answered.analyse(9)), []);
  const boots = asks4011(2, (build) => {
    build.tftp(3, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
    build.tftp(3.1, SERVER, ADDRESS, { operation: 3, block: 1 }, [3000, 2000]);
  });
  assert.deepEqual(lines(boots.analyse(9)), []);
});

test('boot-file-mismatch: octets behind the end, a cut name, other case, other slashes', () => {
  const loaded = (told: string, asked: string, error: boolean): string[] => {
    const build = boot({ siaddr: SERVER, file: told });
    build.tftp(1, ADDRESS, SERVER, { operation: 1, file: asked });
    if (error) build.tftp(1.1, SERVER, ADDRESS, { operation: 5, errorCode: 1, errorMessage: '' }, [3000, 2000]);
    else build.tftp(1.1, SERVER, ADDRESS, { operation: 3, block: 1 }, [3000, 2000]);
    return lines(build.analyse(2));
  };
  const mismatch = (frames: string): string[] => [`boot-file-mismatch warning ${ADDRESS} ${frames}`];
  assert.deepEqual(loaded('pxelinux.0', 'pxelinux.0\xff', true), mismatch('5,2,6'));
  assert.deepEqual(loaded('pxelinux.0', 'pxelinux.0\xff', false), mismatch('5,2'));
  assert.deepEqual(loaded('boot/pxelinux.0', 'boot/pxelinux', true), mismatch('5,2,6'));
  assert.deepEqual(loaded('Boot/pxelinux.0', 'boot/pxelinux.0', true), mismatch('5,2,6'));
  assert.deepEqual(loaded('boot\\x86\\wdsnbp.com', 'boot/x86/wdsnbp.com', true), mismatch('5,2,6'));
  assert.deepEqual(loaded('boot\\x86\\wdsnbp.com', 'bootx86wdsnbp.com', true), mismatch('5,2,6'));
  // The server does not mind; the same name; another file.
  assert.deepEqual(loaded('Boot/pxelinux.0', 'boot/pxelinux.0', false), []);
  assert.deepEqual(loaded('boot\\x86\\wdsnbp.com', 'boot/x86/wdsnbp.com', false), []);
  assert.deepEqual(loaded('pxelinux.0', 'pxelinux.0', false), []);
  assert.deepEqual(loaded('pxelinux.0', 'lpxelinux.0', false), []);
  assert.deepEqual(loaded('pxelinux.0', 'pxelinux.cfg/default', true), []);
  // Firmware that loads nothing, and is refused another file.
  assert.deepEqual(loaded('pxelinux.0', 'wdsnbp.com', true), [`tftp-error error ${SERVER} 6,5`]);
});

test('boot-file-mismatch: a name without its backslashes is told with forward ones', () => {
  const build = boot({ siaddr: SERVER, file: 'boot\\x64\\wdsmgfw.efi' });
  build.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'bootx64wdsmgfw.efi' });
  build.tftp(1.1, SERVER, ADDRESS, { operation: 5, errorCode: 1, errorMessage: '' }, [3000, 2000]);
  const { explanation, causes, steps } = build.analyse(2).findings.find(({ id }) => id === 'boot-file-mismatch')!;
  assert.match(explanation, /: its slashes are missing\./);
  assert.equal(causes[0]!.text, 'The firmware takes each backslash for the beginning of an escape, and drops it');
  assert.equal(steps[0], 'Tell the client the name with forward slashes: “boot/x64/wdsmgfw.efi”.');
});

test('boot-arch-mismatch: BIOS given UEFI’s file, the reverse, 32 bit given 64 (RFC 4578 §2.1)', () => {
  const given = (architecture: number, file: string): string[] =>
    lines(
      boot({ siaddr: SERVER, file }, textOption(60, `PXEClient:Arch:${String(architecture).padStart(5, '0')}`), [
        raw(93, architecture.toString(16).padStart(4, '0')),
      ]).analyse(1),
    );
  const wrong = [`boot-arch-mismatch warning ${CLIENT} 2,4,1`];
  assert.deepEqual(given(0, 'ipxe.efi'), wrong);
  assert.deepEqual(given(7, 'pxelinux.0'), wrong);
  assert.deepEqual(given(9, 'undionly.kpxe'), wrong);
  assert.deepEqual(given(6, 'boot/bootx64.efi'), wrong);
  assert.deepEqual(given(11, 'grubx64.efi'), wrong);
  assert.deepEqual(given(0, 'pxelinux.0'), []);
  assert.deepEqual(given(7, 'boot/x86.efi'), []);
  assert.deepEqual(given(7, 'bootx64.efi'), []);
  assert.deepEqual(given(11, 'grubaa64.efi'), []);
  assert.deepEqual(given(7, 'menu.ipxe'), []);
  // An architecture that nobody here knows.
  assert.deepEqual(given(27, 'pxelinux.0'), []);
});

/** A client boots from a server and asks it for its file at these times; then what else is seen. */
function loads(times: readonly number[], more: (build: Build, at: number, i: number) => void): Build {
  const build = boot({ siaddr: '10.9.0.9', file: 'pxelinux.0' });
  for (const [i, at] of times.entries()) {
    build.tftp(at, ADDRESS, '10.9.0.9', { operation: 1, file: 'pxelinux.0' }, [2000 + i, 69]);
    more(build, at, i);
  }
  return build;
}

test('tftp-error: ICMP that quotes UDP port 69 says why there is no answer', () => {
  const refused = (code: number, from: string): ReturnType<Build['analyse']>['findings'][number] => {
    const build = loads([1, 3], (made, at, i) =>
      made.icmp(at + 0.1, code, from, {
        ...{ source: ADDRESS, sourcePort: 2000 + i },
        ...{ destination: '10.9.0.9', destinationPort: 69 },
      }),
    );
    const { findings } = build.analyse(3.5);
    assert.deepEqual(
      findings.map(({ id, frames }) => [id, ...frames]),
      [['tftp-error', 5, 7, 8]],
    );
    return findings[0]!;
  };
  const far = refused(1, SERVER);
  assert.deepEqual(far.causes, [
    {
      likelihood: 'likely',
      text: `There is no way to 10.9.0.9, and ${SERVER} says so by ICMP: its host is down, or a route is missing`,
      evidence: [`ICMP from ${SERVER} (type 3, code 1) in frame 8`],
    },
  ]);
  assert.match(far.explanation, /2 times|twice/);
  assert.equal(
    far.steps[0],
    far.steps.find((step) => step.includes('ip route get 10.9.0.9')),
  );
  assert.ok(!far.steps.some((step) => /sport|nft|dport/.test(step)));
  assert.match(refused(3, '10.9.0.9').causes[0]!.text, /UDP port 69, .*: at 10\.9\.0\.9 no TFTP server listens/);
  const wall = refused(13, SERVER);
  assert.match(
    wall.causes[0]!.text,
    /^A firewall refuses datagrams to UDP port 69, .* a rule at 10\.0\.0\.1 rejects them/,
  );
  assert.match(wall.steps[0]!, /permit udp any any eq 69/);
});

test('tftp-error: ICMP about the data stops a transfer where the client begins anew; its host, or one error, does not', () => {
  const data = (times: readonly number[], from: string): ReturnType<Build['analyse']> =>
    loads(times, (made, at, i) => {
      made.tftp(at + 0.1, '10.9.0.9', ADDRESS, { operation: 3, block: 1 }, [3000 + i, 2000 + i]);
      made.icmp(at + 0.2, 13, from, {
        ...{ source: '10.9.0.9', sourcePort: 3000 + i },
        ...{ destination: ADDRESS, destinationPort: 2000 + i },
      });
    }).analyse(9);
  const [found] = data([1, 3], SERVER).findings;
  assert.equal(found!.title, 'The transfer of “pxelinux.0” from boot server 10.9.0.9 is stopped on the way');
  assert.match(found!.causes[0]!.text, /^A firewall refuses datagrams to UDP port 2001,/);
  assert.match(found!.steps[0]!, /ct helper/);
  assert.deepEqual(lines(data([1], SERVER)), []);
  assert.deepEqual(lines(data([1, 3], ADDRESS)), []);
});

test('tftp-error: several clients of one boot server are one finding that names each', () => {
  const build = new Build();
  for (const i of [0, 1]) {
    const yiaddr = `10.0.0.${50 + i}`;
    const own = { chaddr: `02:00:00:00:00:1${i}`, xid: i + 1 };
    const replies = { ...own, yiaddr, siaddr: SERVER, file: 'pxelinux.0' };
    build.discover(i * 9, { ...own, options: [BIOS] });
    build.offer(i * 9 + 0.1, replies);
    build.request(i * 9 + 0.2, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER), BIOS] });
    build.ack(i * 9 + 0.3, replies);
    for (const at of [1, 3]) build.tftp(i * 9 + at, yiaddr, SERVER, { operation: 1, file: 'pxelinux.0' });
  }
  const { findings } = build.analyse(20);
  assert.deepEqual(
    findings.map(({ id, frames }) => [id, ...frames]),
    [['tftp-error', 5, 6, 11, 12]],
  );
  assert.match(
    findings[0]!.explanation,
    / The clients at 10\.0\.0\.50 and 10\.0\.0\.51 asked .* 4 times \(frames 5, 6, 11 and 12\); no answer is in this capture\.$/,
  );
});

/** A client takes a lease three times and loads its file after each; what it says, and what it is told, for each round. */
function rounds(file: string, says: (i: number) => ReturnType<typeof raw>[], loads = true): Build {
  const build = new Build();
  for (const i of [0, 1, 2, 3]) {
    const at = 3 * i;
    const own = { xid: i + 1 };
    const asks = [UEFI, raw(93, '0007'), ...says(i)];
    const named = { ...own, siaddr: SERVER, file };
    build.discover(at, { ...own, options: asks });
    build.offer(at + 0.1, named);
    build.request(at + 0.2, { ...own, options: [ipOption(50, ADDRESS), ipOption(54, SERVER), ...asks] });
    build.ack(at + 0.3, named);
    if (!loads) continue;
    build.tftp(at + 0.4, ADDRESS, SERVER, { operation: 1, file }, [2000 + i, 69]);
    build.tftp(at + 0.5, SERVER, ADDRESS, { operation: 3, block: 1 }, [3000, 2000 + i]);
    build.tftp(at + 0.6, ADDRESS, SERVER, { operation: 4, block: 1 }, [2000 + i, 3000]);
  }
  return build;
}

test('lease-loop: iPXE that is given its own loader loads itself; who does not say so, or is given a script, restarts', () => {
  const said = (i: number): ReturnType<typeof raw>[] => (i === 0 ? [] : [textOption(77, 'iPXE')]);
  const [found, ...more] = rounds('ipxe.efi', said).analyse(60).findings;
  assert.deepEqual([found!.id, more.length], ['lease-loop', 0]);
  assert.deepEqual(
    found!.causes.map(({ likelihood, text, evidence }) => [likelihood, text.slice(0, 44), ...evidence.slice(0, 2)]),
    [
      [
        'likely',
        'The server gives iPXE its own loader: iPXE l',
        'the client says in option 77 that it is iPXE, and is told “ipxe.efi” (frames 11, 18 and 25)',
        'it fetches that by TFTP (frames 12, 19 and 26), and asks anew',
      ],
      ['possible', 'The client restarts: power, link or driver g', 'vendor class “PXEClient:Arch:00007”'],
      ['possible', 'The client takes the ACK, and cannot use wha'],
    ],
  );
  assert.equal(
    found!.steps.find((step) => step.startsWith('dnsmasq: ')),
    'dnsmasq: `dhcp-match=set:ipxe,175`, `dhcp-boot=tag:!ipxe,ipxe.efi` and `dhcp-boot=tag:ipxe,SCRIPT`; write the name of the script that iPXE is to run in place of SCRIPT',
  );
  assert.match(
    found!.steps[0]!,
    /^ISC dhcpd: `if exists user-class and option user-class = "iPXE" \{ filename "SCRIPT"; \}/,
  );
  const why = (build: Build): string =>
    build.analyse(60).findings.find(({ id }) => id === 'lease-loop')!.causes[0]!.text;
  assert.match(why(rounds('ipxe.efi', () => [raw(175, 'b105018086100e')])), /^The server gives iPXE its own loader/);
  for (const other of [rounds('ipxe.efi', () => []), rounds('boot.ipxe', said), rounds('ipxe.efi', said, false)])
    assert.match(why(other), /^The client restarts/);
});
