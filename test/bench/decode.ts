/** Prints how many DHCP frames of a capture (the argument) are decoded a second, each to its full tree, on one core. */
import { fileChunks } from '../../src/capture/node';
import { readCapture } from '../../src/capture/read';
import { describeFrame } from '../../src/codec/frame';
import { dispatch } from '../../src/codec/layers';
import { Walk } from '../../src/codec/walk';
import { median } from './measure';

const FRAMES = 4000;
/** The first rounds are the compiler's. */
const WARM_UP = 10;
const ROUNDS = 11;

async function main(): Promise<void> {
  const frames: Uint8Array[] = [];
  await readCapture(fileChunks(process.argv[2]!), {
    onFrame: ({ bytes, start, end }) => {
      frames.push(bytes.slice(start, end));
      return frames.length < FRAMES;
    },
  });
  const walk = new Walk(dispatch);
  const speeds: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const start = performance.now();
    for (const bytes of frames) describeFrame(walk.run(bytes, 0, bytes.length, 1));
    speeds.push(frames.length / ((performance.now() - start) / 1000));
  }
  console.log(Math.round(median(speeds.slice(WARM_UP))));
}

void main();
