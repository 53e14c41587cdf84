import { IdForm, type Digest, type Digests, type Kind } from '../analysis/digest';
import { trimmedText } from '../codec/bytes';
import { ipv6Key } from '../codec/endpoints';
import type { Scan } from './scan';
import { Form, type Places, type Stencil } from './stencil';

/** What the store knows of messages that fit a stencil, read from the octets that are their own. */
export class StoredDigests implements Digests {
  constructor(
    private readonly scan: Scan,
    /** Indexes of the store, by packet; where there are none, packets are known by them. */
    private readonly indexes?: ArrayLike<number>,
  ) {}

  get any(): boolean {
    return this.scan.stencils.all.length > 1;
  }
  get inOrder(): boolean {
    return this.scan.store.inOrder;
  }

  private at(i: number): number {
    return this.indexes ? this.indexes[i]! : i;
  }

  time(i: number): number {
    return this.scan.store.time(this.at(i));
  }
  frame(i: number): number {
    return this.scan.store.number(this.at(i));
  }

  about(kind: number): Kind {
    const { form } = this.scan.stencils.all[kind]!;
    const has = (bit: Form): boolean => (form & bit) !== 0;
    let id = IdForm.None;
    if (has(Form.IdIsChaddr)) id = IdForm.Chaddr;
    else if (has(Form.Id)) id = IdForm.Own;
    else if (has(Form.FixedId)) id = IdForm.Fixed;
    else if (has(Form.Untyped)) id = IdForm.Untyped;
    else if (has(Form.Cut)) id = IdForm.Unseen;
    return {
      fromChaddr: has(Form.SourceIsChaddr),
      toChaddr: has(Form.DestinationIsChaddr),
      id,
      oneAddress: !(has(Form.Ciaddr) && has(Form.Yiaddr)) || has(Form.SameAddress),
      hasAgent: has(Form.Agent),
      toClient: has(Form.DestinationIsYiaddr) || has(Form.DestinationIsCiaddr),
    };
  }

  read(i: number, into: Digest): void {
    const index = this.at(i);
    const { store } = this.scan;
    into.kind = store.stencilId(index);
    into.time = store.time(index);
    if (into.kind === 0) return;
    const { places, form } = this.scan.stencils.all[into.kind]!;
    const view = store.packedView(index);
    const from = store.packedAt(index);
    into.six = (form & Form.Six) !== 0;
    if (into.six) {
      const xid = from + places.xid;
      into.xid = (view.getUint16(xid) << 8) | view.getUint8(xid + 2);
      into.octets = store.packedIn(index);
      into.idAt = from + places.id;
      into.idLength = places.idLength;
      return;
    }
    const mac = from + places.chaddr;
    into.macHigh = view.getUint16(mac);
    into.macLow = view.getUint32(mac + 2);
    into.xid = view.getUint32(from + places.xid);
    const address = places.yiaddr >= 0 ? places.yiaddr : places.requested >= 0 ? places.requested : places.ciaddr;
    into.address = address < 0 ? 0 : view.getUint32(from + address);
    into.lease = places.lease < 0 ? -1 : view.getUint32(from + places.lease);
    into.t1 = places.t1 < 0 ? -1 : view.getUint32(from + places.t1);
    into.t2 = places.t2 < 0 ? -1 : view.getUint32(from + places.t2);
  }
  /** The IPv6 source of a DHCPv6 message, as `ipAddresses` writes it; undefined where it is the same in all messages of the kind. */
  source6(i: number): string | undefined {
    const index = this.at(i);
    const at = this.stencil(index).ownSource6;
    return at < 0 ? undefined : ipv6Key(this.scan.store.bytes(index), at);
  }
  /** ciaddr; 0 where the message has none. */
  ciaddr(i: number): number {
    return this.number(this.at(i), 'ciaddr');
  }

  repeats(i: number, j: number): boolean {
    const [a, b] = [this.at(i), this.at(j)];
    return (
      this.secs(a) === this.secs(b) &&
      this.number(a, 'ciaddr') === this.number(b, 'ciaddr') &&
      this.number(a, 'yiaddr') === this.number(b, 'yiaddr')
    );
  }
  private secs(index: number): number {
    return this.scan.store.packedView(index).getUint16(this.place(index, 'secs'));
  }
  /** An address of a message; 0 where it has none. */
  private number(index: number, field: 'ciaddr' | 'yiaddr'): number {
    return this.stencil(index).places[field] < 0
      ? 0
      : this.scan.store.packedView(index).getUint32(this.place(index, field));
  }

  isCut(i: number): boolean {
    return (this.scan.stencils.all[this.scan.store.stencilId(this.at(i))]!.form & Form.Cut) !== 0;
  }

  sameId(i: number, j: number): boolean {
    return this.same(i, j, 'id', 'idLength');
  }
  idEnd(i: number): string {
    const index = this.at(i);
    const { idLength } = this.stencil(index).places;
    const at = this.place(index, 'id');
    return String.fromCharCode(
      ...this.scan.store.packedIn(index).subarray(at + Math.max(0, idLength - 6), at + idLength),
    );
  }
  host(i: number): string | undefined {
    const index = this.at(i);
    const { hostLength } = this.stencil(index).places;
    if (hostLength === 0) return undefined;
    const at = this.place(index, 'host');
    return trimmedText(this.scan.store.packedIn(index), at, hostLength);
  }
  sameAgent(i: number, j: number): boolean {
    return this.same(i, j, 'agent', 'agentLength');
  }

  private stencil(index: number): Stencil {
    const { store, stencils } = this.scan;
    return stencils.all[store.stencilId(index)]!;
  }
  /** Index of a field's first octet in the block of the message. */
  private place(index: number, field: keyof Places): number {
    return this.scan.store.packedAt(index) + this.stencil(index).places[field];
  }
  private same(i: number, j: number, field: 'id' | 'agent', size: 'idLength' | 'agentLength'): boolean {
    const [a, b] = [this.at(i), this.at(j)];
    const length = this.stencil(a).places[size];
    if (length !== this.stencil(b).places[size]) return false;
    const { store } = this.scan;
    const [one, other] = [store.packedIn(a), store.packedIn(b)];
    const [from, to] = [this.place(a, field), this.place(b, field)];
    for (let k = 0; k < length; k++) if (one[from + k] !== other[to + k]) return false;
    return true;
  }
}
