import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { hex } from '../../src/codec/bytes';
import { fileChunks, gunzip } from '../../src/capture/node';
import { NotACapture, readCapture, type CaptureSummary } from '../../src/capture/read';
import { corpus, needs } from '../support/needs';
import { output } from '../support/tshark';
import { pcap } from './build';
import { keep, sample, type KeptFrame } from './collect';

/** The capture files of the corpus, with the format that capinfos saw in them. */
function captures(): { path: string; format: string }[] {
  const [, ...rows] = readFileSync(join(corpus!, 'INDEX.tsv'), 'utf8').trim().split('\n');
  return rows
    .map((row) => row.split('\t'))
    .filter(([, , , format]) => !/hex-text|raw-udp/.test(format!))
    .map(([path, , , format]) => ({ path: join(corpus!, path!), format: format! }));
}

async function readAll(path: string): Promise<{ frames: KeptFrame[]; summary: CaptureSummary | undefined }> {
  const frames: KeptFrame[] = [];
  try {
    return {
      frames,
      summary: await readCapture(fileChunks(path), { onFrame: (frame) => void frames.push(keep(frame)), gunzip }),
    };
  } catch (error) {
    assert.ok(error instanceof NotACapture, `${path}: ${String(error)}`);
    return { frames, summary: undefined };
  }
}

/** Files of which tshark and capinfos give another account than the file itself does, and why. */
const DIFFERENT: readonly (readonly [file: RegExp, why: string])[] = [
  [
    /FuzzTarget-5766899836387328$|crash-exception-cast-constructed-record$/,
    'noise that tshark takes for Red Hat 6.1’s layout',
  ],
  [/igmplayer$/, 'noise that tshark takes for Nokia’s layout'],
  [/cve2015-0261-ipv6\.pcap$/, 'a damaged length lets tshark take it for a Nokia file; tcpdump reads it as we do'],
  [
    /atm-(oam-)?(heapoverflow|loopback-print-overrun)\.pcap$/,
    'tshark takes the 4 octets of the ATM pseudo-header off the frame',
  ],
];

function isDifferent(path: string): boolean {
  return DIFFERENT.some(([file]) => file.test(path));
}

/** tshark prints a fraction of a second or more as it is, and lengths of 2^31 and more as 2^31 − 1. */
function isOdd(time: string, length: string): boolean {
  const [seconds, fraction] = time.split('.');
  return (
    seconds!.startsWith('-') || (fraction ?? '').length !== 9 || fraction!.startsWith('-') || length === '2147483647'
  );
}

describe('the corpus', () => {
  it('has as many frames and octets in every file as capinfos counts', async (t) => {
    if (!needs(t, 'corpus') || !needs(t, 'capinfos')) return;
    const files = captures().filter(({ path }) => !isDifferent(path));
    const { stdout } = await output('capinfos', [
      '-T',
      '-r',
      '-m',
      '-Q',
      '-M',
      '-c',
      '-d',
      ...files.map(({ path }) => path),
    ]);
    const counted = new Map<string, readonly [frames: string, octets: string]>();
    for (const row of stdout.trim().split('\n')) {
      const [path, frames, octets] = row.split(',').map((cell) => cell.replace(/^"|"$/g, ''));
      if (frames !== undefined && octets !== undefined) counted.set(path!, [frames, octets]);
    }
    assert.ok(counted.size > 600, `${counted.size} files`);
    const wrong: string[] = [];
    for (const { path } of files) {
      const expected = counted.get(path);
      if (!expected) continue; // capinfos reports nothing of files that are damaged: the next test has some of them
      const { frames, summary } = await readAll(path);
      // capinfos adds up wire lengths.
      const octets = frames.reduce((sum, frame) => sum + frame.wireLength, 0);
      if (frames.length !== Number(expected[0])) wrong.push(`${path}: ${frames.length} frames, not ${expected[0]}`);
      else if (octets !== Number(expected[1]) && frames.every((frame) => frame.wireLength < 0x7fffffff)) {
        wrong.push(`${path}: ${octets} octets, not ${expected[1]}`);
      }
      assert.equal(summary?.frames ?? 0, frames.length);
    }
    assert.deepEqual(wrong, []);
  });

  it('gives tshark’s numbers, times and lengths', async (t) => {
    if (!needs(t, 'corpus') || !needs(t, 'tshark')) return;
    // All unusual formats, and every fifteenth of the others, for tshark takes its time to start.
    const all = captures().filter(({ path }) => !isDifferent(path));
    const unusual = all.filter(({ format }) => /^(modpcap|nsecpcap|snoop)$/.test(format));
    const files = [...unusual, ...all.filter((_, i) => i % 15 === 0)];
    let compared = 0;
    for (const { path } of files) {
      const fields = ['frame.number', 'frame.time_epoch', 'frame.len', 'frame.cap_len'];
      const { stdout } = await output('tshark', [
        '-n',
        '-r',
        path,
        '-T',
        'fields',
        ...fields.flatMap((field) => ['-e', field]),
      ]);
      const { frames } = await readAll(path);
      const ours = new Map(frames.map((frame) => [String(frame.number), frame]));
      for (const row of stdout.trim().split('\n')) {
        const [number, time, length, captured] = row.split('\t');
        if (!time || isOdd(time, length!)) continue; // a Simple Packet Block has no time
        const frame = ours.get(number!);
        if (!frame && length === captured && path.includes('pcapng-test-generator')) continue; // a numbered block without a packet
        assert.ok(frame, `${path}: frame ${number!}`);
        const found = [
          `${frame.seconds}.${String(frame.nanoseconds).padStart(9, '0')}`,
          frame.wireLength,
          frame.octets.length,
        ];
        assert.deepEqual(found, [time, Number(length), Number(captured)], `${path}: frame ${number!}`);
        compared++;
      }
    }
    assert.ok(compared > 3000, `${compared} frames`);
  });

  it('gives tshark’s octets', async (t) => {
    if (!needs(t, 'corpus') || !needs(t, 'tshark')) return;
    for (const { path } of captures().filter(
      ({ path, format }) =>
        format === 'snoop' || /solaris|pcapng-test-generator.*(basic~test01[0-6]|advanced~test10[01])/.test(path),
    )) {
      const { stdout } = await output('tshark', [
        '-n',
        '-r',
        path,
        '-T',
        'json',
        '-x',
        '-J',
        'frame',
        '--no-duplicate-keys',
      ]);
      const theirs = [...stdout.matchAll(/"frame_raw": \[\s*"([0-9a-f]*)"/g)].map((match) => match[1]);
      const { frames } = await readAll(path);
      assert.deepEqual(
        frames.filter(({ octets }) => octets.length > 0).map(({ octets }) => hex(octets)),
        theirs.filter((one) => one !== ''),
        path,
      );
    }
  });
});

interface PcapParserPacket {
  header: { timestampSeconds: number; timestampMicroseconds: number; capturedLength: number; originalLength: number };
  data: Uint8Array;
}
type PcapParser = NodeJS.EventEmitter;
const { parse } = createRequire(import.meta.url)('pcap-parser') as {
  parse: (input: NodeJS.ReadableStream) => PcapParser;
};

/** What the package pcap-parser reads: an independent reader of classic microsecond captures. */
function readByPcapParser(input: NodeJS.ReadableStream): Promise<PcapParserPacket[]> {
  return new Promise((resolve, reject) => {
    const packets: PcapParserPacket[] = [];
    parse(input)
      .on('packet', (packet: PcapParserPacket) =>
        packets.push({ header: packet.header, data: Uint8Array.from(packet.data) }),
      )
      .on('error', reject)
      .on('end', () => resolve(packets));
  });
}

function assertSame(frames: readonly KeptFrame[], packets: readonly PcapParserPacket[], what: string): void {
  assert.equal(frames.length, packets.length, what);
  frames.forEach((frame, i) => {
    const { header, data } = packets[i]!;
    const time = header.timestampSeconds + Math.floor(header.timestampMicroseconds / 1e6);
    assert.deepEqual(
      [frame.seconds, frame.nanoseconds, frame.wireLength],
      [time, (header.timestampMicroseconds % 1e6) * 1000, header.originalLength],
      `${what}: frame ${i + 1}`,
    );
    assert.ok(Buffer.compare(frame.octets, data) === 0, `${what}: octets of frame ${i + 1}`);
  });
}

describe('pcap-parser', () => {
  it('agrees on files of either byte order', async () => {
    for (const little of [true, false]) {
      const frames = Array.from({ length: 200 }, (_, i) => ({
        bytes: sample(i * 5, i),
        seconds: 1e9 + i,
        fraction: i,
        wire: i * 6,
      }));
      const file = pcap(frames, { little });
      const found: KeptFrame[] = [];
      await readCapture([file], { onFrame: (frame) => void found.push(keep(frame)) });
      assertSame(found, await readByPcapParser(Readable.from([Buffer.from(file)])), 'built');
    }
  });

  it('agrees on the whole classic captures of the corpus', async (t) => {
    if (!needs(t, 'corpus')) return;
    let compared = 0;
    for (const { path, format } of captures()) {
      if (format !== 'pcap' || path.endsWith('.gz')) continue;
      const file = readFileSync(path);
      const little = file[0] === 0xd4;
      // It knows version 2.4 only.
      if ((little ? file.readUInt16LE(6) : file.readUInt16BE(6)) !== 4) continue;
      const { frames, summary } = await readAll(path);
      // It knows one layout only, and stops silently where a file is cut.
      if (!summary || summary.variant !== 'pcap' || summary.problems.length > 0) continue;
      assertSame(frames, await readByPcapParser(createReadStream(path)), path);
      compared++;
    }
    assert.ok(compared > 400, `${compared} files`);
  });
});
