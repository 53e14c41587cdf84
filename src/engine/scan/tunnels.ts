import { tunnelOf, type Tunnel } from '../../codec/tunnel/ends';
import type { Walk } from '../../codec/walk';

/** More directions than this are not told apart: then nothing is known of any. */
const MOST = 256;

/** The directions of the tunnels whose datagrams a capture shows. */
export class Tunnels {
  private readonly seen = new Map<string, Tunnel>();

  note(walk: Walk): void {
    if (this.seen.size > MOST) return;
    const tunnel = tunnelOf(walk);
    if (tunnel) this.seen.set(`${tunnel.name} ${tunnel.from} ${tunnel.to}`, tunnel);
  }

  /** Each direction once. */
  get all(): readonly Tunnel[] {
    return this.seen.size > MOST ? [] : [...this.seen.values()];
  }
}
