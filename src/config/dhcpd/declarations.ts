import type { ReadInclude, Scope } from '../model';
import type { Findings } from '../report';
import { SourceFile, type Span } from '../source';
import { DEEPEST } from './text/cursor';
import type { Place } from './text/place';
import { BlockParser } from './blocks';
import type { Token } from './text/lexer';

/** How many files a configuration may include. */
const MOST_FILES = 500;

/** Declarations: what dhcpd.conf(5) calls the topology, and which clients are served. */
export class DeclarationParser extends BlockParser {
  readonly files: SourceFile[] = [];
  private readonly open: string[] = [];

  constructor(
    findings: Findings,
    six: boolean,
    private readonly readInclude: ReadInclude,
  ) {
    super(findings, six);
  }

  /** Reads one file, with its statements placed at `place`. */
  protected readFile(file: SourceFile, place: Place): void {
    this.files.push(file);
    this.open.push(file.path);
    this.within(file, () => {
      while (!this.ended) {
        const token = this.peek();
        if (this.takes('}'))
          this.wrong(
            'syntax',
            this.spanOf(token),
            'Right brace without its left brace',
            'No block is open here that this brace could close.',
          );
        else this.statement(place);
      }
    });
    this.open.pop();
  }

  /** Reads one statement at any level. Consumes at least one token. */
  protected statement(place: Place): void {
    const begin = this.peek();
    if (this.executableHere(place)) return;
    if (this.depth >= DEEPEST && !this.deeper()) return;
    this.depth++;
    this.outlined(begin, (statement) => {
      const head = this.declaration(begin, place);
      if (head) statement.head = head;
    });
    this.depth--;
  }

  private executableHere(place: Place): boolean {
    const { word } = this.peek();
    // At this level these words mean more than inside a condition.
    if (/^(option|authoritative|not|server-identifier|hardware)$/.test(word)) return false;
    if (place.scope.kind === 'pool' && /^(allow|deny)$/.test(word)) return false;
    return this.executable(place.scope);
  }

  /** Returns the head of the declaration, if it opens a block. */
  private declaration(begin: Token, place: Place): Span | undefined {
    const { kind } = place.scope;
    const inside = (...kinds: Scope['kind'][]): boolean => kinds.includes(kind);
    switch (begin.word) {
      case 'include':
        return this.include(place);
      case 'host':
        this.next();
        if (inside('reservation', 'class'))
          return void this.forbidden(begin, 'Host', 'A host cannot be declared inside a host or a class.');
        return this.host(begin, place);
      case 'group':
        this.next();
        if (place.host) return void this.groupOfHost(place.host);
        if (inside('class')) return void this.forbidden(begin, 'Group', 'A group cannot be declared inside a class.');
        return this.group(begin, place);
      case 'shared-network':
        this.next();
        if (inside('shared-network', 'reservation', 'subnet', 'class'))
          return void this.forbidden(
            begin,
            'Shared network',
            'A shared network holds subnets; it cannot stand inside one, nor in a host, a class or another shared network.',
          );
        return this.sharedNetwork(begin, place);
      case 'subnet':
      case 'subnet6':
        this.next();
        if (inside('reservation', 'subnet', 'class'))
          return void this.forbidden(
            begin,
            'Subnet',
            `A subnet cannot be declared inside a ${kind === 'reservation' ? 'host' : kind}. Is the right brace “}” of the block before it missing?`,
          );
        return this.subnet(begin, place);
      case 'class':
      case 'vendor-class':
      case 'user-class':
      case 'subclass':
        this.next();
        if (inside('class')) return void this.forbidden(begin, 'Class', 'A class cannot be declared inside a class.');
        return this.classOf(begin, place);
      case 'pool':
      case 'pool6':
        this.next();
        if (inside('pool')) return void this.forbidden(begin, 'Pool', 'A pool cannot be declared inside a pool.');
        if (!inside('subnet', 'shared-network') || (begin.word === 'pool6' && !inside('subnet')))
          return void this.forbidden(begin, 'Pool', 'A pool stands in a subnet or a shared network.');
        return this.pool(begin, place);
      case 'failover':
        if (inside('pool')) return void this.poolPeer(place);
        return void this.failover(kind);
      default:
        this.parameterOf(begin, place);
        return undefined;
    }
  }

  private parameterOf(begin: Token, place: Place): void {
    const { scope, host } = place;
    const { kind } = scope;
    switch (begin.word) {
      case 'option':
        this.option(begin, place);
        return;
      case 'server-identifier':
        this.next();
        this.optionStatement({ space: 'dhcp', code: 54, name: 'dhcp-server-identifier', format: 'I' }, begin, scope);
        return;
      case 'hardware':
        this.hardware(begin, host);
        return;
      case 'fixed-address':
      case 'fixed-address6':
        this.fixedAddress(begin, host);
        return;
      case 'fixed-prefix6':
        this.fixedPrefix(begin, host);
        return;
      case 'range':
      case 'range6':
      case 'prefix6':
        this.next();
        if (kind === 'subnet' || (kind === 'pool' && place.pool === (begin.word === 'range' ? 'pool' : 'pool6')))
          this.rangeOf(begin, place);
        else
          this.forbidden(
            begin,
            `“${begin.text}”`,
            'A range stands in a subnet or a pool (range6 and prefix6: a pool6).',
          );
        return;
      case 'not':
      case 'authoritative': {
        const no = this.takesWord('not');
        if (!this.takesWord('authoritative')) {
          this.expected('“authoritative”');
          return;
        }
        if (host)
          this.wrong(
            'not-allowed-here',
            this.spanOf(begin),
            'authoritative not allowed here',
            'A server has authority over a network, not over a host.',
          );
        scope.settings.set('authoritative', { value: String(!no), span: this.since(begin) });
        this.semicolon();
        return;
      }
      case 'server-duid':
        this.serverDuid();
        return;
      case 'interface':
        if (kind === 'subnet' || kind === 'shared-network') {
          this.next();
          const name = this.next();
          const network = place.network!;
          if (network.interface)
            this.wrong(
              'not-allowed-here',
              this.since(begin),
              'Second interface',
              'A subnet or a shared network cannot be on two interfaces.',
            );
          network.interface = true;
          scope.settings.set('interface', { value: name.text, span: this.spanOf(name) });
          this.semicolon();
          return;
        }
        break;
      case 'allow':
      case 'deny':
        this.permit(place);
        return;
      case 'no':
        if (kind !== 'pool') break;
        this.next();
        if (!this.takesWord('failover') || !this.takesWord('peer')) this.expected('“failover peer”');
        return;
      case 'dynamic':
      case 'deleted':
      case 'static':
        if (kind !== 'reservation' && kind !== 'class' && kind !== 'group') break;
        this.next();
        this.semicolon();
        return;
      case 'uid':
        if (!host) break;
        this.uid(begin, host);
        return;
      case 'host-identifier':
        if (!host) break;
        this.hostIdentifier(begin, host);
        return;
      case 'match':
      case 'spawn':
      case 'lease':
        if (kind !== 'class') break;
        this.match(begin, place);
        return;
    }
    this.next();
    // dhcpd leaves out what follows a percent sign: it is for ISC's migration assistant.
    if (begin.text === '%' && begin.kind === 'punctuation') this.skipStatement();
    else if (begin.kind === 'punctuation' || begin.kind === 'string' || begin.kind === 'number') {
      const title = begin.text === ';' ? 'Semicolon without a statement' : 'Expected a statement';
      this.wrong('syntax', this.spanOf(begin), title, `Here a statement must begin, not ${this.seen(begin)}.`);
      if (begin.text !== ';') this.skipStatement();
    } else if (begin.kind === 'keyword') {
      this.wrong(
        'not-allowed-here',
        this.spanOf(begin),
        `“${begin.text}” not allowed here`,
        `“${begin.text}” begins no statement here.`,
      );
      this.skipStatement();
    } else this.unknownStatement(begin);
  }

  private include(place: Place): undefined {
    const begin = this.next();
    const name = this.peek();
    if (name.kind !== 'string') {
      this.expected('the name of a file in quotation marks');
      return;
    }
    this.next();
    const span = this.since(begin);
    const found = this.files.length < MOST_FILES ? this.readInclude(name.text, this.file) : undefined;
    this.semicolon();
    if (!found) {
      this.unread = true;
      this.findings.add({
        id: 'include-not-read',
        span,
        title: `“${name.text.slice(0, 80)}” was not read`,
        explanation:
          'The included file is not here, so nothing is said of what it holds. dhcpd does not start without it.',
      });
    } else if (this.open.includes(found.path) || this.open.length > 20) {
      this.wrong(
        'include-loop',
        span,
        'A file includes itself',
        `“${name.text}” is being read already: it includes itself.`,
      );
    } else this.readFile(new SourceFile(found.path, found.text, found.mode), place);
    return;
  }

  private option(begin: Token, place: Place): void {
    this.next();
    const top = place.scope.kind === 'global';
    if (this.seesWord('space')) {
      if (top) this.optionSpace();
      else this.forbidden(begin, 'Option space', 'An option space is declared outside of all blocks.');
      return;
    }
    const name = this.peek();
    const option = this.optionName(true);
    if (!option) return;
    const last = this.last;
    if (this.seesWord('code')) {
      if (top) this.optionDefinition(option, last);
      else this.forbidden(begin, 'Definition of an option', 'An option is defined outside of all blocks.');
    } else if (option.unknown) this.unknownOption(option.space.toLowerCase(), name === last ? name : last);
    else {
      const from = this.peek();
      this.optionStatement(option, begin, place.scope);
      if (place.host && option.space === 'dhcp' && option.code === 61) this.clientIdOf(place.host, from);
    }
  }
}
