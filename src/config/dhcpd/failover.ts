import type { Scope } from '../model';
import type { Span } from '../source';
import { StatementParser } from './statements';
import type { Token } from './text/lexer';

/** The settings of a failover peer that must agree with each other. */
export interface Peer {
  readonly name: string;
  readonly head: Token;
  readonly headSpan: Span;
  primary: boolean;
  balanced: boolean;
  mclt: boolean;
  partner: boolean;
  /** Number of pools that name it. */
  pools: number;
}

/** Peer settings that take a number. */
const NUMBERS =
  /^(port|max-lease-misbalance|max-lease-ownership|max-balance|min-balance|auto-partner-down|max-response-delay|max-unacked-updates|mclt)$/;

/** `failover peer`: dhcpd.conf(5), CONFIGURING FAILOVER. */
export class FailoverParser extends StatementParser {
  protected readonly peers = new Map<string, Peer>();

  /** Reads `failover peer "name" …`, from `failover` on. `where` is the kind of the enclosing block. */
  protected failover(where: Scope['kind']): void {
    const begin = this.next();
    const allowed = where === 'global' || where === 'shared-network';
    if (!allowed) {
      this.wrong(
        'not-allowed-here',
        this.spanOf(begin),
        'Failover peer not allowed here',
        'A failover peer is defined outside of all blocks, or in a shared network; a pool names it.',
      );
      this.skipStatement();
      return;
    }
    if (!this.takesWord('peer')) {
      this.expected('“peer”');
      return;
    }
    const name = this.peek();
    if (name.kind !== 'string' && !this.isIdentifier(name)) {
      this.expected('the name of the failover peer');
      return;
    }
    this.next();
    if (this.takes(';')) {
      if (where !== 'shared-network')
        this.wrong(
          'not-allowed-here',
          this.spanOf(name),
          'Failover peer not allowed here',
          'Only a shared network or a pool names a failover peer.',
        );
      else this.peerUse(name);
      return;
    }
    if (this.seesWord('state')) {
      this.skipStatement();
      return;
    }
    if (!this.openBrace()) return;
    const known = this.peers.get(name.text);
    if (known) {
      this.wrong(
        'duplicate-name',
        this.spanOf(name),
        `Second failover peer “${name.text}”`,
        `The failover peer “${name.text}” is already defined.`,
      );
    }
    const peer: Peer = {
      name: name.text,
      head: begin,
      headSpan: this.since(begin),
      primary: false,
      balanced: false,
      mclt: false,
      partner: false,
      pools: 0,
    };
    if (!known) this.peers.set(name.text, peer);
    this.names.push({ role: 'failover-peer', name: name.text, span: this.spanOf(name), definition: true });
    let secondary = false;
    while (!this.takes('}')) {
      if (this.ended) {
        this.unclosed(begin);
        return;
      }
      const partner = this.takesWord('peer');
      const token = this.peek();
      if (token.word === 'primary' || token.word === 'secondary') {
        this.next();
        peer.primary = token.word === 'primary';
        secondary = !peer.primary;
        if (secondary && peer.balanced) this.balanceOfSecondary(token);
      } else if (token.word === 'address') {
        this.next();
        if (this.addressOrName() === undefined) return;
        if (partner) peer.partner = true;
      } else if (NUMBERS.test(token.word)) {
        this.next();
        if (this.peek().kind !== 'number') {
          this.expected('a number', 'wrong-type');
          return;
        }
        const number = this.next();
        if (token.word === 'port') this.port(number);
        if (token.word === 'mclt') peer.mclt = true;
      } else if (token.word === 'split' || token.word === 'hba') {
        if (secondary) this.balanceOfSecondary(token);
        if (!this.balance()) return;
        peer.balanced = true;
      } else if (token.word === 'load') {
        this.next();
        if (
          !this.takesWord('balance') ||
          !this.takesWord('max') ||
          !this.takesWord('seconds') ||
          this.peek().kind !== 'number'
        ) {
          this.expected('“load balance max seconds” and a number');
          return;
        }
        this.next();
      } else {
        this.expected('a setting of the failover peer', 'unknown-keyword');
        continue;
      }
      if (!this.semicolon()) return;
    }
    const lacks = !peer.partner
      ? 'the address of its partner, `peer address`'
      : peer.primary && !peer.balanced
        ? '`split` (128 for half of the clients each)'
        : peer.primary && !peer.mclt
          ? '`mclt`, the most that a lease may run ahead of what the partner knows'
          : undefined;
    if (lacks)
      this.findings.add({
        id: 'failover-settings',
        span: peer.headSpan,
        title: `Failover peer “${peer.name}” is incomplete`,
        explanation: `The ${peer.primary ? 'primary' : 'peer'} needs ${lacks}.`,
      });
  }

  /** dhcpd takes any number here, and uses its lowest sixteen bits. */
  private port(token: Token): void {
    const port = Number(token.text);
    if (port >= 1 && port <= 65535) return;
    const used = Number(BigInt(port) & 0xffffn);
    this.findings.add({
      id: 'failover-settings',
      severity: 'warning',
      span: this.spanOf(token),
      title: `${token.text.slice(0, 20)} is no port`,
      explanation: `Ports are 1 to 65535. dhcpd takes the file, and ${used === 0 ? 'has no port for its partner' : `uses port ${used}`}.`,
      steps: ['Write the port that the two servers agree on: 647 and 847 are usual.'],
    });
  }

  private balanceOfSecondary(token: Token): void {
    this.findings.add({
      id: 'failover-settings',
      span: this.spanOf(token),
      title: 'Load balance of a secondary',
      explanation: 'Only the primary says how the load is split: take “split” or “hba” out of the secondary.',
    });
  }

  private balance(): boolean {
    const word = this.next();
    if (word.word === 'hba') {
      const octets = this.octets(':', 0);
      if (octets && octets.length !== 32)
        this.wrong('wrong-type', this.since(word), 'Wrong length of hba', `hba has 32 octets, not ${octets.length}.`);
      return octets !== undefined;
    }
    const number = this.peek();
    if (number.kind !== 'number') return this.expected('a number', 'wrong-type');
    this.next();
    if (Number(number.text) > 256)
      this.wrong(
        'wrong-type',
        this.spanOf(number),
        'split too large',
        'split is 0 to 256: how many of 256 parts of the clients the primary serves.',
      );
    return true;
  }

  /** Records that a pool or shared network names a peer. */
  protected peerUse(name: Token): Peer | undefined {
    const peer = this.peers.get(name.text);
    if (!peer)
      this.undefinedName(
        name,
        'failover-peer',
        `There is no failover peer “${name.text}” above this line.`,
        'peer-not-defined',
      );
    else this.names.push({ role: 'failover-peer', name: name.text, span: this.spanOf(name), definition: false });
    return peer;
  }

  /** Called at the end: reports peers that no pool names, which dhcpd refuses. */
  protected unusedPeers(): void {
    for (const peer of this.peers.values()) {
      if (peer.pools > 0 || this.unread) continue;
      this.findings.add({
        id: 'failover-settings',
        span: peer.headSpan,
        title: `No pool names failover peer “${peer.name}”`,
        explanation: 'dhcpd refuses a failover peer that no pool names.',
        steps: [`Put \`failover peer "${peer.name}";\` into each pool whose addresses the two servers share.`],
      });
    }
  }
}
