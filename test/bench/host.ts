/** The extension host, asked through the observer that runs in it. */

/** How long the host's event loop stood still at most, in milliseconds. */
export interface Stalls {
  /** By the clock. */
  readonly longest: number;
  /** By the clock, without the time in which the thread was ready to run but the machine served others. */
  readonly own: number;
  /** By the processor time of the thread. */
  readonly busiest: number;
}

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { url: string }; children?: readonly number[] }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export class Host {
  constructor(private readonly address: string) {}

  private async ask<T>(question: string): Promise<T> {
    const answer = await fetch(this.address + question);
    if (!answer.ok) throw new Error(`the observer says: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Activates the extension; milliseconds until VS Code says that it is. */
  async activate(): Promise<number> {
    return (await this.ask<{ took: number }>('/activate')).took;
  }

  /** The host's process. */
  async pid(): Promise<number> {
    return (await this.ask<{ pid: number }>('/pid')).pid;
  }

  /** How long the event loop stood still while something was done. */
  async stalls<T>(run: () => Promise<T>): Promise<{ result: T; stalls: Stalls }> {
    await this.ask('/reset');
    const result = await run();
    return { result, stalls: await this.ask<Stalls>('/stalls') };
  }

  /** The longest stretch, in milliseconds, in which our code (or what it had called) ran while something was done. */
  async ours<T>(run: () => Promise<T>): Promise<{ result: T; ours: number }> {
    await this.ask('/profile/start');
    const result = await run();
    return { result, ours: longestOf(await this.ask<Profile>('/profile/stop'), /[\\/]port67\.port67-/) };
  }
}

/** The longest run of samples with a function of a file that `file` matches on the stack, in milliseconds. */
export function longestOf({ nodes, samples, timeDeltas }: Profile, file: RegExp): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ours = new Set<number>();
  const walk = (id: number, inside: boolean): void => {
    const node = byId.get(id)!;
    const now = inside || file.test(node.callFrame.url);
    if (now) ours.add(id);
    for (const child of node.children ?? []) walk(child, now);
  };
  walk(nodes[0]!.id, false);
  let longest = 0;
  let run = 0;
  samples.forEach((id, i) => {
    // What passed before a sample is counted to it.
    run = ours.has(id) ? run + timeDeltas[i]! : 0;
    longest = Math.max(longest, run);
  });
  return longest / 1000;
}
