import { ethDestination, ethSource, ipDestination, ipSource } from '../../codec/endpoints';
import { tunnelOf, type Tunnel } from '../../codec/tunnel/ends';
import type { Walk } from '../../codec/walk';

/** More directions than this are not told apart: then nothing is known of any. */
const MOST = 256;
/** Of so many hosts of each direction it is known that they send, or are sent to. */
const MOST_HOSTS = 256;

/** One direction of a tunnel, and the hosts whose frames go through it. */
interface Direction {
  readonly tunnel: Tunnel;
  readonly senders: Set<string>;
  readonly receivers: Set<string>;
  /** What one host sends and what it is sent both go this way: a tunnel would bring the one, and take the other. */
  mirror: boolean;
}

/** The directions of the tunnels whose datagrams a capture shows. */
export class Tunnels {
  private readonly seen = new Map<string, Direction>();

  note(walk: Walk): void {
    if (this.seen.size > MOST) return;
    const tunnel = tunnelOf(walk);
    if (!tunnel) return;
    const key = `${tunnel.name} ${tunnel.from} ${tunnel.to}`;
    let known = this.seen.get(key);
    if (!known) this.seen.set(key, (known = { tunnel, senders: new Set(), receivers: new Set(), mirror: false }));
    if (!known.mirror) noteHosts(known, walk);
  }

  /** Each direction once. What copies the traffic of a port to a collector goes one way, whatever is in it, and is none. */
  get all(): readonly Tunnel[] {
    return this.seen.size > MOST ? [] : [...this.seen.values()].flatMap(({ tunnel, mirror }) => (mirror ? [] : tunnel));
  }
}

/** Notes who talks to whom inside the tunnel: by link-layer addresses, or by IP addresses where it carries no link. */
function noteHosts(direction: Direction, walk: Walk): void {
  // An access point brings to its controller what its stations send each other.
  if (walk.link >= 2 && walk.layers[walk.link]!.id !== 'eth') return;
  const [source, destination] =
    walk.link >= 2 ? [ethSource(walk), ethDestination(walk)] : [ipSource(walk), ipDestination(walk)];
  const { senders, receivers } = direction;
  if (source === undefined || destination === undefined || source === destination) return;
  if (receivers.has(source) || senders.has(destination)) direction.mirror = true;
  if (senders.size < MOST_HOSTS) senders.add(source);
  if (receivers.size < MOST_HOSTS) receivers.add(destination);
}
