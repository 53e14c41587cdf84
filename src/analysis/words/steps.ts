/** The kinds of products that a step can be for; a network has some of them and not others. */
export const STEP_KINDS = ['server', 'relay', 'switch', 'system', 'firewall'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** The products that steps mention, by their usual names. One name may mean a server, a switch and a firewall. */
export const PRODUCTS = {
  kea: 'Kea',
  dhcpd: 'ISC dhcpd',
  dnsmasq: 'dnsmasq',
  windows: 'Microsoft Windows',
  ios: 'Cisco IOS',
  routeros: 'MikroTik RouterOS',
  junos: 'Junos',
  linux: 'Linux',
  nftables: 'nftables',
  iptables: 'iptables',
  firewalld: 'firewalld',
  ufw: 'ufw',
  pf: 'pf (BSD)',
} as const;
export type Product = keyof typeof PRODUCTS;

/** The product that a step is for; people with another product can skip it. */
export interface For {
  readonly kind: StepKind;
  readonly product: Product;
}

/** A step for people with a certain product. */
export interface ProductStep extends For {
  readonly text: string;
}

/** What to do, either for everybody or for people with a certain product. */
export type Step = string | ProductStep;

/** A step for people with a certain product. `label` names it for the reader: `Cisco IOS, on the relay`. */
export const stepFor = (kind: StepKind, product: Product, label: string, text: string): ProductStep => ({
  kind,
  product,
  text: `${label}: ${text}`,
});

/** One setting as written for each server program; programs without such a setting are left out. */
export interface Setting {
  readonly dhcpd?: string;
  readonly kea?: string;
  readonly dnsmasq?: string;
  readonly windows?: string;
  readonly ios?: string;
  readonly routeros?: string;
}

const SERVER_NAMES: readonly (readonly [keyof Setting, string])[] = [
  ['dhcpd', 'ISC dhcpd'],
  ['kea', 'Kea'],
  ['dnsmasq', 'dnsmasq'],
  ['windows', 'Microsoft DHCP Server'],
  ['ios', 'Cisco IOS'],
  ['routeros', 'MikroTik RouterOS'],
];

/** One line per server program: `Kea: …`. */
export function settings(setting: Setting): Step[] {
  return SERVER_NAMES.flatMap(([key, name]) =>
    setting[key] === undefined ? [] : [stepFor('server', key, name, setting[key])],
  );
}

/** What the capture shows about the hosts that the advice is for; used instead of “the server”. */
export interface Known {
  readonly server?: string | undefined;
  /** The link-layer address of the server. */
  readonly serverMac?: string | undefined;
  readonly client?: string | undefined;
  readonly address?: string | undefined;
  /** The VLAN of the clients, by its tag. */
  readonly vlan?: string | undefined;
  /** The kind of system that the client runs. */
  readonly system?: string | undefined;
}

/** Placeholders in commands for what only the reader knows, and what to fill in. */
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
  SCRIPT: 'the name of the script that iPXE is to run',
} as const;

/** The text of a step; if a command has placeholders, it also says what to fill in. */
export function textOf(step: Step): string {
  const text = typeof step === 'string' ? step : step.text;
  const commands = text.match(/`[^`]*`/g)?.join(' ') ?? '';
  const blanks = Object.entries(BLANKS).filter(([blank]) => new RegExp(`\\b${blank}\\b`).test(commands));
  if (blanks.length === 0) return text;
  const write = blanks.map(([blank, what]) => `${what} in place of ${blank}`).join(', and ');
  return text.endsWith('.') ? `${text} Write ${write}.` : `${text}; write ${write}`;
}

/** Steps without those that another step for the same product says as well, alone or with more. */
function withoutRepeated(steps: readonly Step[]): readonly Step[] {
  const parts = steps.map((step) =>
    typeof step === 'string' ? { who: '', text: step } : { who: `${step.kind} ${step.product}`, text: step.text },
  );
  const says = parts.map(({ text }) => text.replace(/\.$/, ''));
  return steps.filter(
    (_, i) =>
      !parts.some(
        ({ who, text }, k) =>
          k !== i && who === parts[i]!.who && text.includes(says[i]!) && (says[k] !== says[i] || k < i),
      ),
  );
}

/** The texts of the steps, and the product of each step by its place; left out if no step is for a product. */
export function told(given: readonly Step[]): {
  readonly steps: readonly string[];
  readonly stepsFor?: Readonly<Record<number, For>>;
} {
  const steps = withoutRepeated(given);
  const stepsFor: Record<number, For> = {};
  steps.forEach((step, place) => {
    if (typeof step !== 'string') stepsFor[place] = { kind: step.kind, product: step.product };
  });
  return { steps: steps.map(textOf), ...(Object.keys(stepsFor).length > 0 ? { stepsFor } : {}) };
}
