/** Prints, as JSON, the seconds that scanning a capture (the argument) takes, and those that its analysis takes after that. */
import { analyse, DEFAULT_SETTINGS } from '../../src/analysis';
import { fileChunks } from '../../src/capture/node';
import { readCapture } from '../../src/capture/read';
import { packetsOf } from '../../src/engine/scan/packets';
import { relevantFrames } from '../../src/engine/scan/relevance';
import { Scan } from '../../src/engine/scan/scan';

async function main(): Promise<void> {
  const path = process.argv[2]!;
  const start = performance.now();
  const scan = new Scan();
  await readCapture(fileChunks(path), { onFrame: (frame) => scan.add(frame) });
  const scanned = performance.now();
  const { frames, firstTime, lastTime, contents } = scan;
  const facts = { frames, firstTime, lastTime, contents, fileProblems: [], name: path };
  const { verdict } = analyse(packetsOf(scan, relevantFrames(scan)), facts, DEFAULT_SETTINGS);
  const end = performance.now();
  console.log(JSON.stringify({ scan: (scanned - start) / 1000, analysis: (end - scanned) / 1000, verdict }));
}

void main();
