import { stepFor, type Step } from './steps';

/* What can be done on a client, by the system that it shows to run. */

/** Whose commands a system takes, by the beginning of its name (`codec/names/systems.ts`); a device takes none. */
const RUNS = [
  [/^Windows/, 'windows'],
  [/firmware|IP phone|^(Android|Apple iOS|[gi]PXE|lwIP)/, 'device'],
  [/^Apple macOS|^dhcpcd.* on .*BSD/, 'bsd'],
  [/^systemd|udhcp|^dhcpcd.* on Linux/, 'linux'],
] as const;

/** Whose commands a client takes; undefined where nothing tells. */
export const runsOf = (system: string | undefined): (typeof RUNS)[number][1] | undefined =>
  RUNS.find(([form]) => form.test(system ?? ''))?.[1];

/** Whether a client may take commands of Linux. */
export const mayBeLinux = (system: string | undefined): boolean => ['linux', undefined].includes(runsOf(system));

/** One action on a host, with the command for each system that it may have; `where` names the host: `on client 02:…`. */
export function onSystem(
  where: string,
  { linux, windows }: { readonly linux: string; readonly windows: string },
  system?: string,
): Step[] {
  const runs = runsOf(system) ?? 'all';
  return [
    ...(runs === 'linux' || runs === 'all' ? [stepFor('system', 'linux', `Linux, ${where}`, linux)] : []),
    ...(runs === 'windows' || runs === 'all' ? [stepFor('system', 'windows', `Windows, ${where}`, windows)] : []),
  ];
}

/** How DHCP programs that show themselves give their lease up and ask anew. */
const ANEW: readonly (readonly [RegExp, string])[] = [
  [/udhcp/, '`killall -USR2 udhcpc; killall -USR1 udhcpc`'],
  [/^dhcpcd/, '`dhcpcd -k INTERFACE; dhcpcd -n INTERFACE`'],
  [/^systemd/, '`networkctl reconfigure INTERFACE`'],
  [/^Apple macOS/, '`ipconfig set INTERFACE NONE; ipconfig set INTERFACE DHCP`'],
];

/** Lets a client give its lease up and ask anew. */
export function askAnew(client: string, system?: string): Step[] {
  if (runsOf(system) === 'device')
    return [`Restart client ${client}, or let it renew its address in its network settings.`];
  const does = 'gives the lease up and asks anew.';
  const own = ANEW.find(([form]) => form.test(system ?? ''))?.[1];
  return own === undefined
    ? onSystem(
        `on client ${client}`,
        { linux: `\`dhclient -r; dhclient\` ${does}`, windows: `\`ipconfig /release & ipconfig /renew\` ${does}` },
        system,
      )
    : [`On client ${client}, ${own} ${does}`];
}
