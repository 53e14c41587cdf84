import { portNumber } from '../ports';
import { isAmong } from './addresses';
import { both, not, type Match } from './match';
import type { Probe, Rule, Table } from './rules';

/**
 * Reads `pfctl -s rules` of macOS and the BSDs. In pf, the last matching rule decides, unless an earlier one says `quick`. To follow them
 * as first-match rules they are reordered: the quick ones in their order, then all others from last to first.
 */
export function parsePf(output: string): Table[] {
  const read = output.split('\n').flatMap((line) => readRule(line.trim()));
  // A rule without `quick` is overruled by a later quick rule, and by any later rule that matches.
  const order = [...read.filter(({ quick }) => quick), ...read.filter(({ quick }) => !quick).reverse()];
  const rules = order.map(({ rule }) => rule);
  const chains = new Map([['rules', { name: 'rules', base: true, policy: 'accept' as const, rules }]]);
  return [{ tool: 'pf', name: 'pf', families: [4, 6], chains }];
}

function readRule(text: string): { readonly quick: boolean; readonly rule: Rule }[] {
  const words = text.split(/\s+/);
  const action = words[0];
  if ((action !== 'pass' && action !== 'block') || words.includes('out')) return [];
  const kind = action === 'pass' ? 'accept' : /^block return/.test(text) ? 'reject' : 'drop';
  const to = / to (.*)$/.exec(text)?.[1] ?? '';
  const ports = portsOf(to);
  const from = / from (.*?)(?: to |$)/.exec(text)?.[1] ?? '';
  const fromPorts = portsOf(from);
  const rule: Rule = {
    text,
    namesPort: ports !== undefined,
    judge: (probe) => ({
      match: [family, protocol, addresses, ports, fromPorts && sender].reduce<Match>(
        (match, one) => (one ? both(match, one(probe)) : match),
        'yes',
      ),
      action: { kind },
    }),
  };
  const family = (probe: Probe): Match =>
    words.includes('inet6') && probe.family === 4 ? 'no' : words.includes('inet') && probe.family === 6 ? 'no' : 'yes';
  const named = / proto (?:= )?(\{[^}]*\}|\S+)/.exec(text)?.[1];
  const protocol = (): Match => (named === undefined || /\budp\b|^17$/.test(named) ? 'yes' : 'no');
  const address = (part: string): string => part.replace(/\s*port\b.*/, '').trim();
  const sources = address(from);
  const destinations = address(to.replace(/\s(flags|keep|no state|modulate|tag|label|icmp-type).*/, ''));
  const on = / on (\S+)/.exec(text)?.[1];
  const device: Match = on === 'lo0' ? 'no' : on === undefined ? 'yes' : 'maybe';
  const addresses = (probe: Probe): Match =>
    both(device, both(isOf(probe.source, sources), isOf(probe.destination, destinations)));
  const sender = (probe: Probe): Match =>
    probe.from === undefined ? 'maybe' : fromPorts!({ ...probe, port: probe.from });
  return [{ quick: words.includes('quick'), rule }];
}

/** Whether an address is one of a condition: `any`, an address or prefix, `! 10.0.0.0/24`. A table or an interface may hold any. */
function isOf(ours: Probe['source'], text: string): Match {
  if (text === '' || text === 'any') return 'yes';
  const [, negated, address] = /^(!\s*)?(.*)$/.exec(text)!;
  const match = isAmong(ours, address!);
  return negated === undefined ? match : not(match);
}

/** Matches `port = 67`, `port 67:69`, `port = bootps`, `port != 67` or `port 66 >< 69`. Undefined if there is no condition. */
function portsOf(text: string): ((probe: Probe) => Match) | undefined {
  const match = /\bport (?:(=|!=|<=|>=|<|>) )?([\w-]+)(?:\s*(:|><|<>)\s*([\w-]+))?/.exec(text);
  if (!match) return undefined;
  const [, op = '=', low, range, high] = match;
  const from = portNumber(low!);
  const to = high === undefined ? from : portNumber(high);
  return ({ port }) => {
    // A service name unknown here is the name of another port.
    if (from === undefined || to === undefined) return op === '!=' ? 'yes' : 'no';
    const right =
      range === ':'
        ? port >= from && port <= to
        : range === '><'
          ? port > from && port < to
          : range === '<>'
            ? port < from || port > to
            : op === '='
              ? port === from
              : op === '!='
                ? port !== from
                : op === '<'
                  ? port < from
                  : op === '<='
                    ? port <= from
                    : op === '>'
                      ? port > from
                      : port >= from;
    return right ? 'yes' : 'no';
  };
}
