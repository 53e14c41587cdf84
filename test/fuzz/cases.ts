/** What is inspected: invented networks, damaged files, and two captures together. The same numbers always make the same case. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { corpusFiles } from '../support/needs';
import { LAB, SAMPLES } from './seeds';
import { fileOf, zipped } from './container';
import type { InputFile, InspectOptions } from './inspect';
import { invent } from './invent';
import { mutateFile } from './mutateFile';
import type { Random } from './random';
import type { Sent } from './story';

export interface Case {
  readonly files: readonly InputFile[];
  readonly options: InspectOptions;
  /** What was done, for reports. */
  readonly done: readonly string[];
}

/** Larger files teach nothing new, and take long. */
const MOST_OCTETS = 100_000;

/** The files that are damaged: those of this repository, and of the corpus where it is here and wanted. */
export function allFiles(withCorpus = true): string[] {
  const own = [LAB, SAMPLES].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const others = withCorpus ? corpusFiles().map(({ path }) => path) : [];
  return [...own, ...others]
    .filter((path) => /\.(pcap|pcapng|cap|snoop|dmp|trc)$/.test(path) && statSync(path).size <= MOST_OCTETS)
    .sort();
}

function optionsOf(random: Random): InspectOptions {
  return {
    ...(random.once(8) ? { authorised: ['10.67.0.1'] } : {}),
    ...(random.once(10)
      ? { customOptions: [{ code: 224, name: 'Own', type: random.pick(['uint16', 'ipv4-list', 'text', 'domain']) }] }
      : {}),
  };
}

/** What a second point of capture saw of the same: less, later by another clock, otherwise captured. */
function elsewhere(frames: readonly Sent[], random: Random): Sent[] {
  const drift = BigInt(random.pick([0, 1000, 3_600_000, -86_400_000])) * 1_000_000n;
  const lost = 2 + random.below(10);
  return frames
    .filter(() => !random.once(lost))
    .map(({ time, bytes }) => ({ time: time + drift + BigInt(random.below(5_000_000)), bytes }));
}

/** Makes the case of these numbers; `paths` as `allFiles` gives them. */
export function caseOf(paths: readonly string[], random: Random): Case {
  const read = (): Uint8Array => new Uint8Array(readFileSync(random.pick(paths)));
  const options = optionsOf(random);
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2: {
      const { frames, done } = invent(random);
      const bytes = fileOf(frames, random);
      return { files: [{ path: 'a.pcap', bytes: random.once(20) ? zipped(bytes) : bytes }], options, done };
    }
    case 3: {
      const { frames, done } = invent(random);
      const damaged = mutateFile(fileOf(frames, random), read(), random);
      return { files: [{ path: 'a.pcap', bytes: damaged.bytes }], options, done: [...done, ...damaged.done] };
    }
    case 4:
    case 5: {
      const { bytes, done } = mutateFile(read(), read(), random);
      return { files: [{ path: 'a.pcap', bytes }], options, done };
    }
    case 6: {
      const { frames, done } = invent(random);
      const files = [
        { path: 'a.pcap', bytes: fileOf(frames, random) },
        { path: 'b.pcap', bytes: fileOf(elsewhere(frames, random), random) },
      ];
      if (random.once(4)) files.push({ path: 'c.pcap', bytes: fileOf(elsewhere(frames, random), random) });
      return { files, options, done: [...done, 'seen at several places'] };
    }
    default: {
      const whole = read();
      const { bytes, done } = mutateFile(whole, read(), random);
      return {
        files: [
          { path: 'a.pcap', bytes: whole },
          { path: 'b.pcap', bytes },
        ],
        options,
        done: [...done, 'compared with what it was'],
      };
    }
  }
}
