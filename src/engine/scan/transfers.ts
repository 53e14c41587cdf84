import { destinationPort, ipDestination, ipSource, sourcePort } from '../../codec/endpoints';
import { readTftp } from '../../codec/tftp';
import type { Walk } from '../../codec/walk';

/** Maximum number of transfers followed at once: a flood of read requests must not fill the memory. */
const MAX_TRANSFERS = 4096;

// TFTP messages (RFC 1350 §5, RFC 2347).
const READ_REQUEST = 1;
const WRITE_REQUEST = 2;
const DATA = 3;
const ACKNOWLEDGMENT = 4;

/**
 * Remembers who asked for a file by TFTP. Only the request goes to port 69; the server answers from a port of its
 * own (RFC 1350 §4), so the answer is recognised only by the client's address and port.
 */
export class Transfers {
  private readonly clients = new Set<string>();

  /** `watch` is called with each UDP port that an answer may use. */
  constructor(private readonly watch: (port: number) => void = () => undefined) {}

  /**
   * Whether a frame belongs to a transfer requested earlier: the beginning of the answer (OACK, the first block, its
   * acknowledgment) or an error. The blocks in between say nothing about a fault and would fill the list.
   */
  isPartOfOne(walk: Walk): boolean {
    if (walk.udp < 0 || walk.quotedFrom >= 0) return false;
    const last = walk.layers[walk.depth - 1]!;
    if (last.id === 'tftp') this.learn(walk);
    if (last.id !== 'udp' || this.clients.size === 0) return false;
    const toClient = this.clients.has(`${ipDestination(walk)!} ${destinationPort(walk)!}`);
    if (!toClient && !this.clients.has(`${ipSource(walk)!} ${sourcePort(walk)!}`)) return false;
    const message = readTftp(walk.bytes, walk.headerEndOf(walk.udp), walk.endOf(walk.udp));
    if (!message) return false;
    const inBetween = (message.operation === DATA || message.operation === ACKNOWLEDGMENT) && (message.block ?? 0) > 1;
    return !inBetween;
  }

  private learn(walk: Walk): void {
    const message = readTftp(walk.bytes, walk.headerEndOf(walk.udp), walk.endOf(walk.udp));
    if (message?.operation !== READ_REQUEST && message?.operation !== WRITE_REQUEST) return;
    const source = ipSource(walk);
    const port = sourcePort(walk);
    if (source === undefined || port === undefined || this.clients.size >= MAX_TRANSFERS) return;
    this.clients.add(`${source} ${port}`);
    this.watch(port);
  }
}
