import { FAMILIES, FINDINGS } from '../../analysis/catalogue';
import { ADDRESS_FAULTS } from './addresses';
import { BOOT_FAULTS } from './boot';
import type { Fault } from './fault';
import { MESSAGE_FAULTS } from './messages';
import { PARTY_FAULTS } from './parties';
import { Scene, type Client, type Line } from './scene';
import { SILENT_FAULTS } from './silence';
import { RELAY_FAULTS } from './relays';
import { SIX_FAULTS } from './six';

/** Every fault that can be hidden. */
export const FAULTS: readonly Fault[] = [
  ...ADDRESS_FAULTS,
  ...SILENT_FAULTS,
  ...PARTY_FAULTS,
  ...RELAY_FAULTS,
  ...MESSAGE_FAULTS,
  ...BOOT_FAULTS,
  ...SIX_FAULTS,
];

/** Number of causes to choose from. */
const CHOICES = 6;

/** A network with one hidden fault. */
export interface Challenge {
  readonly seed: number;
  readonly bytes: Uint8Array;
  /** The id of the finding that is hidden. */
  readonly fault: string;
  /** Ids of findings that come with the fault. */
  readonly remarks: readonly string[];
  /** Numbers of the frames that show it. */
  readonly faultFrames: readonly number[];
  /** Ids of findings to choose from, including the right one. */
  readonly choices: readonly string[];
  /** Hints, each more specific than the one before. */
  readonly hints: readonly string[];
}

/** What a healthy client does. */
function lives(line: Line, client: Client): void {
  const { random } = line.scene;
  line.bind(client);
  if (random.once(3)) {
    line.wait(line.scene.leaseTime / 2).anew();
    line.ask(3, client, { spec: { ciaddr: client.address } }).reply(5, client, { spec: { ciaddr: client.address } });
  }
}

/** The challenge of a seed, the same on every machine. Tests pass `fault` to choose the hidden fault. */
export function challenge(seed: number, fault?: Fault): Challenge {
  const scene = new Scene(seed);
  const { random } = scene;
  const hidden = fault ?? random.pick(FAULTS);
  const healthy = 2 + random.below(4);
  for (let i = 0; i < healthy; i++) lives(scene.line(random.below(40)), scene.client());
  hidden.play(scene.line(5 + random.below(20)), scene);
  const { bytes, faultFrames } = scene.done();
  const { family } = FINDINGS.get(hidden.id)!;
  return {
    seed,
    bytes,
    fault: hidden.id,
    remarks: hidden.remarks ?? [],
    faultFrames,
    choices: choicesFor(hidden, scene),
    hints: [
      `It belongs to the family “${FAMILIES[family]}”.`,
      faultFrames.length === 1 ? 'One frame shows it.' : `${faultFrames.length} frames show it.`,
      `Look at frame ${faultFrames[0]}.`,
    ],
  };
}

/** The right cause among plausible others: first those easily confused with it, then others of its family, then any. */
function choicesFor({ id, remarks = [] }: Fault, { random }: Scene): string[] {
  const { family, related } = FINDINGS.get(id)!;
  const all = FAULTS.map((fault) => fault.id).filter((other) => other !== id && !remarks.includes(other));
  const near = all.filter((other) => related.includes(other));
  const kin = all.filter((other) => FINDINGS.get(other)!.family === family && !near.includes(other));
  const rest = all.filter((other) => !near.includes(other) && !kin.includes(other));
  const others = [near, kin, rest].flatMap((ids) => shuffled(ids, random));
  return shuffled([id, ...others.slice(0, CHOICES - 1)], random);
}

function shuffled<T>(items: readonly T[], random: { below(limit: number): number }): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
