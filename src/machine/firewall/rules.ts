import type { FirewallEntry, Verdict } from '../model';
import type { PortRow } from '../ports';

/** A packet whose way through the rules is asked for: the first of a client or relay to this machine. */
export interface Probe {
  readonly port: number;
  readonly family: 4 | 6;
  /** Port that it comes from; undefined where any may be. */
  readonly from: number | undefined;
}

/** Whether a packet fits a condition. `maybe`: it depends on the interface, the sender, or what the rules do not tell. */
export type Match = 'yes' | 'no' | 'maybe';

export const both = (a: Match, b: Match): Match =>
  a === 'no' || b === 'no' ? 'no' : a === 'yes' && b === 'yes' ? 'yes' : 'maybe';
export const not = (match: Match): Match => (match === 'yes' ? 'no' : match === 'no' ? 'yes' : 'maybe');

/** What a rule does with what fits it. `next` goes on with the next rule. */
export type Action =
  { readonly kind: Verdict | 'return' | 'next' } | { readonly kind: 'jump' | 'goto'; readonly chain: string };

export interface Rule {
  readonly text: string;
  /** Whether a packet fits, and what is then done. */
  judge(probe: Probe): { readonly match: Match; readonly action: Action };
  /** A condition on the destination port is among its conditions. */
  readonly namesPort: boolean;
}

export interface Chain {
  readonly name: string;
  /** Packets come here by themselves, not by a jump. */
  readonly base: boolean;
  readonly policy?: Verdict;
  readonly rules: Rule[];
}

/** Rules of one table. All of its base chains are asked: each must let a packet pass. */
export interface Table {
  readonly tool: string;
  readonly name: string;
  readonly families: readonly (4 | 6)[];
  readonly chains: ReadonlyMap<string, Chain>;
}

/** One verdict on the way of a packet. */
interface Decision {
  readonly verdict: Verdict;
  readonly text: string;
  readonly where: string;
  readonly named: boolean;
  readonly certain: boolean;
}

/** Jumps follow each other at most so often (nftables allows 16), and so many rules are asked in all. */
const DEEPEST = 16;
const MOST_STEPS = 100_000;

/** Follows one packet through a base chain: every rule that may decide over it, in order; the last is certain. */
function follow(table: Table, base: Chain, probe: Probe): Decision[] {
  const out: Decision[] = [];
  let steps = 0;
  /** Whether the way is at its end, comes back, or may do either. */
  const walk = (chain: Chain, named: boolean, certain: boolean, depth: number): 'ended' | 'back' => {
    for (const rule of chain.rules) {
      if (++steps > MOST_STEPS) return 'back';
      const { match, action } = rule.judge(probe);
      if (match === 'no' || action.kind === 'next') continue;
      const sure = certain && match === 'yes';
      const names = named || rule.namesPort;
      if (action.kind === 'return') {
        if (match === 'yes') return 'back';
        // From here on it is not certain that the packet is still here.
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
  if (walk(base, false, true, 0) === 'back' && base.policy !== undefined) {
    out.push({
      verdict: base.policy,
      text: `policy ${base.policy}`,
      where: `${table.name} ${base.name}`,
      named: false,
      certain: true,
    });
  }
  return out;
}

/** What the rules say about one port. */
export interface PortVerdict {
  /** `open`, `blocked`, or `depends`: it is for some packets. */
  readonly state: 'open' | 'blocked' | 'depends';
  /** The rule that decides, where one blocks. */
  readonly by?: FirewallEntry;
  /** That rule is about the port, and not about all that is not let through. */
  readonly named?: boolean;
}

/**
 * Asks all tables about one port: every rule that decides over it and names it, and whatever blocks it. Accepting by a policy or a rule for
 * everything says nothing about the port, and is left out.
 */
export function askTables(
  tables: readonly Table[],
  { port, families, from }: PortRow,
): { readonly entries: FirewallEntry[]; readonly verdict: PortVerdict } {
  const entries: FirewallEntry[] = [];
  let state: PortVerdict['state'] = 'open';
  let by: FirewallEntry | undefined;
  let byName = false;
  for (const table of tables)
    for (const family of families.filter((one) => table.families.includes(one)))
      for (const chain of table.chains.values()) {
        if (!chain.base) continue;
        const decisions = follow(table, chain, { port, family, from });
        const last = decisions.at(-1);
        for (const decision of decisions) {
          const { verdict, text, where, named } = decision;
          const blocks = verdict !== 'accept';
          if (!named && !(blocks && decision === last)) continue;
          // What stands behind an exception decides over what the exception does not take.
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
