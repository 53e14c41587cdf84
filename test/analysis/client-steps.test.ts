import assert from 'node:assert/strict';
import test from 'node:test';
import { askAnew, captureBothEnds, openClientPort } from '../../src/analysis/words/advice';
import { textOf } from '../../src/analysis/words/steps';
import { Build, CLIENT, ipOption, raw, textOption } from './build';

/** Steps on a client are those that its system has: a device takes no commands. */

const ANEW = 'gives the lease up and asks anew.';
const LINUX = `Linux, on client ${CLIENT}: \`dhclient -r; dhclient\` ${ANEW}`;
const WINDOWS = `Windows, on client ${CLIENT}: \`ipconfig /release & ipconfig /renew\` ${ANEW}`;
const DEVICE = `Restart client ${CLIENT}, or let it renew its address in its network settings.`;

/** The steps on the client after a NAK to one that comes from another network and sends these options. */
function stepsAfterNak(...options: ReturnType<typeof raw>[]): string[] {
  const build = new Build();
  build.request(0, { xid: 1, options: [ipOption(50, '192.168.1.33'), ...options] });
  build.nak(0.01, { xid: 1 });
  build.bind(0.1, { xid: 2, chaddr: '02:00:00:00:00:02' });
  const { steps } = build.analyse(60).findings.find(({ id }) => id === 'nak')!;
  return steps.filter((step) => step.includes(`client ${CLIENT}`));
}

test('a client is asked to do what its system can', () => {
  const macOS = '017903060f77fc5f2c2e';
  assert.deepEqual(stepsAfterNak(), [LINUX, WINDOWS]);
  assert.deepEqual(stepsAfterNak(textOption(60, 'Some Maker 1')), [LINUX, WINDOWS]);
  assert.deepEqual(stepsAfterNak(textOption(60, 'MSFT 5.0')), [WINDOWS]);
  assert.deepEqual(stepsAfterNak(textOption(60, 'dhcpcd-9.4.1:Linux-6.1.0:x86_64')), [
    `On client ${CLIENT}, \`dhcpcd -k INTERFACE; dhcpcd -n INTERFACE\` ${ANEW} Write the name of the network interface in place of INTERFACE.`,
  ]);
  assert.deepEqual(stepsAfterNak(textOption(60, 'udhcp 1.36.1')), [
    `On client ${CLIENT}, \`killall -USR2 udhcpc; killall -USR1 udhcpc\` ${ANEW}`,
  ]);
  for (const device of [
    textOption(60, 'PXEClient:Arch:00007:UNDI:003016'),
    textOption(60, 'Cisco Systems, Inc. IP Phone CP-8841'),
    textOption(60, 'android-dhcp-13'),
    textOption(77, 'iPXE'),
    raw(55, '01031c06'),
    raw(55, '017903060f77fc'),
  ])
    assert.deepEqual(stepsAfterNak(device), [DEVICE]);
  assert.deepEqual(stepsAfterNak(raw(55, macOS)), [
    `On client ${CLIENT}, \`ipconfig set INTERFACE NONE; ipconfig set INTERFACE DHCP\` ${ANEW} Write the name of the network interface in place of INTERFACE.`,
  ]);
});

test('firewalls and captures on a client go by its system', () => {
  const products = (system?: string): string[] => [
    ...new Set(openClientPort({ system }).map((step) => (typeof step === 'string' ? '' : step.product))),
  ];
  assert.deepEqual(products(), ['nftables', 'iptables', 'firewalld', 'ufw', 'pf', 'windows']);
  assert.deepEqual(products('BusyBox udhcp (by option 55)'), ['nftables', 'iptables', 'firewalld', 'ufw']);
  assert.deepEqual(products('Windows (by option 60)'), ['windows']);
  assert.deepEqual(products('dhcpcd 8.0 on NetBSD (by option 60)'), ['pf']);
  assert.deepEqual(products('PXE firmware, x64 UEFI (by option 60)'), []);
  const at = (system?: string): string => captureBothEnds({ client: CLIENT, system }).split(' and on ')[0]!;
  assert.equal(at(), `Capture on client ${CLIENT}`);
  assert.equal(at('Windows (by option 60)'), `Capture on client ${CLIENT} (Wireshark)`);
  assert.equal(at('lwIP (by option 55)'), `Capture at a mirror port for client ${CLIENT}`);
  assert.deepEqual(askAnew(CLIENT, 'dhcpcd (by option 60)').map(textOf), [
    `On client ${CLIENT}, \`dhcpcd -k INTERFACE; dhcpcd -n INTERFACE\` ${ANEW} Write the name of the network interface in place of INTERFACE.`,
  ]);
});
