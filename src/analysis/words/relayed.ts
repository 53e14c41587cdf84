import { stepFor, type Step } from './steps';

/** How to see what a relay does with a DHCPv4 message. */
export const relaySteps = (relay: string, name: string): Step[] => [
  stepFor(
    'relay',
    'ios',
    `Cisco IOS, on relay ${relay}`,
    `\`debug ip dhcp server packet\` shows whether the ${name} comes to it, and what becomes of it.`,
  ),
  stepFor(
    'relay',
    'linux',
    `Linux, on relay ${relay}`,
    `\`tcpdump -ni any "udp port 67 or udp port 68"\` shows whether the ${name} comes to it, and whether it goes on.`,
  ),
];
