import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lease, lines, raw, textOption } from './build';

const PHONE = textOption(60, 'Cisco Systems, Inc. IP Phone CP-8841');
const TFTP = '10.0.0.40';

/** One client with its lease; `options` go into the replies. */
function leased(asks: readonly ReturnType<typeof raw>[], ...options: ReturnType<typeof raw>[]): Build {
  const build = new Build();
  const replies = { options: lease(options) };
  build.discover(0, { options: asks });
  build.offer(0.1, replies);
  build.request(0.2, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), ...asks] });
  build.ack(0.3, replies);
  return build;
}

test('option 150 as text: a fault for Cisco’s clients, which read octets; others may want text', () => {
  const told = (asks: readonly ReturnType<typeof raw>[], text: string): string[] =>
    lines(leased(asks, textOption(150, text)).analyse(1));
  assert.deepEqual(told([PHONE], TFTP), [`bad-option-length error ${SERVER} 2,4`]);
  // Twelve characters are three addresses by their length.
  assert.deepEqual(told([PHONE], '10.20.30.140'), [`bad-option-value warning ${SERVER} 2,4`]);
  assert.deepEqual(told([], TFTP), []);
  assert.deepEqual(told([], '10.20.30.140'), []);
  assert.deepEqual(told([PHONE], 'grub/menu.lst'), []);
  assert.deepEqual(lines(leased([PHONE], ipOption(150, TFTP, SERVER)).analyse(1)), []);
});

test('an address as text in an option for addresses, whatever its length', () => {
  const told = (code: number, text: string): [string, string, string] => {
    const [found] = leased([], textOption(code, text)).analyse(1).findings;
    return [`${found!.id} ${found!.severity}`, found!.causes[0]!.text, found!.steps[0]!];
  };
  const why = (text: string): string =>
    `The option was configured as text: it has the characters “${text}”, and the client reads each of them as an octet of an address`;
  assert.deepEqual(told(6, '10.20.30.140'), [
    'bad-option-value warning',
    why('10.20.30.140'),
    'ISC dhcpd: `option domain-name-servers 10.20.30.140;`',
  ]);
  assert.deepEqual(told(42, '10.0.0.1,10.0.0.2'), [
    'bad-option-length error',
    why('10.0.0.1, 10.0.0.2'),
    'ISC dhcpd: `option ntp-servers 10.0.0.1, 10.0.0.2;`',
  ]);
  // Addresses that happen to consist of octets that are digits.
  assert.deepEqual(lines(leased([], ipOption(42, '49.48.50.51', '49.48.50.52')).analyse(1)), []);
});

test('option 150 names the boot server', () => {
  const refused = (...options: ReturnType<typeof raw>[]): [string, string] => {
    const build = leased([], textOption(67, 'switch.cfg'), ...options);
    build.tftp(1, ADDRESS, TFTP, { operation: 1, file: 'switch.cfg' });
    build.tftp(1.1, TFTP, ADDRESS, { operation: 5, errorCode: 2, errorMessage: 'Access violation' }, [3000, 2000]);
    const [found] = build.analyse(2).findings;
    return [found!.explanation.split('. ')[0]!, found!.causes[0]!.text];
  };
  const RIGHTS = 'The TFTP server may not read the file (permissions, SELinux)';
  const named = `DHCP named ${TFTP} as boot server and “switch.cfg” as boot file (frame 2)`;
  assert.deepEqual(refused(ipOption(150, TFTP)), [named, RIGHTS]);
  assert.deepEqual(refused(textOption(150, TFTP)), [named, RIGHTS]);
  assert.deepEqual(refused(textOption(66, TFTP)), [named, RIGHTS]);
  const [text, first] = refused(ipOption(150, '10.0.0.41'));
  assert.match(text, /^DHCP named 10\.0\.0\.41 as boot server/);
  assert.match(first, /files are on 10\.0\.0\.41: it has the address from elsewhere/);
  assert.match(
    refused(textOption(150, '(nd)/menu.lst'))[0],
    /and no boot server: siaddr, sname and options 66 and 150/,
  );
});

test('a wrong length in a client’s own option is its program’s mistake, and no server’s setting', () => {
  const build = new Build();
  for (const at of [0, 4, 12]) build.discover(at, { options: [raw(97, '00'.repeat(16))] });
  const [found] = build.analyse(30).findings;
  assert.equal(found!.id, 'bad-option-length');
  assert.equal(found!.causes[0]!.text, 'The client’s DHCP program makes this mistake');
  assert.deepEqual(found!.steps, [
    `Update the firmware or DHCP program of ${CLIENT}; keep this capture for its maker.`,
  ]);
  // A server's option is configured.
  const [of] = leased([], raw(42, '0a00000100')).analyse(1).findings;
  assert.match(of!.causes[0]!.text, /^The option was configured by number/);
});

test('a malformed value names its option and what to correct', () => {
  const vivso = (length: number): Build =>
    leased([], raw(125, `00000a4c${length.toString(16)}${'0102abcd'.repeat(8)}`));
  const [found] = vivso(40).analyse(1).findings;
  const OPTION = 'option 125 (V-I Vendor-Specific Information)';
  assert.equal(found!.title, `${SERVER} sends ${OPTION} with a malformed value`);
  assert.match(
    found!.explanation,
    /^Option 125 \(V-I Vendor-Specific Information\): The data of enterprise Juniper Networks \(2636\) says it has 40 octets \(0x28\), but only 32 octets \(0x20\) are left \(frame 2\)\./,
  );
  assert.equal(found!.steps[0], `Correct the value of ${OPTION} in the configuration of ${SERVER}.`);
  assert.deepEqual(alarms(vivso(32).analyse(1)), []);
  // A name with brackets of its own is no reason to blame the message.
  const routes = (value: string): Build => leased([], raw(249, value));
  const [route] = routes('210a00010a000001').analyse(1).findings;
  assert.equal(route!.title, `${SERVER} sends option 249 with a malformed value`);
  assert.deepEqual(alarms(routes('180a00010a000001').analyse(1)), []);
});

/** A client of an architecture takes a lease that names a boot file. */
function boots(architecture: number, last: number, file: string, build: Build, at = 0): void {
  const own = { chaddr: `02:00:00:00:00:${last}`, xid: last };
  const yiaddr = `10.0.0.${last}`;
  const asks = [
    textOption(60, `PXEClient:Arch:${String(architecture).padStart(5, '0')}`),
    raw(93, architecture.toString(16).padStart(4, '0')),
  ];
  const replies = { ...own, yiaddr, options: lease([textOption(67, file)]) };
  build.discover(at, { ...own, options: asks });
  build.offer(at + 0.1, replies);
  build.request(at + 0.2, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER), ...asks] });
  build.ack(at + 0.3, replies);
}

test('boot-arch-mismatch: one finding for clients of one server that need the same program', () => {
  const build = new Build();
  boots(7, 11, 'undionly.kpxe', build);
  boots(9, 12, 'undionly.kpxe', build, 10);
  const { findings } = build.analyse(20);
  assert.deepEqual(
    findings.map(({ id, subject }) => [id, subject]),
    [['boot-arch-mismatch', `server ${SERVER}`]],
  );
  assert.match(findings[0]!.steps[0]!, /as “ipxe\.efi”, and give it to architectures 7 and 9 \(option 93\)\.$/);
  assert.match(findings[0]!.steps[1]!, /`if option arch = 00:07 or option arch = 00:09 \{ filename "ipxe\.efi"; \}/);
  // BIOS given another file wants another setting.
  boots(0, 13, 'ipxe.efi', build, 20);
  assert.equal(build.analyse(30).findings.length, 2);
});

test('boot-arch-mismatch: the file of others keeps its backslashes, and only PCs have another mode', () => {
  const one = (architecture: number, file: string): ReturnType<Build['analyse']>['findings'][number] => {
    const build = new Build();
    boots(architecture, 11, file, build);
    return build.analyse(1).findings[0]!;
  };
  const bios = one(0, 'boot\\x64\\wdsmgfw.efi');
  assert.equal(bios.title, `02:00:00:00:00:11 is x86 BIOS, and is told to boot “boot\\x64\\wdsmgfw.efi”`);
  assert.match(bios.steps[1]!, /else \{ filename "boot\\\\x64\\\\wdsmgfw\.efi"; \}/);
  assert.match(bios.steps[3]!, /`dhcp-boot=tag:!arch0,"boot\\\\x64\\\\wdsmgfw\.efi"` for all others/);
  assert.match(bios.causes.at(-1)!.text, /^The machine boots in the other mode/);
  assert.doesNotMatch(one(11, 'bootx64.efi').causes.at(-1)!.text, /other mode/);
});

test('pxe-server-silent: one finding for one boot service, with the ICMP error that each client got', () => {
  const asks = (refuses: boolean): ReturnType<Build['analyse']> => {
    const build = new Build();
    const PXE = textOption(60, 'PXEClient:Arch:00000');
    for (const [i, chaddr] of ['02:00:00:00:00:11', '02:00:00:00:00:12'].entries()) {
      const yiaddr = `10.0.0.${60 + i}`;
      const at = i * 20;
      const own = { chaddr, xid: i + 1 };
      const replies = { ...own, yiaddr, options: lease([textOption(60, 'PXEClient'), textOption(67, 'pxelinux.0')]) };
      build.discover(at, { ...own, options: [PXE] });
      build.offer(at + 0.1, replies);
      build.request(at + 0.2, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER), PXE] });
      build.ack(at + 0.3, replies);
      for (const later of [1, 3, 7]) {
        const seen = { source: yiaddr, destination: SERVER, destinationPort: 4011 };
        build.dhcp(3, { ...own, ciaddr: yiaddr, options: [PXE] }, { at: at + later, ...seen });
        if (refuses)
          build.icmp(at + later + 0.1, 3, SERVER, {
            source: yiaddr,
            destination: SERVER,
            sourcePort: 68,
            destinationPort: 4011,
          });
      }
    }
    return build.analyse(60);
  };
  const { findings } = asks(true);
  assert.deepEqual(
    findings.map(({ id, subject }) => [id, subject]),
    [['pxe-server-silent', `server ${SERVER}`]],
  );
  assert.equal(findings[0]!.causes.length, 1);
  assert.equal(asks(false).findings.length, 1);
  assert.match(asks(false).findings[0]!.causes[1]!.text, /^A firewall blocks UDP port 4011/);
});

/** Clients boot one after another: by number and architecture, and whether a proxyDHCP service answers them. */
function beside(clients: readonly (readonly [number: number, architecture: number, told: boolean, user?: string])[]) {
  const build = new Build();
  for (const [number, architecture, told, user] of clients) {
    const own = { chaddr: `02:00:00:00:00:${number}`, xid: number };
    const asks = [
      textOption(60, `PXEClient:Arch:0000${architecture}`),
      raw(93, `000${architecture}`),
      ...(user === undefined ? [] : [textOption(77, user)]),
    ];
    const yiaddr = `10.0.0.${number}`;
    const at = number * 10;
    build.discover(at, { ...own, options: asks });
    build.offer(at + 0.1, { ...own, yiaddr });
    if (told)
      build.dhcp(
        2,
        { ...own, op: 2, file: 'pxelinux.0', options: [ipOption(54, '10.0.0.9'), textOption(60, 'PXEClient')] },
        { at: at + 0.15, source: '10.0.0.9' },
      );
    build.request(at + 0.2, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER), ...asks] });
    build.ack(at + 0.3, { ...own, yiaddr });
  }
  return build.analyse(900).findings.filter(({ id }) => id === 'pxe-no-boot-file');
}

test('pxe-no-boot-file: who is told a file and who is not is compared, and they are one finding', () => {
  const [found, ...more] = beside([
    [11, 0, true],
    [12, 7, false],
    [13, 0, true],
    [14, 7, false],
  ]);
  assert.deepEqual([more.length, found!.subject, found!.members?.length], [0, 'server 10.0.0.9', 2]);
  assert.deepEqual(
    found!.causes.map(({ likelihood, text, evidence }) => [likelihood, text, ...evidence]),
    [
      [
        'likely',
        'The proxyDHCP service 10.0.0.9 names a boot file for architecture 0 (x86 BIOS), and none for architecture 7 (x64 UEFI)',
        '02:00:00:00:00:13 is told “pxelinux.0” in frame 12',
      ],
      ['possible', 'The client is not meant to boot from the network: its boot order is wrong'],
    ],
  );
  assert.match(found!.steps[0]!, /give it to architecture 7 \(option 93\) in the boot service on 10\.0\.0\.9/);
  const why = (...clients: Parameters<typeof beside>[0]): string => beside(clients)[0]!.causes[0]!.text;
  assert.match(why([11, 0, true, 'lab'], [12, 0, false]), / for user class “lab”, and none for no user class$/);
  assert.match(why([11, 0, true], [12, 0, false]), / names a boot file to others, and not to this client$/);
  assert.deepEqual(
    beside([
      [11, 0, true],
      [12, 7, true],
    ]),
    [],
  );
});

test('pxe-no-boot-file: a proxyDHCP service is missing only where the capture shows none', () => {
  const [found] = beside([[12, 7, false]]);
  assert.deepEqual(
    found!.causes.map(({ likelihood, text }) => [likelihood, text.slice(0, 24)]),
    [
      ['likely', 'No boot file is configur'],
      ['possible', 'A proxyDHCP service shou'],
      ['possible', 'The client is not meant '],
    ],
  );
  assert.ok(!found!.steps.some((step) => step.includes('helper-address')));
});

test('boot-arch-mismatch: a file named in field file and in option 67 is told once, two files twice', () => {
  const title = (option67: string): string => {
    const build = new Build();
    const asks = [textOption(60, 'PXEClient:Arch:00007'), raw(93, '0007')];
    const replies = { file: 'undionly.kpxe', options: lease([textOption(67, option67)]) };
    build.discover(0, { options: asks });
    build.offer(0.1, replies);
    build.request(0.2, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), ...asks] });
    build.ack(0.3, replies);
    return build.analyse(1).findings.find(({ id }) => id === 'boot-arch-mismatch')!.title;
  };
  const start = `${CLIENT} is x64 UEFI, and is told to boot “undionly.kpxe”`;
  assert.equal(title('undionly.kpxe'), start);
  assert.equal(title('pxelinux.0'), `${start} and “pxelinux.0”`);
});
