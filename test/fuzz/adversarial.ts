/** The families of hostile captures that lie beside the repository, as families of ours. */
import { pathToFileURL } from 'node:url';
import { pcap, type PcapFrame } from '../capture/build';
import { adversarial } from '../support/needs';
import type { Family } from './growth';

/** Takes frames, each with its microseconds since the capture began. */
interface Recorder {
  add(frame: Uint8Array, microseconds?: number): void;
}

const BEGIN = 1_700_000_000;
/** Families whose messages are as long as a datagram can be: of these, so many times fewer. */
const LONG = /^big_/;
const FEWER = 32;

/** By name; none where the folder is missing. */
export async function adversarialFamilies(): Promise<Readonly<Record<string, Family>>> {
  if (adversarial === undefined) return {};
  const { F } = (await import(pathToFileURL(adversarial).href)) as {
    F: Record<string, (to: Recorder, messages: number) => void>;
  };
  return Object.fromEntries(
    Object.entries(F).map(([name, make]): [string, Family] => [
      name,
      (messages) => {
        const frames: PcapFrame[] = [];
        const add = (frame: Uint8Array, microseconds = 0): void => {
          const seconds = Math.floor(microseconds / 1e6);
          const bytes = new Uint8Array(frame);
          frames.push({ bytes, seconds: BEGIN + seconds, fraction: Math.floor(microseconds - seconds * 1e6) });
        };
        make({ add }, LONG.test(name) ? Math.ceil(messages / FEWER) : messages);
        return [{ path: 'a.pcap', bytes: pcap(frames) }];
      },
    ]),
  );
}
