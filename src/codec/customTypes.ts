import { printable } from './bytes';
import { asWritten } from './written';

/** An option that the user defines: one private to a site, or one that the site uses for something else than registered. */
export interface CustomOption {
  /** 1 to 254 for DHCPv4, 1 to 65535 for DHCPv6. */
  readonly code: number;
  readonly name: string;
  /** One of `CUSTOM_TYPES`. */
  readonly type: string;
  /** DHCPv4 if omitted. */
  readonly protocol?: 'dhcpv4' | 'dhcpv6';
}

/** The types a custom option can have, by the names used in settings and on the command line. What they mean: `CUSTOM_VALUES`. */
export const CUSTOM_TYPES = [
  'bytes',
  'text',
  'boolean',
  'uint8',
  'uint16',
  'uint32',
  'int32',
  'seconds',
  'ipv4',
  'ipv6',
  'mac',
  'domain',
  'uint8-list',
  'uint16-list',
  'uint32-list',
  'ipv4-list',
  'ipv6-list',
  'domain-list',
] as const;

/**
 * What is wrong with a custom option, in one sentence; undefined if it is valid. The input may be anything, because
 * people write options by hand.
 */
export function customOptionProblem(option: unknown): string | undefined {
  if (typeof option !== 'object' || option === null || Array.isArray(option))
    return 'An option is an object with code, name and type.';
  const { code, name, type, protocol = 'dhcpv4' } = option as Readonly<Record<string, unknown>>;
  if (protocol !== 'dhcpv4' && protocol !== 'dhcpv6') return `${asWritten(protocol)} is neither dhcpv4 nor dhcpv6.`;
  const last = protocol === 'dhcpv6' ? 65535 : 254;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 1 || code > last)
    return `An option code of ${protocol} is a number from 1 to ${last}, not ${asWritten(code)}.`;
  if (typeof name !== 'string' || name.trim() === '') return `Option ${code} has no name.`;
  if (typeof type !== 'string' || !CUSTOM_TYPES.some((one) => one === type))
    return `${asWritten(type)} is no type of an option; there are ${CUSTOM_TYPES.join(', ')}.`;
  return undefined;
}

/** A custom option checked and cleaned up, as given by hand or in a setting; or what is wrong with it. */
export function customOptionOf(given: unknown): { readonly value: CustomOption } | { readonly problem: string } {
  const problem = customOptionProblem(given);
  if (problem !== undefined) return { problem };
  // Copy only the known members. Others might have values that cannot be sent to a worker.
  const { code, name, type, protocol = 'dhcpv4' } = given as CustomOption;
  return { value: { code, name: printable(name.trim()), type, protocol } };
}
