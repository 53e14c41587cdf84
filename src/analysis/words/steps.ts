/** What a step is for: the kinds of things of which a network has one and not another. */
export const STEP_KINDS = ['server', 'relay', 'switch', 'system', 'firewall'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** The products that steps speak of, as people call them. One name may mean a server, a switch and a firewall. */
export const PRODUCTS = {
  kea: 'Kea',
  dhcpd: 'ISC dhcpd',
  dnsmasq: 'dnsmasq',
  windows: 'Microsoft Windows',
  ios: 'Cisco IOS',
  junos: 'Junos',
  linux: 'Linux',
  nftables: 'nftables',
  iptables: 'iptables',
  firewalld: 'firewalld',
  ufw: 'ufw',
  pf: 'pf (BSD)',
} as const;
export type Product = keyof typeof PRODUCTS;

/** Of what a step speaks: those who have another product pass it over. */
export interface For {
  readonly kind: StepKind;
  readonly product: Product;
}

/** A step for those who have a certain product. */
export interface ProductStep extends For {
  readonly text: string;
}

/** What to do: for everybody, or for those who have a product. */
export type Step = string | ProductStep;

/** A step for those who have a product; `label` says so to a reader, `Cisco IOS, on the relay`. */
export const stepFor = (kind: StepKind, product: Product, label: string, text: string): ProductStep => ({
  kind,
  product,
  text: `${label}: ${text}`,
});

/** The same setting in the words of each server. A server that has no such setting is left out. */
export interface Setting {
  readonly dhcpd?: string;
  readonly kea?: string;
  readonly dnsmasq?: string;
  readonly windows?: string;
  readonly ios?: string;
}

const SERVER_NAMES: readonly (readonly [keyof Setting, string])[] = [
  ['dhcpd', 'ISC dhcpd'],
  ['kea', 'Kea'],
  ['dnsmasq', 'dnsmasq'],
  ['windows', 'Microsoft DHCP Server'],
  ['ios', 'Cisco IOS'],
];

/** One line a server: `Kea: …`. */
export function settings(setting: Setting): Step[] {
  return SERVER_NAMES.flatMap(([key, name]) =>
    setting[key] === undefined ? [] : [stepFor('server', key, name, setting[key])],
  );
}

/** What the capture shows of those whom advice is about: it stands in the place of “the server”. */
export interface Known {
  readonly server?: string | undefined;
  readonly client?: string | undefined;
  readonly address?: string | undefined;
}

/** What only the reader knows, as it stands in commands, and what to write there. */
export const BLANKS = {
  INTERFACE: 'the name of the network interface',
  PORT: 'the name of the port',
  VLAN: 'the number of the clients’ VLAN',
  SERVER: 'the address of the DHCP server',
  ADDRESS: 'the address',
  MAC: 'the link-layer address',
  NAME: 'the name',
  VALUE: 'the value',
  NUMBER: 'the number of the option',
  BOOT_SERVER: 'the address of the boot server',
} as const;

/** What a step says; where a command has blanks, what to write into them. */
export function textOf(step: Step): string {
  const text = typeof step === 'string' ? step : step.text;
  const commands = text.match(/`[^`]*`/g)?.join(' ') ?? '';
  const blanks = Object.entries(BLANKS).filter(([blank]) => new RegExp(`\\b${blank}\\b`).test(commands));
  if (blanks.length === 0) return text;
  const write = blanks.map(([blank, what]) => `${what} in place of ${blank}`).join(', and ');
  return text.endsWith('.') ? `${text} Write ${write}.` : `${text}; write ${write}`;
}

/** The steps as texts, and beside them, by the place of a step, for which product it is, where any is for one. */
export function told(steps: readonly Step[]): {
  readonly steps: readonly string[];
  readonly stepsFor?: Readonly<Record<number, For>>;
} {
  const stepsFor: Record<number, For> = {};
  steps.forEach((step, place) => {
    if (typeof step !== 'string') stepsFor[place] = { kind: step.kind, product: step.product };
  });
  return { steps: steps.map(textOf), ...(Object.keys(stepsFor).length > 0 ? { stepsFor } : {}) };
}
