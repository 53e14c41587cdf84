import { Collector } from './collector';
import { REQUEST, type Exchange } from './model';
import type { CaptureFacts, Packets } from './packet';
import { findUnansweredRelays } from './relays';
import { EXCHANGE_RULES, WORLD_RULES } from './rules';
import { findAttacks, invented } from './starvation';
import type { Settings } from './settings';
import { Result, type Analysis } from './result';
import { RoutineExchange } from './routineExchange';
import { hiddenReply, survey, surveyRoutine } from './survey';
import { survey6 } from './v6';
import { World } from './world';

export type { Finding, Cause, Severity, Outcome } from './finding';
export type { Analysis, ClientSummary, Conversation, ServerSummary } from './result';
export { DEFAULT_SETTINGS, DEFAULT_THRESHOLDS, type Settings, type Thresholds } from './settings';

/**
 * Captures with no more packets than this are kept in memory as they are read; larger ones are read again by each pass, which
 * costs less than the collection of so much garbage that has grown old.
 */
const KEEP_ALL = 2000;

/**
 * Reads all packets, puts them together into conversations, and runs every rule. Cost grows linearly with the number of
 * messages; packets are made anew when needed and let go after each conversation.
 */
export function analyse(packets: Packets, facts: CaptureFacts, settings: Settings): Analysis {
  const world = new World(packets, facts, settings);
  const collector = new Collector(settings.suppressed);
  const keep = packets.count <= KEEP_ALL;
  const done = (exchange: Exchange): void => {
    if (!keep) exchange.forget();
  };
  for (const exchange of world.singled) {
    if (exchange.client.answers > 0 || !exchange.holds(REQUEST)) continue;
    const hidden = hiddenReply(exchange, world);
    if (hidden) world.blindLinks.add(hidden.request.link);
    done(exchange);
  }
  for (const exchange of world.notable) {
    if (exchange instanceof RoutineExchange) surveyRoutine(exchange, world);
    else survey(exchange, world);
    done(exchange);
  }
  world.crowd.noteServers(world);
  world.rankServers();
  for (const exchange of world.conversations6.exchanges) survey6(exchange, world);
  world.unansweredRelays = findUnansweredRelays(world);
  for (const sent of world.unansweredRelays.values()) for (const one of sent) world.relaysUnanswered.add(one.exchange);
  world.attacks = findAttacks(world);
  world.invented = invented(world.attacks);
  for (const [exchange, rules] of world.crowd.speaking(world.singled, EXCHANGE_RULES, world)) {
    for (const rule of rules) for (const draft of rule(exchange, world)) collector.add(draft);
    done(exchange);
  }
  for (const rule of WORLD_RULES) for (const draft of rule(world)) collector.add(draft);
  return new Result(world, collector.findings(), [...collector.untold]);
}
