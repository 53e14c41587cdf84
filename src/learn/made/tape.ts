import { encodeMessage4, type MessageSpec4, type OptionSpec4 } from '../../codec/dhcpv4';
import { datagram4, type Around } from './frame';
import type { SentFrame } from './pcap';

/* Builds captures from messages of our encoder, sent one after another in a network with one server. */

export const CLIENT = '02:67:00:00:00:0c';
export const NEIGHBOUR = '02:67:00:00:00:0d';
export const SERVER_MAC = '02:67:00:00:00:01';
export const RELAY_MAC = '02:67:00:00:00:0b';
export const SERVER = '10.67.0.1';
export const ADDRESS = '10.67.0.100';
export const RELAY = '10.67.8.1';
export const hexOctet = (n: number): string => n.toString(16).padStart(2, '0');

/** The content of a message. */
export type Spec = Omit<MessageSpec4, 'options'> & { readonly options?: readonly OptionSpec4[] };

/** A capture being built: each call adds a frame, 10 ms after the one before. */
export class Tape {
  readonly frames: SentFrame[] = [];
  private milliseconds = 0;

  wait(seconds: number): this {
    this.milliseconds += seconds * 1000;
    return this;
  }

  frame(bytes: Uint8Array): this {
    const seconds = 1_700_000_000 + Math.floor(this.milliseconds / 1000);
    this.frames.push({ bytes, seconds, fraction: (this.milliseconds % 1000) * 1000 });
    this.milliseconds += 10;
    return this;
  }

  /** A client's message; `damage` may change its octets before it is put into its frame. */
  client(
    type: number,
    spec: Spec = {},
    around: Partial<Around> = {},
    damage?: (message: Uint8Array) => Uint8Array,
  ): this {
    const message = encodeMessage4({
      chaddr: CLIENT,
      xid: 0x67000001,
      ...spec,
      options: [{ code: 53, data: type }, ...(spec.options ?? [])],
    });
    return this.frame(datagram4(damage ? damage(message) : message, { ethSource: spec.chaddr ?? CLIENT, ...around }));
  }

  /** A server's message, broadcast by default. */
  server(
    type: number,
    spec: Spec = {},
    around: Partial<Around> = {},
    damage?: (message: Uint8Array) => Uint8Array,
  ): this {
    return this.client(
      type,
      { op: 2, ...spec },
      { ethSource: SERVER_MAC, source: SERVER, sourcePort: 67, destinationPort: 68, ...around },
      damage,
    );
  }

  /** DISCOVER, OFFER, REQUEST and ACK; both replies are the same except for the type. `says`: options of the client's messages. */
  bind(reply: Spec = LEASE, asks: Spec = {}, around: Partial<Around> = {}, says: readonly OptionSpec4[] = []): this {
    const wants = { code: 55, data: [1, 3, 6] };
    const server = reply.options?.find(({ code }) => code === 54) ?? { code: 54, data: SERVER };
    const { yiaddr = ADDRESS } = reply;
    this.client(1, { ...asks, options: [wants, ...says] }).server(2, { ...asks, ...reply }, around);
    return this.client(3, { ...asks, options: [{ code: 50, data: yiaddr }, server, wants, ...says] }).server(
      5,
      { ...asks, ...reply },
      around,
    );
  }
}

/** The content of a healthy reply. `over` replaces options of the same codes; `null` leaves one out. */
export function lease(over: Readonly<Record<number, OptionSpec4['data']>> = {}, yiaddr = ADDRESS): Spec {
  const usual = { 54: SERVER, 51: 3600, 1: '255.255.255.0', 3: [SERVER], 6: [SERVER], ...over };
  const options = Object.entries(usual).flatMap(([code, data]) =>
    data === null || data === undefined ? [] : [{ code: Number(code), data }],
  );
  return { yiaddr, options };
}
export const LEASE = lease();

export const FROM_RELAY: Partial<Around> = {
  ethSource: RELAY_MAC,
  ethDestination: SERVER_MAC,
  source: RELAY,
  destination: SERVER,
  sourcePort: 67,
};
export const TO_RELAY: Partial<Around> = { ethDestination: RELAY_MAC, destination: RELAY, destinationPort: 67 };
