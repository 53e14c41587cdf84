import type { Reservation, SettingName, Subnet } from '../model';
import { settingOf } from '../scopes';

/** What `reservation-mode` of older releases stands for: global, in the subnet, out of the pools. */
const MODES: Readonly<Record<string, readonly [boolean, boolean, boolean]>> = {
  disabled: [false, false, false],
  off: [false, false, false],
  global: [true, false, false],
  'out-of-pool': [false, true, true],
  all: [false, true, false],
};

/** Which reservations Kea looks at in a subnet (Kea ARM, “Fine-Tuning DHCPv4 Host Reservation”). */
export interface Heeded {
  readonly global: boolean;
  readonly inSubnet: boolean;
  /** Those for an address of a pool are passed over, and such an address is anybody’s. */
  readonly outOfPool: boolean;
}

/** What the parameters of a subnet, or around it, say of reservations. */
export function heededIn(subnet: Subnet): Heeded {
  const [global, inSubnet, outOfPool] = MODES[settingOf(subnet, 'reservation-mode')?.value ?? 'all'] ?? MODES['all']!;
  const flag = (name: SettingName, usual: boolean): boolean => {
    const setting = settingOf(subnet, name);
    return setting ? setting.value === 'true' : usual;
  };
  return {
    global: flag('reservations-global', global),
    inSubnet: flag('reservations-in-subnet', inSubnet),
    outOfPool: flag('reservations-out-of-pool', outOfPool),
  };
}

/** Whether a pool of the subnet holds an address or a prefix of a reservation. */
export const inPool = ({ addresses, prefixes }: Reservation, { pools }: Subnet): boolean =>
  pools.some(
    ({ range }) =>
      addresses.some(({ value: { value } }) => range.first <= value && value <= range.last) ||
      prefixes.some(({ value: { network } }) => range.first <= network && network <= range.last),
  );
