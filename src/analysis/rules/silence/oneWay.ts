import type { Tunnel } from '../../../codec/tunnel/ends';
import { cause } from '../../collector';
import type { Cause } from '../../finding';

/** Nothing comes back through a tunnel: whether a reply is sent, this capture cannot show. */
export const oneWayCause = ({ name, from, to }: Tunnel): Cause =>
  cause(
    'likely',
    `The capture shows one direction of the ${name} tunnel only, from ${from} to ${to}: replies come back to ${from}, so it would not show them`,
    `no ${name} datagram to ${from} is in this capture`,
  );

export const oneWayStep = ({ name, from, to }: Tunnel): string =>
  `Capture both directions of the ${name} tunnel, on ${from} or on ${to}: whether a reply comes back tells on which side to look on.`;

/** What the clients have in common. */
export const inTunnel = ({ name, from, to }: Tunnel): string => `in the ${name} tunnel from ${from} to ${to}`;
