import type { Range } from '../../config/address';
import type { FirewallEntry, Verdict } from '../model';
import type { PortRow } from '../ports';
import type { Match } from './match';

/** The packet to follow through the rules: the first one from a client or relay to this machine. */
export interface Probe {
  readonly port: number;
  readonly family: 4 | 6;
  /** Source port; undefined if it may be any. */
  readonly from: number | undefined;
  /** Addresses, and how it is delivered; left out if they may be any. */
  readonly source?: Range;
  readonly destination?: Range;
  readonly cast?: 'broadcast' | 'multicast';
}

/** What a rule does with a matching packet. `next` continues with the next rule. */
export type Action =
  { readonly kind: Verdict | 'return' | 'next' } | { readonly kind: 'jump' | 'goto'; readonly chain: string };

export interface Rule {
  readonly text: string;
  /** Whether a packet matches, and what happens to it then. */
  judge(probe: Probe): { readonly match: Match; readonly action: Action };
  /** One of its conditions is on the destination port. */
  readonly namesPort: boolean;
}

export interface Chain {
  readonly name: string;
  /** Packets enter this chain directly rather than by a jump. */
  readonly base: boolean;
  readonly policy?: Verdict;
  /** Only packets of certain interfaces enter it. */
  readonly partial?: true;
  readonly rules: Rule[];
}

/** Rules of one table. A packet must pass all of its base chains. */
export interface Table {
  readonly tool: string;
  readonly name: string;
  readonly families: readonly (4 | 6)[];
  readonly chains: ReadonlyMap<string, Chain>;
}

/** A verdict that a packet may get. */
interface Decision {
  readonly verdict: Verdict;
  readonly text: string;
  readonly where: string;
  readonly named: boolean;
  readonly certain: boolean;
}

/** Limits on nested jumps (nftables allows 16) and on the number of rules evaluated. */
const DEEPEST = 16;
const MOST_STEPS = 100_000;

/**
 * Follows a packet through a base chain. Gives every rule that may decide its fate, in order, then the policy if the packet may reach it.
 */
function follow(table: Table, base: Chain, probe: Probe): Decision[] {
  const out: Decision[] = [];
  let steps = 0;
  /** Whether the packet's path certainly ended in the chain, or may return from it. */
  const walk = (chain: Chain, named: boolean, certain: boolean, depth: number): 'ended' | 'back' => {
    for (const rule of chain.rules) {
      if (++steps > MOST_STEPS) return 'back';
      const { match, action } = rule.judge(probe);
      if (match === 'no' || action.kind === 'next') continue;
      const sure = certain && match === 'yes';
      const names = named || rule.namesPort;
      if (action.kind === 'return') {
        if (match === 'yes') return 'back';
        // From here on, the packet may already have left the chain.
        certain = false;
      } else if (action.kind === 'jump' || action.kind === 'goto') {
        const target = table.chains.get(action.chain);
        if (!target || depth >= DEEPEST) continue;
        const ended = walk(target, names, sure, depth + 1) === 'ended';
        if (ended && match === 'yes') return 'ended';
        if (action.kind === 'goto' && match === 'yes') return 'back';
      } else {
        out.push({
          verdict: action.kind,
          text: rule.text,
          where: `${table.name} ${chain.name}`,
          named: names,
          certain: sure,
        });
        if (match === 'yes') return 'ended';
      }
    }
    return 'back';
  };
  if (walk(base, false, !base.partial, 0) === 'back' && base.policy !== undefined) {
    out.push({
      verdict: base.policy,
      text: `policy ${base.policy}`,
      where: `${table.name} ${base.name}`,
      named: false,
      certain: !base.partial,
    });
  }
  return out;
}

/** What the rules do with one port. */
export interface PortVerdict {
  /** `open`, `blocked`, or `depends` if only some packets are blocked. */
  readonly state: 'open' | 'blocked' | 'depends';
  /** The blocking rule, if there is one. */
  readonly by?: FirewallEntry;
  /** The rule is about this port, rather than a default for everything not allowed. */
  readonly named?: boolean;
  /** What becomes of the first packet of a client, if it depends on the packet. `by` is then the rule that blocks this one. */
  readonly first?: PortVerdict['state'];
}

/**
 * Applies all tables to one port. Returns every deciding rule that names the port, and whatever blocks it. A policy or general rule that
 * accepts says nothing about the port and is left out.
 */
export function askTables(
  tables: readonly Table[],
  row: PortRow,
): { readonly entries: FirewallEntry[]; readonly verdict: PortVerdict } {
  const any = probeTables(tables, row, {});
  if (any.verdict.state !== 'depends' || !row.first) return any;
  const first = probeTables(tables, row, row.first).verdict;
  const of = first.state === 'blocked' ? first : any.verdict;
  return { entries: any.entries, verdict: { ...of, state: 'depends', first: first.state } };
}

/** Follows one kind of packet through all tables. */
function probeTables(
  tables: readonly Table[],
  { port, families, from }: PortRow,
  { source, destination, cast }: Pick<Probe, 'source' | 'destination' | 'cast'>,
): { readonly entries: FirewallEntry[]; readonly verdict: PortVerdict } {
  const entries: FirewallEntry[] = [];
  let state: PortVerdict['state'] = 'open';
  let by: FirewallEntry | undefined;
  let byName = false;
  for (const table of tables)
    for (const family of families.filter((one) => table.families.includes(one)))
      for (const chain of table.chains.values()) {
        if (!chain.base) continue;
        const decisions = follow(table, chain, {
          port,
          family,
          from,
          ...(source && { source }),
          ...(destination && { destination }),
          ...(cast && { cast }),
        });
        const last = decisions.at(-1);
        for (const decision of decisions) {
          const { verdict, text, where, named } = decision;
          const blocks = verdict !== 'accept';
          if (!named && !(blocks && decision === last)) continue;
          // After an exception, the final rule applies only to packets that the exception did not match.
          const conditional =
            !decision.certain ||
            (decision === last &&
              decisions.length > 1 &&
              decisions.some((one) => one !== last && one.verdict !== verdict));
          const entry: FirewallEntry = {
            tool: table.tool,
            verdict,
            port,
            rule: text,
            where,
            ...(conditional ? { conditional: true as const } : {}),
          };
          if (!entries.some((one) => one.rule === text && one.where === where && one.verdict === verdict))
            entries.push(entry);
          if (!blocks) continue;
          const blocked = decision === last && decision.certain && !conditional;
          if (blocked && state !== 'blocked') {
            state = 'blocked';
            by = entry;
            byName = named;
          } else if (state === 'open' && (named || decision === last)) {
            state = 'depends';
            by = entry;
            byName = named;
          }
        }
      }
  return { entries, verdict: by ? { state, by, named: byName } : { state } };
}
