import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS, Build, CLIENT, ipOption, SERVER } from './build';

/* Who has an address is a virtual machine or a container: it is found on its host, not behind a port of its own. */

/** The client's address is held by this host; the client declines it, or does not look. */
function heldBy(mac: string, declines: boolean): string {
  const build = new Build();
  build.bind(0);
  if (declines) {
    build.arp(0.5, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(0.501, 2, mac, ADDRESS, '0.0.0.0');
    build.dhcp(4, { xid: 2, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 1.5 });
  } else {
    build.arp(0.5, 1, CLIENT, ADDRESS, SERVER);
    build.arp(2, 2, mac, ADDRESS, SERVER);
    build.arp(2.5, 1, CLIENT, ADDRESS, SERVER);
  }
  const id = declines ? 'decline' : 'duplicate-address';
  return build.analyse(60).findings.find((one) => one.id === id)!.steps[0]!;
}

const GUESTS = [
  ['52:54:00:12:34:56', 'a guest of QEMU or KVM', '`bridge fdb show | grep 52:54:00:12:34:56`'],
  ['00:16:3e:12:34:56', 'a guest of Xen, or a container of LXC or Incus', '`bridge fdb show | grep 00:16:3e:12:34:56`'],
  ['00:50:56:12:34:56', 'a VMware guest', '`net-stats -l | grep -i 00:50:56:12:34:56`'],
  ['00:0c:29:12:34:56', 'a VMware guest', '`net-stats -l | grep -i 00:0c:29:12:34:56`'],
  ['08:00:27:12:34:ab', 'a guest of VirtualBox', 'lists it as 0800271234AB'],
  ['00:15:5d:12:34:ab', 'a guest of Hyper-V', 'MacAddress -eq 00155D1234AB`'],
  ['02:42:0a:00:00:32', 'a container of Docker', '`docker inspect $(docker ps -q) | grep -B 20 02:42:0a:00:00:32`'],
] as const;

for (const [mac, name, command] of GUESTS)
  test(`decline, duplicate-address: ${name} (${mac}) is looked for on its host first`, () => {
    for (const declines of [true, false]) {
      const step = heldBy(mac, declines);
      assert.ok(
        step.startsWith(`Find the host on its virtual switch or bridge: by its prefix, ${mac} is ${name}. `),
        step,
      );
      assert.ok(step.includes(command), step);
    }
  });

test('decline, duplicate-address: a host that is not known to be virtual is behind a port of the switch', () => {
  for (const mac of ['02:00:00:00:00:99', '00:50:57:00:00:01'])
    for (const declines of [true, false])
      assert.equal(
        heldBy(mac, declines),
        `Find the port of the host: \`show mac address-table address ${mac}\` on the switch.`,
      );
});
