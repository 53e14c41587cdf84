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

export const textOf = (step: Step): string => (typeof step === 'string' ? step : step.text);

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
