import { dhcpOptions } from '../../codec/dhcpv4';
import type { OptionRow } from '../../codec/option';
import {
  addressText,
  hostMask,
  lastOf,
  maskLength,
  parseAddress,
  prefixText,
  textOfAddress,
  type Address,
} from '../address';
import { write } from '../fix';
import type { OptionSetting, Scope, Subnet } from '../model';
import type { Report } from '../report';
import type { SourceFile } from '../source';
import { ConfigView, isOwn, leasing, OPTION, OPTION6, optionOf, SENDS_ITSELF, type Rule, type Targets } from './rule';

/* Rules about the options that clients get. */

/** Every setting of a DHCPv4 option, with its scope. */
function* settings(view: ConfigView, code: number): Generator<readonly [OptionSetting, Scope]> {
  for (const scope of view.scopes)
    for (const option of scope.options) if (option.code === code && option.space === 'dhcp') yield [option, scope];
}

const LIMITED_BROADCAST = 0xffffffffn;
const isLoopback = ({ value }: Address): boolean => value >> 24n === 127n;
const isMulticast = ({ value }: Address): boolean => value >> 28n === 14n;

/** Why no host can have this address. Undefined if one can. */
function nobody(address: Address): string | undefined {
  if (address.family !== 4) return undefined;
  if (address.value === LIMITED_BROADCAST) return 'the broadcast address';
  if (isLoopback(address)) return 'a loopback address';
  return isMulticast(address) ? 'a multicast address' : undefined;
}

const routerOutside: Rule = {
  id: 'router-outside-subnet',
  *check(view) {
    for (const [option, scope] of settings(view, OPTION.router)) {
      const targets = view.targetsOf(scope);
      const { four, allKnown, assumed, own } = targets;
      if (four.length === 0 || !allKnown) continue;
      // Static routes can make a router outside the subnet reachable, and a /31 or /32 mask leaves hardly any inside.
      if ([OPTION.routes, OPTION.microsoftRoutes].some((code) => optionOf(scope, code))) continue;
      if (four[0]!.prefix!.length >= 31) continue;
      for (const { value, span } of option.addresses) {
        if (nobody(value) !== undefined || view.holds(targets, value)) continue;
        // 0.0.0.0 means the server itself in dnsmasq. Elsewhere it is a way to hand out no router.
        if (value.value === 0n && view.kind === 'dnsmasq') continue;
        yield {
          span,
          title: `The router ${textOfAddress(value)} is not in ${four.length === 1 ? prefixText(four[0]!.prefix!) : 'any of the subnets'}`,
          explanation: `Clients of ${four
            .slice(0, 3)
            .map(({ prefix }) => prefixText(prefix!))
            .join(
              ', ',
            )}${four.length > 3 ? ' …' : ''} are told the router ${textOfAddress(value)}, which they cannot reach: a router must be on the client’s own link${assumed ? '. The mask is taken to be 255.255.255.0' : ''}.`,
          steps: ['Set the router’s address on this link, or mend the subnet.'],
          ...(value.value === 0n
            ? { severity: 'info' as const }
            : assumed || !own
              ? { severity: 'warning' as const }
              : {}),
        };
      }
    }
  },
};

/** A rule for addresses in an option that no host can have. */
const unusable = (id: string, code: number, what: string): Rule => ({
  id,
  *check(view) {
    for (const [option, scope] of settings(view, code))
      for (const { value, span } of option.addresses) {
        const own = view.subnetOf(scope);
        const prefix = own?.assumed ? undefined : own?.prefix;
        const edge =
          prefix?.family === 4 && prefix.length <= 30
            ? value.value === prefix.network
              ? 'the network address of its subnet'
              : value.value === lastOf(prefix)
                ? 'the broadcast address of its subnet'
                : undefined
            : undefined;
        const why = nobody(value) ?? edge;
        if (why === undefined) continue;
        yield {
          span,
          title: `${textOfAddress(value)} cannot be ${what}`,
          explanation: `${textOfAddress(value)} is ${why}: no host can answer there.`,
          // A resolver on each client is unusual, but some networks do that.
          ...(isLoopback(value) ? { severity: 'info' as const } : {}),
        };
      }
  },
});

/** Whether an address is reserved for documentation (RFC 5737, RFC 3849). */
export function isExample({ family, value }: Address): boolean {
  if (family === 6) return value >> 96n === 0x20010db8n;
  return [0xc00002n, 0xc63364n, 0xcb0071n].includes(value >> 8n);
}

const exampleAddress: Rule = {
  id: 'dns-example-address',
  *check(view) {
    const found: Omit<Report, 'id'>[] = [];
    for (const scope of view.scopes)
      for (const option of scope.options) {
        const codes: readonly number[] = option.space === 'dhcp' ? [OPTION.router, OPTION.dns] : [OPTION6.dns];
        if (!isOwn(option) || !codes.includes(option.code)) continue;
        for (const { value, span } of option.addresses)
          if (isExample(value))
            found.push({
              span,
              title: `${textOfAddress(value)} is an address of examples`,
              explanation: `${textOfAddress(value)} is set aside for documents: no server has it.`,
              steps: ['Write the address of your own server.'],
            });
      }
    // A file that has more of such addresses is itself an example, or of a laboratory.
    const { subnets, files } = view.document;
    if (subnets.length > 0 && mentions(files) <= found.length) yield* found;
  },
};

/** How often the files name an address that is set aside for documentation. */
const mentions = (files: readonly SourceFile[]): number =>
  files.reduce(
    (sum, { text }) => sum + (text.match(/\b(192\.0\.2|198\.51\.100|203\.0\.113)\.\d|\b2001:0?db8:/gi)?.length ?? 0),
    0,
  );

/** IPv4 subnets with a broadcast address and a mask given in the file. A subnet of all addresses is for clients of any. */
const masked = ({ four }: Targets): readonly Subnet[] =>
  four.length > MANY
    ? []
    : four.filter(({ prefix, assumed }) => prefix && !assumed && prefix.length > 0 && prefix.length <= 30);

/** A setting that applies to more subnets than this is not meant for any particular one. */
const MANY = 64;

const broadcastMismatch: Rule = {
  id: 'broadcast-address-mismatch',
  *check(view) {
    for (const [option, scope] of settings(view, OPTION.broadcast)) {
      const subnets = masked(view.targetsOf(scope));
      const address = option.addresses[0];
      if (!address || subnets.length === 0 || address.value.value === LIMITED_BROADCAST) continue;
      if (subnets.some(({ prefix }) => lastOf(prefix!) === address.value.value)) continue;
      const { prefix } = subnets[0]!;
      const right = textOfAddress({ family: 4, value: lastOf(prefix!) });
      yield {
        span: address.span,
        title: `${textOfAddress(address.value)} is not the broadcast address of ${prefixText(prefix!)}`,
        explanation: `Clients of ${prefixText(prefix!)} are told the broadcast address ${textOfAddress(address.value)}; it is ${right}.`,
        steps: [`Write ${right}, or leave the option out: clients work it out from the mask.`],
        ...(subnets.length === 1 ? { fix: write(address.span, right) } : {}),
      };
    }
  },
};

const maskMismatch: Rule = {
  id: 'mask-mismatch',
  *check(view) {
    for (const [option, scope] of settings(view, OPTION.mask)) {
      const mask = option.addresses[0];
      const length = mask && maskLength(mask.value);
      if (!mask || length === undefined) continue;
      const targets = view.targetsOf(scope);
      const subnets = masked(targets);
      if (subnets.length === 0 || subnets.some(({ prefix }) => prefix!.length === length)) continue;
      yield {
        span: mask.span,
        title: `${textOfAddress(mask.value)} is not the mask of ${prefixText(subnets[0]!.prefix!)}`,
        explanation: `Clients are told the mask ${textOfAddress(mask.value)} (/${length}), but their subnet is ${prefixText(subnets[0]!.prefix!)}.`,
        ...(targets.own ? {} : { severity: 'warning' as const }),
        ...(subnets.length === 1 ? { fix: write(mask.span, maskText(subnets[0]!.prefix!.length)) } : {}),
      };
    }
  },
};

const maskText = (length: number): string => addressText(4, 0xffffffffn & ~hostMask(4, length));

const invalidMask: Rule = {
  id: 'invalid-subnet-mask',
  *check(view) {
    for (const [option] of settings(view, OPTION.mask)) {
      const mask = option.addresses[0];
      if (!mask || (maskLength(mask.value) !== undefined && mask.value.value !== 0n)) continue;
      yield {
        span: mask.span,
        title: `${textOfAddress(mask.value)} is no subnet mask`,
        explanation: 'A mask is ones followed by zeros: 255.255.255.0 and the like.',
      };
    }
  },
};

/** Whether a subnet serves any clients. */
const serves = (subnet: Subnet): boolean =>
  !subnet.passive && (leasing(subnet).length > 0 || subnet.reservations.length > 0);

/** Whether a scope other than a subnet and its shared network sets an option: a pool, a class, a host. */
const somewhere = (view: ConfigView, code: number | undefined): boolean =>
  view.scopes.some(
    ({ kind, options }) =>
      kind !== 'subnet' && kind !== 'shared-network' && options.some((option) => option.code === code && isOwn(option)),
  );

const missing = (id: string, what: string, codes: { readonly 4?: number; readonly 6?: number }): Rule => ({
  id,
  notFor: SENDS_ITSELF,
  *check(view) {
    if (view.unread) return;
    const elsewhere = { 4: somewhere(view, codes[4]), 6: somewhere(view, codes[6]) };
    for (const subnet of view.document.subnets) {
      const code = codes[subnet.family];
      if (code === undefined || !serves(subnet) || elsewhere[subnet.family] || optionOf(subnet, code)) continue;
      yield {
        span: subnet.head,
        title: `Clients ${subnet.prefix ? `of ${prefixText(subnet.prefix)} ` : ''}are told no ${what}`,
        explanation: `Nothing here gives clients a ${what}${what === 'router' ? ': they reach only their own subnet' : ''}.`,
      };
    }
  },
});

/** The options of dnsmasq that are numbers, with their rows. dnsmasq itself takes any text for them. */
function* numericOptions(view: ConfigView): Generator<readonly [OptionSetting, OptionRow]> {
  if (!['dnsmasq', 'openwrt'].includes(view.kind)) return;
  for (const { options } of view.scopes)
    for (const option of options) {
      const row = option.space === 'dhcp' ? dhcpOptions.get(option.code) : undefined;
      if (row && NUMERIC.test(row.type.name)) yield [option, row];
    }
}

/** A number where the file has an address suggests a wrong option code. */
const wrongCode: Rule = {
  id: 'option-wrong-code',
  *check(view) {
    for (const [option, row] of numericOptions(view)) {
      const text = option.text ?? '';
      const address = parseAddress(text);
      if (address?.family !== 4) continue;
      yield {
        span: option.span,
        title: `Option ${option.code} is no address`,
        explanation: `Option ${option.code} is “${row.name}”, a ${row.type.name}, and here it is given the address ${text}.${maskLength(address) === undefined ? '' : ' A subnet mask is option 1.'}`,
        steps: ['Write the option by its name, and the number cannot be mistaken.'],
      };
    }
  },
};

/** dnsmasq sends the letters of a text for an option that is a number. */
const noNumber: Rule = {
  id: 'option-wrong-type',
  *check(view) {
    for (const [option, row] of numericOptions(view)) {
      const { text } = option;
      if (!text || /^\d*[a-z]?$|^[\da-f:*]*$|[.,]/i.test(text)) continue;
      yield {
        span: option.value,
        severity: 'warning',
        title: `“${text.slice(0, 60)}” is no number`,
        explanation: `Option ${option.code} is “${row.name}”, a ${row.type.name}. Here it is given a text, whose letters clients take for the number.`,
      };
    }
  },
};

/** The names of types whose values are one number. */
const NUMERIC = /number|seconds|yes or no/;

export const options: readonly Rule[] = [
  routerOutside,
  unusable('unusable-router', OPTION.router, 'a router'),
  unusable('unusable-dns', OPTION.dns, 'a DNS server'),
  exampleAddress,
  invalidMask,
  maskMismatch,
  broadcastMismatch,
  missing('missing-router', 'router', { 4: OPTION.router }),
  missing('missing-dns', 'DNS server', { 4: OPTION.dns, 6: OPTION6.dns }),
  wrongCode,
  noNumber,
];
