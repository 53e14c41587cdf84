import { clientsAffected } from './affected';
import { Collector } from './collector';
import type { Finding } from './finding';
import { Guard } from './guard';
import { incomplete } from './incomplete';
import { REQUEST } from './conversations/model';
import type { CaptureFacts, Packets } from './conversations/packet';
import { Choice } from './conversations/traits';
import { findUnansweredRelays } from './evidence/silence/unansweredRelays';
import { unlessContradicted } from './rules/messages/contradicted';
import { noticed } from './rules/noticed';
import { EXCHANGE_RULES, WORLD_RULES } from './rules';
import { findAttacks } from './evidence/attacks';
import type { Attack, Sent } from './evidence/facts';
import { Observations } from './evidence/observations';
import type { Settings } from './conversations/settings';
import { Result, type Analysis } from './result';
import { hiddenReply, survey } from './evidence/survey';
import { survey6 } from './rules/v6/answers';
import { verdictOf, verdictParts } from './words/verdict';
import { Watch, type AnalysisLimits } from './watch';
import { Survey, Surveyed } from './evidence/surveyed';
import { World } from './evidence/world';

export type { AnalysisLimits } from './watch';
export type { Finding, Cause, Severity, Outcome } from './finding';
export type { Analysis } from './result';
export type { ClientSummary, Conversation } from './summaries';
export type { ServerSummary } from './servers';
export { DEFAULT_SETTINGS, DEFAULT_THRESHOLDS, type Settings, type Thresholds } from './conversations/settings';

/**
 * Reads all packets, puts them together into conversations, and runs every rule. The cost grows linearly with the number of messages;
 * packets are built on demand and released after each conversation. Never throws: checks that fail are reported in a finding
 * (`check-failed`), and so is what `limits` leave no room for (`analysis-incomplete`).
 */
export function analyse(
  packets: Packets,
  facts: CaptureFacts,
  settings: Settings,
  limits: AnalysisLimits = {},
): Analysis {
  const guard = new Guard();
  let result: Analysis | undefined;
  guard.run(() => (result = examine(packets, facts, settings, new Watch(limits), guard)));
  return result ?? nothingBut(new Collector(settings.suppressed).findings(guard, facts.name));
}

/** The result for a capture that could not be analysed. */
function nothingBut(findings: readonly Finding[]): Analysis {
  const none = { conversations: [], servers: [], clients: [] };
  const story = {
    text: '',
    aside: '',
    unanswered: false,
    unserved: false,
    damaged: false,
    unread: false,
    empty: false,
    noticed: [],
    suppressed: [],
  };
  const verdictWith = (shown: readonly Finding[]): string => verdictOf([story], shown);
  const verdict = verdictWith(findings);
  return {
    ...none,
    findings,
    verdict,
    story,
    verdictWith,
    verdictPartsWith: (shown) => verdictParts([story], shown),
    eachConversation: () => [],
    eachClient: () => [],
    happened: () => undefined,
    conversationCount: 0,
    conversationAt: () => undefined,
    conversationOf: () => -1,
    outcomeAt: () => undefined,
    partnerOf: () => undefined,
    subnets: [],
    ladder: () => undefined,
    clientCount: 0,
    clientAt: () => undefined,
    life: () => undefined,
  };
}

/** The second phase: what became of each exchange, who serves, who routes, and which leases are given. */
function surveyOf(observed: Observations, guard: Guard): Surveyed {
  const surveyed = new Surveyed(observed, new Survey(observed.relayMacs));
  const { exchanges, survey: found } = surveyed;
  for (const exchange of exchanges) {
    if (exchange.client.answers > 0 || !exchange.holds(REQUEST)) continue;
    guard.run(() => {
      const hidden = hiddenReply(exchange, surveyed);
      if (hidden) found.blindLinks.add(hidden.request.link);
    });
  }
  for (const exchange of exchanges) {
    guard.run(
      () => survey(exchange, surveyed),
      () => exchange.frames,
    );
  }
  for (const exchange of surveyed.conversations6.exchanges) {
    guard.run(
      () => survey6(exchange, surveyed),
      () => exchange.frames,
    );
  }
  return surveyed;
}

/** The third phase: what explains many exchanges at once, so that rules about one of them can be silent. */
function worldOf(surveyed: Surveyed, guard: Guard): World {
  let unansweredRelays: ReadonlyMap<number, readonly Sent[]> = new Map();
  let attacks: readonly Attack[] = [];
  guard.run(() => (unansweredRelays = findUnansweredRelays(surveyed)));
  guard.run(() => (attacks = findAttacks(surveyed)));
  return new World(surveyed, unansweredRelays, attacks);
}

function examine(packets: Packets, facts: CaptureFacts, settings: Settings, watch: Watch, guard: Guard): Analysis {
  const observed = new Observations(packets, facts, settings, watch, guard);
  const readingStopped = watch.stopped;
  watch.goOn();
  const world = worldOf(surveyOf(observed, guard), guard);
  const collector = new Collector(settings.suppressed, facts.unread);
  // If the finding itself is suppressed, these clients would not be mentioned at all.
  if (!settings.suppressed.includes('starvation')) for (const { label } of world.invented) collector.absorb(label);
  const applicable = EXCHANGE_RULES.filter(({ under }) => under(settings));
  const choice = new Choice(applicable, ({ needs }) => needs);
  for (const exchange of world.exchanges) {
    if (watch.over()) break;
    guard.each(
      exchange.among(choice),
      ({ check }) => collector.addAll(unlessContradicted(check(exchange, world), world)),
      () => exchange.frames,
    );
  }
  guard.each(WORLD_RULES, (rule) => collector.addAll(rule(world), watch));
  let seen: readonly string[] = [];
  guard.run(() => {
    seen = noticed(world);
  });
  const why = readingStopped ?? watch.stopped;
  if (why) collector.add(incomplete(facts.name, { why, ...observed.read }));
  const findings = collector.findings(guard, facts.name, (some) => clientsAffected(some, world));
  return new Result(world, findings, collector.hidden, seen);
}
