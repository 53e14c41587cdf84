import type { CaptureInterface } from '../../../capture/frame';
import type { FieldDef, FrameFields, LayerTest, Leaf, Value } from '../../../filter';
import type { Scan } from '../../scan/scan';
import type { OwnColumns } from '../ownColumns';
import { readOf, type Read } from './columnFields';
import { judgeOf } from './judges';
import { NONE, PlainFrame } from './plainFrame';

/** Names of fields that a plain frame can have. */
const ITS = /^(?:frame|pkt_comment|eth|vlan|ip|udp|dhcp|finding|conversation|outcome)(?:[. ]|$)/;
/** Those that it has only with a VLAN tag. */
const OF_TAG = /^vlan(?:[. ]|$)/;

/**
 * The fields of plain frames from the ledger, so that filtering a million frames need not walk them again.
 * The values are the same as those that a `FrameReader` reads from the octets.
 */
export class LedgerFields implements FrameFields {
  private readonly frame: PlainFrame;
  private readonly reads: Map<string, Read>;
  private readonly judges = new Map<Leaf, () => boolean>();

  /** `presence`: protocols are only tested for presence. `interfaces`: those of the capture, if it distinguishes them. `own`: what the analysis says. */
  constructor(
    scan: Scan,
    names: ReadonlySet<string>,
    private readonly presence: boolean,
    interfaces: readonly CaptureInterface[] | undefined,
    own?: OwnColumns,
  ) {
    this.frame = new PlainFrame(scan, interfaces, own);
    this.reads = new Map([...names].filter((name) => ITS.test(name)).map((name) => [name, readOf(name, presence)]));
    for (const [name, read] of this.reads)
      if (OF_TAG.test(name)) this.reads.set(name, (one) => (one.tagged ? read(one) : NONE));
  }

  /** Selects frame `index` of the store; false if the ledger does not hold all of it. */
  read(index: number): boolean {
    return this.frame.read(index);
  }

  values({ name }: FieldDef, layers?: LayerTest): readonly Value[] {
    if (layers && !layers(1, 1)) return NONE;
    return this.reads.get(name)?.(this.frame) ?? NONE;
  }

  decide(leaf: Leaf): boolean {
    let judge = this.judges.get(leaf);
    if (!judge) {
      const { name } = leaf.field;
      judge = this.reads.has(name) ? judgeOf(this.frame, this, leaf, this.presence) : () => false;
      this.judges.set(leaf, judge);
    }
    return judge();
  }
}
