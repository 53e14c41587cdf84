import { decodeText, formatMac } from '../codec/bytes';
import type { View } from '../codec/view';
import { COOKIE, ENDED, TRUNCATED, type Ledger4 } from './message4';
import type { Dhcp } from './packet';

/** One DHCPv4 or BOOTP message of a ledger. */
export class LedgerMessage4 implements Dhcp {
  constructor(
    readonly ledger: Ledger4,
    readonly row: number,
  ) {}

  get op(): number {
    return this.ledger.columns.head[this.row]! >>> 24;
  }
  get htype(): number {
    return (this.ledger.columns.head[this.row]! >>> 16) & 255;
  }
  get hlen(): number {
    return (this.ledger.columns.head[this.row]! >>> 8) & 255;
  }
  get hops(): number {
    return this.ledger.columns.head[this.row]! & 255;
  }
  get xid(): number {
    return this.ledger.columns.xid[this.row]!;
  }
  get secs(): number {
    return this.ledger.columns.secsFlags[this.row]! >>> 16;
  }
  get flags(): number {
    return this.ledger.columns.secsFlags[this.row]! & 0xffff;
  }
  get broadcast(): boolean {
    return (this.flags & 0x8000) !== 0;
  }
  get ciaddr(): number {
    return this.ledger.columns.ciaddr[this.row]!;
  }
  get yiaddr(): number {
    return this.ledger.columns.yiaddr[this.row]!;
  }
  get siaddr(): number {
    return this.ledger.columns.siaddr[this.row]!;
  }
  get giaddr(): number {
    return this.ledger.columns.giaddr[this.row]!;
  }
  get chaddr(): string {
    return this.ledger.links.text(this.ledger.columns.chaddr[this.row]!, formatMac);
  }
  get chaddrText(): string {
    return this.ledger.names.text(this.ledger.columns.chaddrText[this.row]!, decodeText);
  }
  get sname(): string {
    return this.ledger.names.text(this.ledger.columns.sname[this.row]!, decodeText);
  }
  get file(): string {
    return this.ledger.names.text(this.ledger.columns.file[this.row]!, decodeText);
  }
  get length(): number {
    return this.ledger.columns.length[this.row]!;
  }
  get macNumber(): number {
    return this.ledger.columns.chaddr[this.row]!;
  }
  get hardwareNumber(): number {
    return this.ledger.columns.hardware[this.row]!;
  }
  get clientNumber(): number {
    return this.ledger.columns.client[this.row]!;
  }
  get hasCookie(): boolean {
    return (this.ledger.columns.state[this.row]! & COOKIE) !== 0;
  }
  get ended(): boolean {
    return (this.ledger.columns.state[this.row]! & ENDED) !== 0;
  }
  get truncated(): boolean {
    return (this.ledger.columns.state[this.row]! & TRUNCATED) !== 0;
  }
  messageType(): number | undefined {
    const type = this.ledger.columns.type[this.row]!;
    return type === 0 ? undefined : type - 1;
  }
  optionBits(bits: Int32Array): number {
    return this.ledger.optionBits(this.row, bits);
  }
  codes(): number[] {
    return this.ledger.codes(this.row);
  }
  option(code: number): View | undefined {
    const option = this.ledger.find(this.row, code);
    return option < 0 ? undefined : this.ledger.viewAt(option);
  }
  has(code: number): boolean {
    return this.ledger.find(this.row, code) >= 0;
  }
  private number(code: number, length: number): number | undefined {
    const option = this.ledger.find(this.row, code);
    return option >= 0 && this.ledger.lengthAt(option) === length ? this.ledger.wordAt(option) : undefined;
  }
  u8(code: number): number | undefined {
    return this.number(code, 1);
  }
  u16(code: number): number | undefined {
    return this.number(code, 2);
  }
  u32(code: number): number | undefined {
    return this.number(code, 4);
  }
  ip(code: number): number | undefined {
    return this.number(code, 4);
  }
  ips(code: number): number[] {
    const option = this.ledger.find(this.row, code);
    if (option < 0) return [];
    if (this.ledger.lengthAt(option) === 4) return [this.ledger.wordAt(option)];
    const view = this.ledger.viewAt(option);
    const out: number[] = [];
    for (let at = 0; at + 4 <= view.length; at += 4) out.push(view.u32(at));
    return out;
  }
  text(code: number): string | undefined {
    const option = this.ledger.find(this.row, code);
    return option < 0 ? undefined : this.ledger.textAt(option);
  }
}
