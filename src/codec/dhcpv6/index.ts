/** The DHCPv6 codec. */
export * from './message';
export * from './decode';
export * from './encode';
export { dhcpv6 } from './layer';
export { OPTIONS6 } from './options';
export { duidText } from '../values/duid';
export { STATUS_CODES } from './values/identity';
export type { OptionRow6, OptionTable6 } from './tlv';
