import { parseAddress } from '../address';
import { nearest } from '../nearest';
import type { Report } from '../report';
import { lineOf, type Span } from '../source';
import type { Issues } from './issues';
import type { JsonMap } from './reader';
import { NONE } from './scopes';

/** Kea's own hook libraries, by the part of the name behind `libdhcp_`; Administrator Reference Manual, releases 2.2 to 3.0. */
const LIBRARIES: readonly string[] =
  `bootp class_cmds cb_cmds ddns_tuning flex_id flex_option ha host_cache host_cmds lease_cmds
  lease_query legal_log limits mysql mysql_cb perfmon pgsql pgsql_cb ping_check radius run_script stat_cmds subnet_cmds user_chk`
    .trim()
    .split(/\s+/);

/** The roles that each mode of high availability has, one peer each. Any further peer is a backup. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  'load-balancing': ['primary', 'secondary'],
  'hot-standby': ['primary', 'standby'],
  'passive-backup': ['primary'],
};

/** Parameters that a peer must have. */
const OF_A_PEER = ['name', 'url', 'role'] as const;
/** Parameters for TLS: a peer has all of them or none. */
const OF_TLS = ['trust-anchor', 'cert-file', 'key-file'] as const;

/** Checks the hook libraries: their names, and the settings of high availability. */
export function checkHooks(libraries: readonly JsonMap[], issues: Issues): void {
  for (const library of libraries) {
    checkName(library, issues);
    if (stem(library) === 'ha') checkAvailability(library, issues);
  }
}

/** `ha` of `/usr/lib/kea/hooks/libdhcp_ha.so`. */
const stem = (library: JsonMap): string | undefined =>
  /(?:^|\/)libdhcp_([^/]+?)(?:\.so)?$/.exec(library.text('library')?.value ?? '')?.[1];

function checkName(library: JsonMap, issues: Issues): void {
  const name = stem(library);
  const near = name === undefined || LIBRARIES.includes(name) ? undefined : nearest(name, LIBRARIES);
  if (near === undefined) return;
  issues.add(
    {
      id: 'name-not-defined',
      severity: 'warning',
      span: library.text('library')!.span,
      title: `Kea has no hook library “libdhcp_${name!.slice(0, 40)}”`,
      explanation: `Kea does not start without a library that it is told to load. “libdhcp_${near}.so” is the nearest of its own.`,
      steps: [`Write “libdhcp_${near}.so”, if it is this one.`],
    },
    NONE,
  );
}

function checkAvailability(library: JsonMap, issues: Issues): void {
  const pairs = library.map('parameters')?.maps('high-availability') ?? [];
  const say = (span: Span, title: string, explanation: string): void =>
    issues.add({ id: 'failover-settings', span, title, explanation } satisfies Report, NONE);
  if (pairs.length === 0)
    say(
      library.text('library')!.span,
      'High availability without settings',
      'The HA hook needs its parameter “high-availability”: a list with one map.',
    );
  for (const pair of pairs) new Relationship(pair, say).check();
}

/** One relationship of servers, as `HAConfig::validate` of Kea judges it. */
class Relationship {
  private readonly peers: readonly JsonMap[];
  private readonly mode: ReturnType<JsonMap['text']>;
  private readonly wanted: readonly string[];

  constructor(
    private readonly pair: JsonMap,
    private readonly say: (span: Span, title: string, explanation: string) => void,
  ) {
    this.peers = pair.maps('peers');
    this.mode = pair.text('mode');
    this.wanted = ROLES[this.mode?.value ?? ''] ?? [];
  }

  check(): void {
    const { pair, mode, peers, say } = this;
    const own = pair.text('this-server-name');
    const known = peers.map((peer) => peer.text('name')?.value);
    if (own && !known.includes(own.value))
      say(
        own.span,
        `“${own.value}” is none of the peers`,
        `“this-server-name” must be the name of one of the peers: ${known.join(', ')}.`,
      );
    if (mode && !Object.hasOwn(ROLES, mode.value))
      say(mode.span, `Unknown mode “${mode.value.slice(0, 40)}”`, `The modes are ${Object.keys(ROLES).join(', ')}.`);
    for (const peer of peers) {
      this.complete(peer);
      this.url(peer);
      this.tls(peer);
    }
    this.unique('name');
    this.unique('url');
    this.roles();
    this.waiting();
  }

  private complete(peer: JsonMap): void {
    const lacking = OF_A_PEER.filter((key) => !peer.get(key));
    if (lacking.length > 0)
      this.say(
        { ...peer.span, end: peer.span.start + 1 },
        `A peer without “${lacking[0]!}”`,
        `Each peer needs ${OF_A_PEER.join(', ')}.`,
      );
  }

  private url(peer: JsonMap): void {
    const url = peer.text('url');
    if (!url) return;
    const [, scheme, host] = /^(https?):\/\/(\[[^\]]*\]|[^:/]*)/.exec(url.value) ?? [];
    if (scheme === undefined)
      this.say(
        url.span,
        'Not a URL of a peer',
        `The URL of a peer begins with “http://” or “https://”; “${url.value.slice(0, 60)}” does not.`,
      );
    else if (!parseAddress(host!.replace(/^\[|\]$/g, '')))
      this.say(
        url.span,
        'No address in the URL of a peer',
        `Kea wants the peer's IP address in its URL, not “${host!.slice(0, 60)}”: it looks up no names.`,
      );
    else if (scheme === 'https' && !OF_TLS.some((key) => this.ofTls(peer, key)))
      this.say(url.span, 'https without certificates', `For “https://”, a peer needs ${OF_TLS.join(', ')}.`);
  }

  /** A parameter for TLS: of the peer itself, or of the relationship. */
  private ofTls(peer: JsonMap, key: string): string | undefined {
    const text = peer.text(key)?.value ?? this.pair.text(key)?.value;
    return text === '' ? undefined : text;
  }

  private tls(peer: JsonMap): void {
    const given = OF_TLS.filter((key) => this.ofTls(peer, key));
    if (given.length === 0 || given.length === OF_TLS.length) return;
    const place = peer.keySpan(given[0]!) ?? this.pair.keySpan(given[0]!) ?? peer.span;
    const lacking = OF_TLS.filter((key) => !given.includes(key));
    this.say(place, `“${lacking.join('” and “')}” missing`, `TLS needs all of ${OF_TLS.join(', ')}.`);
  }

  private unique(key: 'name' | 'url'): void {
    const seen = new Map<string, Span>();
    for (const peer of this.peers) {
      const text = peer.text(key);
      if (!text) continue;
      const first = seen.get(text.value);
      if (first)
        this.say(
          text.span,
          `Two peers with one ${key}`,
          `“${text.value.slice(0, 60)}” is the ${key} of the peer in line ${lineOf(first)} already.`,
        );
      else seen.set(text.value, text.span);
    }
  }

  private roles(): void {
    const { mode, wanted, say } = this;
    if (!mode || wanted.length === 0) return;
    const held = new Set<string>();
    for (const peer of this.peers) {
      const role = peer.text('role');
      if (!role || role.value === 'backup') continue;
      const foreign = !wanted.includes(role.value);
      if (foreign || held.has(role.value))
        say(
          role.span,
          foreign
            ? `No “${role.value.slice(0, 40)}” in mode ${mode.value}`
            : `Second peer with the role “${role.value}”`,
          `In mode ${mode.value} the roles are ${wanted.join(', ')}, for one peer each, and backup.`,
        );
      held.add(role.value);
    }
    for (const role of wanted)
      if (!held.has(role))
        say(mode.span, `No peer is ${role}`, `In mode ${mode.value} one peer has the role “${role}”.`);
  }

  /** What only some modes allow. */
  private waiting(): void {
    const { mode, pair, say } = this;
    if (pair.flag('wait-backup-ack') && mode && mode.value !== 'passive-backup')
      say(
        pair.keySpan('wait-backup-ack')!,
        `“wait-backup-ack” in mode ${mode.value.slice(0, 40)}`,
        'Only in mode passive-backup can Kea wait for its backup servers.',
      );
    if ((pair.number('delayed-updates-limit')?.value ?? 0) > 0 && mode?.value === 'hot-standby')
      say(
        pair.keySpan('delayed-updates-limit')!,
        '“delayed-updates-limit” in mode hot-standby',
        'Only in mode load-balancing can servers answer without their partner for a while.',
      );
  }
}
