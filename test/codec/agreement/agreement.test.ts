/**
 * Every value that tshark shows of a DHCPv4 or DHCPv6 message, against ours at the same octets: on the corpus, on the samples and
 * fixtures of this repository, and on a message for every option of our tables. What differs stands in `ACCEPTED`.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS } from '../../../src/analysis';
import { Capture } from '../../../src/engine/capture';
import { describeStored } from '../../../src/engine/answers/describe';
import { fileSource } from '../../../src/engine/node';
import { pcap } from '../../capture/build';
import { corpus, needs } from '../../support/needs';
import { corpusFiles, inParallel } from '../../support/tshark';
import { ACCEPTED, type Accepted, type Difference } from './accepted';
import { agrees, OurFields } from './compare';
import { tsharkMessages, type TsharkField } from './pdml';
import { samples } from './samples';

const folder = mkdtempSync(join(tmpdir(), 'port67-agreement-'));
after(() => rmSync(folder, { recursive: true }));

const used = new Set<Accepted>();

interface Count {
  frames: number;
  fields: number;
  agreed: number;
  accepted: number;
  readonly differences: string[];
}

/** Whether the line says something of octets of the message: no comment of tshark's, no heading, no line that is not shown. */
function isValue({ name, path, hidden, leaf, length }: TsharkField): boolean {
  if (hidden || length === 0 || name.startsWith('_ws.') || path.some((one) => one.startsWith('_ws.'))) return false;
  return name !== '' || leaf;
}

function acceptedOf(difference: Difference): Accepted | undefined {
  const { their } = difference;
  const option = their.path.filter((one) => one.startsWith('option ')).at(-1);
  return ACCEPTED.find(
    (one) =>
      one.field === their.name &&
      (one.option === undefined || option === `option ${one.option}`) &&
      one.when(difference),
  );
}

/** Compares the DHCP messages of a capture file. `name` says which frame is meant. */
async function compare(path: string, name: (frame: number) => string, count: Count): Promise<void> {
  const capture = new Capture(path, DEFAULT_SETTINGS);
  const [frames] = await Promise.all([tsharkMessages(path), capture.read(await fileSource(path))]);
  for (const { number, fields } of frames) {
    count.frames++;
    const index = capture.scan.store.indexOf(number);
    if (index < 0) {
      count.differences.push(`${name(number)}: not decoded`);
      continue;
    }
    const { tree, buffers } = describeStored(capture.scan, index);
    const mine = new OurFields(tree, buffers);
    for (const their of fields.filter(isValue)) {
      count.fields++;
      const ours = mine.like(their);
      if (agrees(their, ours)) {
        count.agreed++;
        continue;
      }
      const accepted = acceptedOf({ their, ours, covered: mine.covers(their), around: mine.around(their) });
      if (accepted) {
        used.add(accepted);
        count.accepted++;
        continue;
      }
      const where = `${name(number)}, octets ${their.offset} to ${their.offset + their.length - 1}`;
      const said = ours.map((field) => `${field.name}: ${field.text}`).join(' | ') || '(no field at these octets)';
      count.differences.push(`${where}: ${their.name} is “${their.line}” (${their.show}), ours: ${said}`.slice(0, 500));
    }
  }
}

const fresh = (): Count => ({ frames: 0, fields: 0, agreed: 0, accepted: 0, differences: [] });

function report(t: TestContext, { frames, fields, agreed, accepted, differences }: Count): void {
  t.diagnostic(`${frames} frames, ${fields} fields compared, ${agreed} agree, ${accepted} differ as accepted`);
  assert.deepEqual(differences.sort(), []);
}

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const HEADER = 24;

/** Captures that were put together into one file. */
interface Joined {
  readonly path: string;
  /** By frame number less one: where that frame comes from. */
  readonly frames: readonly string[];
}

/**
 * All captures of the samples and fixtures, one file a link type, for tshark takes longer to start than to read them. They are
 * all written alike, record behind record.
 */
function joinedCaptures(): { joined: Joined[]; files: number } {
  const paths = ['media/samples', 'test/fixtures/lab'].flatMap((one) =>
    readdirSync(join(repository, one))
      .filter((file) => file.endsWith('.pcap'))
      .map((file) => `${one}/${file}`),
  );
  const byLink = new Map<number, { parts: Buffer[]; frames: string[] }>();
  for (const path of paths) {
    const octets = readFileSync(join(repository, path));
    assert.equal(octets.readUInt32LE(0), 0xa1b2c3d4, `${path} is a pcap file of microseconds`);
    const linkType = octets.readUInt32LE(20);
    let one = byLink.get(linkType);
    if (!one) byLink.set(linkType, (one = { parts: [octets.subarray(0, HEADER)], frames: [] }));
    let number = 0;
    for (let at = HEADER; at < octets.length; at += 16 + octets.readUInt32LE(at + 8)) {
      one.frames.push(`${path} frame ${++number}`);
    }
    one.parts.push(octets.subarray(HEADER));
  }
  const joined = [...byLink].map(([linkType, { parts, frames }]) => {
    const path = join(folder, `joined-${linkType}.pcap`);
    writeFileSync(path, Buffer.concat(parts));
    return { path, frames };
  });
  return { joined, files: paths.length };
}

test('every value of every option of the tables', async (t) => {
  if (!needs(t, 'tshark')) return;
  const count = fresh();
  const all = samples();
  const path = join(folder, 'options.pcap');
  writeFileSync(path, pcap(all.map(({ frame }) => ({ bytes: frame }))));
  await compare(path, (frame) => all[frame - 1]!.option, count);
  report(t, count);
  assert.equal(count.frames, all.length);
});

test('every value in the samples and fixtures of this repository', async (t) => {
  if (!needs(t, 'tshark')) return;
  const count = fresh();
  const { joined, files } = joinedCaptures();
  for (const { path, frames } of joined) await compare(path, (frame) => frames[frame - 1]!, count);
  report(t, count);
  assert.ok(files >= 150 && count.frames >= 1000, `${count.frames} frames of ${files} files`);
});

test('every value in the corpus', async (t) => {
  if (!needs(t, 'tshark') || !needs(t, 'corpus')) return;
  const count = fresh();
  const files = corpusFiles(corpus!).filter((file) => file.dhcp + file.dhcpv6 > 0);
  await inParallel(files, 2, async ({ path }) => {
    await compare(path, (frame) => `${relative(corpus!, path)} frame ${frame}`, count);
  });
  report(t, count);
  assert.ok(count.fields >= 40_000, `${count.fields} fields`);
});

test('every accepted difference still occurs', (t) => {
  if (!needs(t, 'tshark') || !needs(t, 'corpus')) return;
  const unused = ACCEPTED.filter((one) => !used.has(one)).map((one) => `${one.field} (${one.option ?? 'any option'})`);
  assert.deepEqual(unused, []);
  for (const { field, option, reason } of ACCEPTED) {
    t.diagnostic(`accepted: ${field}${option === undefined ? '' : ` in option ${option}`}: ${reason}`);
  }
});
