import { concat, encodeText } from '../../src/codec/bytes';

/** Writes capture files by hand, for tests. Whatever a real writer would refuse can be written too. */

/** Little-endian or big-endian numbers, one after another. */
export class Octets {
  private readonly parts: Uint8Array[] = [];

  constructor(readonly little = true) {}

  private number(value: number | bigint, size: number): this {
    const out = new Uint8Array(size);
    let rest = BigInt.asUintN(8 * size, BigInt(value));
    for (let i = 0; i < size; i++) {
      out[this.little ? i : size - 1 - i] = Number(rest & 255n);
      rest >>= 8n;
    }
    return this.raw(out);
  }
  u8(value: number): this {
    return this.number(value, 1);
  }
  u16(value: number): this {
    return this.number(value, 2);
  }
  u32(value: number): this {
    return this.number(value, 4);
  }
  u64(value: number | bigint): this {
    return this.number(value, 8);
  }
  raw(octets: Uint8Array | readonly number[]): this {
    this.parts.push(octets instanceof Uint8Array ? octets : Uint8Array.from(octets));
    return this;
  }
  /** Zeros up to a multiple of four. */
  pad(): this {
    return this.raw(new Uint8Array((4 - (this.length % 4)) % 4));
  }
  get length(): number {
    let length = 0;
    for (const part of this.parts) length += part.length;
    return length;
  }
  done(): Uint8Array {
    return concat(this.parts);
  }
}

export interface PcapFrame {
  bytes: Uint8Array;
  seconds?: number;
  /** Micro- or nanoseconds, as the file counts. */
  fraction?: number;
  /** Overrides the captured length that the record claims. */
  captured?: number;
  /** Octets on the wire; as captured by default. */
  wire?: number;
}

export interface PcapOptions {
  little?: boolean;
  /** File's magic number; 0xa1b2c3d4 by default, or 0xa1b23c4d for nanoseconds. */
  magic?: number;
  nanoseconds?: boolean;
  version?: readonly [number, number];
  snapLength?: number;
  /** The whole field, FCS bits included. Ethernet by default. */
  network?: number;
  /** Octets that each record header has beyond the usual 16. */
  extra?: number;
  /** Writes captured and wire length the other way round, as libpcap before 2.3 did. */
  swapped?: boolean;
}

/** A classic pcap file. */
export function pcap(frames: readonly PcapFrame[], options: PcapOptions = {}): Uint8Array {
  const { little = true, nanoseconds = false, version = [2, 4], snapLength = 262144, network = 1, extra = 0 } = options;
  const out = new Octets(little)
    .u32(options.magic ?? (nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4))
    .u16(version[0])
    .u16(version[1])
    .u32(0)
    .u32(0)
    .u32(snapLength)
    .u32(network);
  for (const { bytes, seconds = 0, fraction = 0, captured = bytes.length, wire = bytes.length } of frames) {
    out.u32(seconds).u32(fraction);
    if (options.swapped) out.u32(wire).u32(captured);
    else out.u32(captured).u32(wire);
    out.raw(new Uint8Array(extra)).raw(bytes);
  }
  return out.done();
}

/** An option of a pcapng block: its code, and its value. */
export type BlockOption = readonly [code: number, value: Uint8Array | string];

/** A pcapng file, block by block: `new Pcapng().section().interface().packet(octets).done()`. */
export class Pcapng {
  private readonly blocks: Uint8Array[] = [];

  constructor(private little = true) {}

  private options(list: readonly BlockOption[]): Uint8Array {
    if (list.length === 0) return new Uint8Array(0);
    const out = new Octets(this.little);
    for (const [code, value] of list) {
      const octets = typeof value === 'string' ? encodeText(value) : value;
      out.u16(code).u16(octets.length).raw(octets).pad();
    }
    return out.u32(0).done();
  }

  /** Any block. `length` and `trailer` override the two lengths it claims. */
  block(type: number, body: Uint8Array, claims: { length?: number; trailer?: number } = {}): this {
    const padded = new Octets(this.little).raw(body).pad().done();
    const length = padded.length + 12;
    const out = new Octets(this.little).u32(type).u32(claims.length ?? length);
    return this.raw(
      out
        .raw(padded)
        .u32(claims.trailer ?? claims.length ?? length)
        .done(),
    );
  }
  /** Octets as they are. */
  raw(octets: Uint8Array): this {
    this.blocks.push(octets);
    return this;
  }
  /** Section Header Block; `little` sets the byte order from here on. */
  section(
    options: readonly BlockOption[] = [],
    settings: { little?: boolean; major?: number; length?: bigint } = {},
  ): this {
    this.little = settings.little ?? this.little;
    const body = new Octets(this.little)
      .u32(0x1a2b3c4d)
      .u16(settings.major ?? 1)
      .u16(0)
      .u64(settings.length ?? -1n);
    return this.block(0x0a0d0d0a, body.raw(this.options(options)).done());
  }
  /** Interface Description Block. */
  interface(linkType = 1, snapLength = 262144, options: readonly BlockOption[] = []): this {
    return this.block(
      1,
      new Octets(this.little).u16(linkType).u16(0).u32(snapLength).raw(this.options(options)).done(),
    );
  }
  /** Enhanced Packet Block. */
  packet(
    bytes: Uint8Array,
    settings: {
      interface?: number;
      ticks?: bigint;
      wire?: number;
      captured?: number;
      options?: readonly BlockOption[];
      length?: number;
      trailer?: number;
    } = {},
  ): this {
    const ticks = settings.ticks ?? 0n;
    const body = new Octets(this.little)
      .u32(settings.interface ?? 0)
      .u32(Number(ticks >> 32n))
      .u32(Number(ticks & 0xffffffffn))
      .u32(settings.captured ?? bytes.length)
      .u32(settings.wire ?? bytes.length)
      .raw(bytes)
      .pad()
      .raw(this.options(settings.options ?? []));
    return this.block(6, body.done(), settings);
  }
  /** Simple Packet Block. */
  simplePacket(bytes: Uint8Array, wire = bytes.length): this {
    return this.block(3, new Octets(this.little).u32(wire).raw(bytes).done());
  }
  /** The obsolete Packet Block. */
  oldPacket(bytes: Uint8Array, settings: { interface?: number; ticks?: bigint; wire?: number } = {}): this {
    const ticks = settings.ticks ?? 0n;
    const body = new Octets(this.little)
      .u16(settings.interface ?? 0)
      .u16(0)
      .u32(Number(ticks >> 32n))
      .u32(Number(ticks & 0xffffffffn))
      .u32(bytes.length)
      .u32(settings.wire ?? bytes.length)
      .raw(bytes);
    return this.block(2, body.done());
  }
  done(): Uint8Array {
    return concat(this.blocks);
  }
}

/** A snoop file (RFC 1761). */
export function snoop(
  frames: readonly { bytes: Uint8Array; seconds?: number; microseconds?: number; wire?: number; padding?: number }[],
  dataLink = 4,
): Uint8Array {
  const out = new Octets(false).raw(encodeText('snoop\0\0\0')).u32(2).u32(dataLink);
  for (const { bytes, seconds = 0, microseconds = 0, wire = bytes.length, padding = 0 } of frames) {
    out
      .u32(wire)
      .u32(bytes.length)
      .u32(24 + bytes.length + padding)
      .u32(0)
      .u32(seconds)
      .u32(microseconds);
    out.raw(bytes).raw(new Uint8Array(padding));
  }
  return out.done();
}
