/**
 * The fast way and the slow way have to say the same of every frame: the scan decides by a glance and a walk what is kept, and the
 * list reads its columns in place; here each frame is also taken apart into its full tree, alone, and what the tree says is compared.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NotACapture } from '../../src/capture/frame';
import { fileChunks, gunzip } from '../../src/capture/node';
import { readCapture } from '../../src/capture/read';
import type { Field } from '../../src/codec/field';
import { describeFrame, innermost, type DecodedFrame } from '../../src/codec/frame';
import { isPart } from '../../src/codec/ip/reassembly';
import { dispatch } from '../../src/codec/layers';
import { Walk } from '../../src/codec/walk';
import { Columns } from '../../src/engine/list/columns';
import { asked } from '../../src/engine/list/filter';
import { rowAt } from '../../src/engine/list/rows';
import { Scan } from '../../src/engine/scan/scan';
import { Interest } from '../../src/engine/scan/store';
import { corpusFiles, needs } from '../support/needs';

/** Protocols of which every frame is kept; of the candidates, those that concern nobody are left out later. */
const KEPT: Readonly<Record<string, Interest>> = {
  dhcp: Interest.message,
  bootp: Interest.message,
  dhcpv6: Interest.message,
  rarp: Interest.message,
  arp: Interest.candidate,
  icmp: Interest.candidate,
  icmpv6: Interest.candidate,
  tftp: Interest.candidate,
};

/** What the tree of a frame says, for the columns of the list. */
interface Told {
  readonly interest: Interest | undefined;
  readonly type?: string;
  readonly client?: string;
  readonly source?: string;
  readonly destination?: string;
}

/** The first word of a node's text: addresses stand there, remarks behind them. */
function wordOf(layer: Field | undefined, key: string): string | undefined {
  return layer?.children?.find((field) => field.key === key)?.text.split(' ')[0];
}

/** The hardware address of a message: the tree separates octets of other links than Ethernet by spaces. */
function clientOf(message: Field | undefined): string | undefined {
  const text = message?.children?.find((field) => field.key === 'dhcp.chaddr')?.text ?? '';
  return /^[0-9a-f]{2}(?:[ :][0-9a-f]{2}\b)*/.exec(text)?.[0].replaceAll(' ', ':');
}

function typeOf({ protocol, dhcp, dhcpv6 }: DecodedFrame): string | undefined {
  if (dhcp) {
    const type = dhcp.options.find(({ code }) => code === 53);
    if (protocol === 'bootp') return undefined;
    return /^\d+$/.test(type!.value) ? `DHCP type ${type!.value}` : type!.value;
  }
  return dhcpv6 ? undefined : { icmpv6: 'ICMPv6' }[protocol as string];
}

function tell(bytes: Uint8Array, linkType: number, wireLength: number): Told {
  const walk = new Walk(dispatch).run(bytes, 0, bytes.length, linkType, wireLength);
  const frame = describeFrame(walk);
  // What begins in a fragment counts at the frame that makes it whole.
  const interest = isPart(walk) ? undefined : KEPT[frame.protocol];
  if (interest !== Interest.message || (!frame.dhcp && !frame.dhcpv6)) return { interest };
  const own = frame.tree.slice(0, innermost(walk) + 1);
  const ip = own.findLast((layer) => layer.key === 'ip' || layer.key === 'ipv6');
  const message = own.at(-1);
  const said = {
    type: typeOf(frame),
    client: frame.dhcp?.message.hlen ? clientOf(message) : undefined,
    source: wordOf(ip, `${ip?.key}.src`),
    destination: wordOf(ip, `${ip?.key}.dst`),
  };
  return { interest, ...Object.fromEntries(Object.entries(said).filter(([, text]) => text !== undefined)) };
}

/** Reads a file both ways. Gives how many frames there were, and of how many the columns were compared. */
async function compare(path: string): Promise<{ frames: number; compared: number }> {
  const scan = new Scan();
  const told = new Map<number, Told>();
  await readCapture(fileChunks(path), {
    gunzip,
    onFrame: (frame) => {
      scan.add(frame);
      const alone = tell(frame.bytes.slice(frame.start, frame.end), frame.linkType, frame.wireLength);
      if (alone.interest !== undefined) told.set(frame.number, alone);
    },
  });
  const { store } = scan;
  const columns = new Columns(scan);
  let compared = 0;
  for (let index = 0; index < store.count; index++) {
    const number = store.number(index);
    const place = `${path}, frame ${number}`;
    const alone = told.get(number);
    told.delete(number);
    const row = rowAt(scan, index, undefined);
    for (const word of [row.type, row.client, row.source, row.destination, row.info, 'e', '1']) {
      for (const column of ['source', 'destination', 'type', 'client', 'info'] as const) {
        const wanted = asked(row).includes(column, word.toLowerCase());
        assert.equal(columns.at(index).includes(column, word.toLowerCase()), wanted, `${place}, ${column}: ${word}`);
      }
    }
    // What a datagram in fragments holds, or a transfer asked for earlier, no frame tells alone.
    if (scan.datagrams.has(index) || store.interest(index) === Interest.transfer) continue;
    assert.equal(store.interest(index), alone?.interest, place);
    for (const column of ['type', 'client', 'source', 'destination'] as const) {
      const text = alone?.[column];
      if (text === undefined) continue;
      assert.equal(row[column], text, `${place}, ${column}`);
      compared++;
    }
  }
  assert.deepEqual([...told.keys()], [], `${path}: frames that the scan passed over`);
  return { frames: scan.frames, compared };
}

test('the scan and the full decode agree on every frame of the fixtures and samples', async () => {
  let compared = 0;
  for (const folder of ['../fixtures/lab/', '../../media/samples/']) {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    for (const file of readdirSync(path).filter((name) => name.endsWith('.pcap')))
      compared += (await compare(join(path, file))).compared;
  }
  assert.ok(compared > 1000, `${compared} columns`);
});

test('the scan and the full decode agree on every frame of the corpus', async (t) => {
  if (!needs(t, 'corpus')) return;
  let frames = 0;
  let compared = 0;
  for (const { path } of corpusFiles()) {
    try {
      const found = await compare(path);
      frames += found.frames;
      compared += found.compared;
    } catch (error) {
      if (!(error instanceof NotACapture)) throw error;
    }
  }
  assert.ok(frames > 10_000 && compared > 5000, `${compared} columns, ${frames} frames`);
});
