import { append } from '../../codec/append';
import {
  maskLength,
  parseAddress,
  parsePrefix,
  prefixAt,
  prefixText,
  rangeOf,
  type Address,
  type Prefix,
} from '../address';
import type { ConfigDocument, Subnet } from '../model';
import type { Located, SourceFile, Span } from '../source';
import { Builder, isBadQuad, plainLines, wordsOf, type Word } from './builder';
import { strayExclusions, type Exclusion } from './iosExclusions';
import { addSecondary, Finisher, newIosPool, type Pool } from './iosPools';
import { dhcpCommand, leaseOf, poolCommand } from './iosWords';
import { CLASS_WORDS, readPattern, ruleOf, type Class } from './iosClasses';

interface Interface {
  own?: Located<Address>;
  prefix?: Prefix;
  /** All addresses of the interface. */
  readonly helpers: { readonly address: Located<Address>; readonly span: Span }[];
}

/** Cisco IOS and similar systems: pools, exclusions, helper addresses, snooping. Everything else is ignored. */
class Reader {
  private readonly builder: Builder;
  private pool: Pool | undefined;
  private class: Class | undefined;
  private readonly classes: Class[] = [];
  /** `no ip dhcp use class`: the classes of pools are not looked at. */
  private usesClasses = true;
  private interface: Interface | undefined;
  private readonly pools: Pool[] = [];
  private readonly interfaces: Interface[] = [];
  private readonly excluded: Exclusion[] = [];
  private snooping: Span | undefined;
  private snoopedVlans: Span | undefined;
  private trusted = false;

  constructor(private readonly file: SourceFile) {
    this.builder = new Builder('ios', file);
  }

  read(): ConfigDocument {
    for (const line of plainLines(this.file)) {
      // A prompt before a command, as in a copied session.
      const prompt = /^\s*[\w.-]+(\([\w-]+\))?[#>]\s*/.exec(line.text)?.[0].length ?? 0;
      const body = line.text.slice(prompt);
      const note = body.search(/\s\/\/|^\s*!/);
      const words = wordsOf(this.file, line.start + prompt, note === -1 ? line.end : line.start + prompt + note);
      if (words.length > 0) this.line(words);
    }
    this.settle();
    return this.builder.document();
  }

  private line(words: readonly Word[]): void {
    const [first, second, third] = words.map(({ text }) => text.toLowerCase());
    const span = { ...words[0]!.span, end: words.at(-1)!.span.end };
    if (first === 'ip' && second === 'dhcp') {
      this.class = undefined;
      this.dhcp(words.slice(2), span);
      return;
    }
    if (first === 'interface') {
      this.pool = undefined;
      this.interfaces.push((this.interface = { helpers: [] }));
      return;
    }
    if (second === 'service' && third === 'dhcp' && first === 'no')
      this.builder.global.closed = {
        reason: 'ignored',
        span,
        why: '“no service dhcp” switches the DHCP server and the relay agent off.',
        step: '`service dhcp`',
      };
    if (first === 'service' && second === 'dhcp') delete this.builder.global.closed;
    if (first === 'no' && second === 'ip' && third === 'dhcp') {
      if (words[3]?.text === 'use') this.usesClasses = false;
      return;
    }
    if (this.class && CLASS_WORDS.test(first!)) {
      const test = readPattern(words);
      if (test) this.class.tests.push(test);
      return;
    }
    this.class = undefined;
    const command = this.pool && first !== 'ip' ? poolCommand(words[0]!, this.builder) : undefined;
    if (this.pool && command !== undefined) {
      this.inPool(this.pool, command, words, span);
      return;
    }
    if (this.interface && first === 'ip') {
      this.inInterface(this.interface, words, span);
      return;
    }
    // Typed commands leave a class before they leave the pool.
    if (first === 'exit' && this.pool && this.pool.classes.length > 0) return;
    this.pool = undefined;
    if (/^(router|line|vlan|hostname|access-list)$/.test(first!)) this.interface = undefined;
  }

  private dhcp(words: readonly Word[], span: Span): void {
    const [what, value, other] = words;
    switch (what && dhcpCommand(what, this.builder)) {
      case 'pool': {
        if (!value) return;
        this.interface = undefined;
        // A repeated name continues the same pool.
        this.pool = this.pools.findLast(({ name }) => name.text === value.text);
        if (this.pool) return;
        this.pools.push((this.pool = newIosPool(value, span, this.builder)));
        this.builder.statements.push({ keyword: 'ip dhcp pool', span, head: span, children: [] });
        return;
      }
      case 'class':
        this.pool = undefined;
        this.interface = undefined;
        if (!value) return;
        this.class = { name: value.text, span, tests: [] };
        this.classes.push(this.class);
        this.builder.statements.push({ keyword: 'ip dhcp class', span, head: span, children: [] });
        return;
      case 'excluded-address': {
        this.pool = undefined;
        const at = value?.text === 'vrf' ? words.slice(3) : words.slice(1);
        const first = this.builder.ipv4(at[0]);
        const last = at[1] ? this.builder.ipv4(at[1]) : first;
        if (first && last) this.excluded.push({ first, last, span });
        return;
      }
      case 'snooping':
        this.pool = undefined;
        if (!value) this.snooping = span;
        else if (value.text === 'trust') this.trusted = true;
        else if (value.text === 'vlan' && other) this.snoopedVlans ??= span;
        return;
    }
  }

  private inPool(pool: Pool, command: string, words: readonly Word[], span: Span): void {
    const [, value, other] = words;
    const { builder } = this;
    const { scope } = pool;
    switch (command) {
      case 'network':
      case 'host': {
        if (!value) return;
        const slash = parsePrefix(value.text);
        const address = slash ? { value: slash.address, span: value.span } : builder.ipv4(value);
        if (!address) return;
        const masked = slash
          ? slash.length
          : other?.text.startsWith('/')
            ? Number(other.text.slice(1))
            : this.mask(other);
        if (command === 'host' ? pool.network || pool.secondaries.length > 0 : pool.host)
          builder.say({
            id: 'not-allowed-here',
            span,
            title: '“host” and “network” in one pool',
            explanation:
              'A pool is either for one client (`host`) or for a network: IOS does not take the second of the two.',
            steps: ['Give the client a pool of its own.'],
          });
        if (command === 'host') pool.host = address;
        if (masked === undefined || !(masked >= 0 && masked <= 32)) return;
        const prefix = prefixAt(address.value, masked);
        if (command === 'host') scope.prefix = prefix;
        else if (words.at(-1)!.text === 'secondary') addSecondary(pool, prefix, span, builder);
        else if (pool.network && pool.network.network !== prefix.network) this.another(pool, prefix, span);
        else {
          pool.network = prefix;
          scope.head = span;
          if (prefix.network !== address.value.value)
            builder.say({
              id: 'host-bits-in-network',
              severity: 'info',
              span,
              title: `${value.text} is no network`,
              explanation: `The network is ${prefixText(prefix)}.`,
            });
        }
        return;
      }
      case 'hardware-address':
      case 'client-identifier':
        if (value) pool.identifiers.push({ ...value, hardware: command === 'hardware-address' });
        return;
      case 'reserved-only':
        scope.reservedOnly = {
          reason: 'unknown-client',
          span,
          why: 'Only clients with a reservation in this pool get an address of it.',
          step: 'Add `address ADDRESS client-id ID` for the client, or `no reserved-only`.',
        };
        return;
      case 'class':
        if (value) pool.classes.push({ value: value.text, span, ranges: [] });
        return;
      case 'address': {
        const [first, last] = value?.text === 'range' ? words.slice(2).map((word) => builder.ipv4(word)) : [];
        if (first && last)
          pool.classes
            .at(-1)
            ?.ranges.push({ range: { family: 4, first: first.value.value, last: last.value.value }, span });
        return;
      }
      case 'override':
        if (value?.text === 'default-router')
          builder.option(pool.secondaries.at(-1) ?? scope, 3, 'override default-router', span, words.slice(2));
        return;
      case 'default-router':
        builder.option(scope, 3, 'default-router', span, words.slice(1));
        return;
      case 'dns-server':
        builder.option(scope, 6, 'dns-server', span, words.slice(1));
        return;
      case 'domain-name':
        builder.option(scope, 15, 'domain-name', span, words.slice(1));
        return;
      case 'next-server':
        if (value) builder.setting(scope, 'next-server', { text: value.text, span });
        return;
      case 'bootfile':
        if (value) builder.setting(scope, 'boot-file', { text: value.text, span });
        return;
      case 'lease':
        this.lease(scope, words, span);
        return;
      case 'option':
        this.option(scope, words, span);
        return;
    }
  }

  /** Handles another network in a pool of the same name, as in notes about several routers. */
  private another({ name, head }: Pool, network: Prefix, span: Span): void {
    this.pool = newIosPool(name, { ...head, start: span.start, end: span.end }, this.builder);
    this.pool.network = network;
    this.pools.push(this.pool);
  }

  private lease(scope: Subnet, words: readonly Word[], span: Span): void {
    const parts = words.slice(1);
    const seconds = leaseOf(parts, this.builder);
    if (seconds === undefined) return;
    const text = parts.map((part) => part.text).join(' ');
    this.builder.setting(scope, 'lease-time', { text, span }, seconds);
  }

  /** Reads `option 150 ip 10.0.0.1` or `option 60 ascii "x"`. */
  private option(scope: Subnet, words: readonly Word[], span: Span): void {
    const [, number, form, value] = words;
    const code = Number(number?.text);
    if (!Number.isInteger(code)) return;
    if (form?.text === 'hex' && value && !/^[\da-f.:]+$/i.test(value.text))
      this.builder.wrong(value, 'hexadecimal digits');
    this.builder.option(scope, code, `option ${code}`, span, words.slice(3));
  }

  private mask(word: Word | undefined): number | undefined {
    if (!word) return undefined;
    const mask = parseAddress(word.text);
    const length = mask?.family === 4 ? maskLength(mask) : undefined;
    if (length === undefined)
      this.builder.say({
        id: 'invalid-subnet-mask',
        span: word.span,
        title: `${word.text.slice(0, 40)} is no subnet mask`,
        explanation: 'A mask is ones followed by zeros: 255.255.255.0 and the like.',
      });
    return length;
  }

  private inInterface(one: Interface, words: readonly Word[], span: Span): void {
    const [, what, value, mask] = words;
    if (what?.text === 'address' && value) {
      const slash = parsePrefix(value.text);
      const address = slash?.address ?? parseAddress(value.text);
      if (address?.family !== 4) return;
      const length =
        slash?.length ?? (mask ? maskLength(parseAddress(mask.text) ?? { family: 4, value: 1n }) : undefined);
      one.own ??= { value: address, span: value.span };
      if (length !== undefined) one.prefix ??= prefixAt(address, length);
    } else if (what?.text === 'helper-address') {
      const at = value?.text === 'vrf' ? words[4] : value?.text === 'global' ? words[3] : value;
      const address = at && parseAddress(at.text);
      if (address?.family === 4) one.helpers.push({ address: { value: address, span: at!.span }, span });
      else if (at && isBadQuad(at.text)) this.builder.wrong(at, 'an IPv4 address');
    }
  }

  private settle(): void {
    const { builder } = this;
    const finisher = new Finisher(builder, this.excluded, this.usesClasses);
    for (const pool of this.pools) finisher.finish(pool);
    append(builder.classes, this.classes.map(ruleOf));
    strayExclusions(
      builder,
      this.pools.flatMap(({ network, secondaries }) =>
        [network, ...secondaries.map(({ prefix }) => prefix)].flatMap((one) => (one ? [rangeOf(one)] : [])),
      ),
      this.excluded,
    );
    const { closed } = builder.global;
    if (closed && (this.pools.length > 0 || this.interfaces.some(({ helpers }) => helpers.length > 0)))
      builder.say({
        id: 'service-off',
        span: closed.span,
        title: '“no service dhcp” switches DHCP off',
        explanation: `${closed.why} ${this.pools.length > 0 ? 'No client is given an address of the pools here' : 'No request is handed on to the helper addresses here'}.`,
        steps: [closed.step],
      });
    for (const { own, prefix, helpers } of this.interfaces) {
      for (const { address, span } of helpers)
        builder.relays.push({ span, servers: [address], ...(own ? { own } : {}), ...(prefix ? { prefix } : {}) });
    }
    if (this.snooping && this.snoopedVlans && !this.trusted) {
      if (this.pools.length === 0)
        builder.global.closed ??= {
          reason: 'ignored',
          span: this.snoopedVlans,
          why: 'DHCP snooping is on and no port is trusted: this switch drops what every server answers.',
          step: '`ip dhcp snooping trust` on the port that leads to the DHCP server.',
        };
      builder.say({
        id: 'snooping-no-trusted-port',
        span: this.snoopedVlans,
        title: 'DHCP snooping trusts no port',
        explanation:
          'DHCP snooping is on, and no port is trusted (`ip dhcp snooping trust`): the switch drops every answer of a server.',
        steps: [
          '`ip dhcp snooping trust` on the port that leads to the DHCP server, and on the links to other switches.',
        ],
      });
    }
  }
}

export const parseIos = (file: SourceFile): ConfigDocument => new Reader(file).read();
