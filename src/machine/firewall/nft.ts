import { isRow, parseJson, type Row } from '../json';
import { portNumber } from '../ports';
import { isAmong } from './addresses';
import { both, not, type Match } from './match';
import type { Action, Chain, Probe, Rule, Table } from './rules';

/** Elements of named sets and maps, by table and name. */
type Sets = ReadonlyMap<string, readonly unknown[]>;

const UDP: readonly unknown[] = [17, 'udp'];

/** Reads `nft -j list ruleset`: the tables whose chains see incoming packets. */
export function parseNft(output: string): Table[] {
  const root = parseJson(output);
  const items = isRow(root) && Array.isArray(root['nftables']) ? (root['nftables'] as unknown[]).filter(isRow) : [];
  const tables = new Map<string, { readonly table: Table; readonly chains: Map<string, Chain> }>();
  const sets = new Map<string, readonly unknown[]>();
  const key = (row: Row): string => `${String(row['family'])} ${String(row['table'])}`;
  for (const item of items) {
    const set = item['set'] ?? item['map'];
    if (isRow(set) && Array.isArray(set['elem']))
      sets.set(`${key(set)} ${String(set['name'])}`, set['elem'] as unknown[]);
    const chain = item['chain'];
    if (!isRow(chain)) continue;
    const name = key(chain);
    let known = tables.get(name);
    if (!known) {
      const chains = new Map<string, Chain>();
      const families = { ip: [4], ip6: [6] }[String(chain['family'])] ?? [4, 6];
      known = { table: { tool: 'nft', name, families: families as (4 | 6)[], chains }, chains };
      tables.set(name, known);
    }
    // NAT chains see the packet but let it pass.
    const base = ['input', 'prerouting', 'ingress'].includes(String(chain['hook'])) && chain['type'] !== 'nat';
    const policy = chain['policy'] === 'drop' ? 'drop' : 'accept';
    const own = String(chain['name']);
    known.chains.set(own, {
      name: own,
      base,
      ...(base ? { policy } : {}),
      // The hook is that of certain devices, which nft 1.0 leaves out of its JSON.
      ...(chain['hook'] === 'ingress' ? { partial: true } : {}),
      rules: [],
    });
  }
  for (const item of items) {
    const rule = item['rule'];
    if (!isRow(rule) || !Array.isArray(rule['expr'])) continue;
    const chain = tables.get(key(rule))?.chains.get(String(rule['chain']));
    chain?.rules.push(readRule(rule, rule['expr'] as unknown[], sets));
  }
  return [...tables.values()].map(({ table }) => table);
}

function readRule(rule: Row, expressions: readonly unknown[], sets: Sets): Rule {
  const inTable = `${String(rule['family'])} ${String(rule['table'])}`;
  const parts = expressions.filter(isRow);
  const comment = typeof rule['comment'] === 'string' ? [`comment "${rule['comment']}"`] : [];
  return {
    text: [...parts.map(textOf), ...comment].filter((part) => part !== '').join(' '),
    namesPort: parts.some((part) => isDestinationPort(part['match'], 'left') || isDestinationPort(part['vmap'], 'key')),
    judge: (probe) => {
      let match: Match = 'yes';
      for (const part of parts) {
        if (isRow(part['match'])) match = both(match, matches(part['match'], probe, inTable, sets));
        else if (isRow(part['vmap'])) {
          const found = mapped(part['vmap'], probe, inTable, sets);
          return { match: both(match, found.match), action: found.action };
        } else if (part['limit'] !== undefined || part['quota'] !== undefined || part['ct count'] !== undefined)
          match = both(match, 'maybe');
        else if (isRow(part['xt'])) {
          if (part['xt']['type'] === 'match' && part['xt']['name'] !== 'comment') match = both(match, 'maybe');
          const target = part['xt']['name'];
          if (target === 'REJECT' || target === 'DROP')
            return { match, action: { kind: target === 'DROP' ? 'drop' : 'reject' } };
        }
        const action = actionOf(part);
        if (action) return { match, action };
        if (match === 'no') break;
      }
      return { match, action: { kind: 'next' } };
    },
  };
}

/** Whether an expression is a condition on the destination port. Excluding one port does not count as naming one. */
const isDestinationPort = (part: unknown, key: 'left' | 'key'): boolean =>
  isRow(part) && part['op'] !== '!=' && /\bdport\b/.test(expressionText(part[key]));

function actionOf(part: Row): Action | undefined {
  for (const kind of ['accept', 'drop', 'return'] as const) if (part[kind] === null) return { kind };
  if (part['reject'] !== undefined) return { kind: 'reject' };
  if (part['queue'] !== undefined) return { kind: 'accept' };
  for (const kind of ['jump', 'goto'] as const) {
    const target = part[kind];
    if (isRow(target) && typeof target['target'] === 'string') return { kind, chain: target['target'] };
  }
  return undefined;
}

/** Whether at least one of several values matches. */
function some(values: readonly unknown[], test: (value: unknown) => Match): Match {
  let match: Match = 'no';
  for (const value of values) {
    const one = test(isRow(value) && isRow(value['elem']) ? value['elem']['val'] : value);
    if (one === 'yes') return 'yes';
    if (one === 'maybe') match = 'maybe';
  }
  return match;
}

function numberIs(wanted: number | undefined, right: unknown, inTable: string, sets: Sets): Match {
  if (Array.isArray(right)) return some(right, (value) => numberIs(wanted, value, inTable, sets));
  if (isRow(right)) {
    if (Array.isArray(right['set'])) return numberIs(wanted, right['set'], inTable, sets);
    const range = right['range'];
    if (!Array.isArray(range)) return 'maybe';
    const [low, high] = range.map((end) => portNumber(String(end)));
    if (low === undefined || high === undefined || wanted === undefined) return 'maybe';
    return wanted >= low && wanted <= high ? 'yes' : 'no';
  }
  if (typeof right === 'string' && right.startsWith('@')) {
    const elements = sets.get(`${inTable} ${right.slice(1)}`);
    return elements ? numberIs(wanted, elements, inTable, sets) : 'maybe';
  }
  const number = portNumber(String(right));
  // A service name unknown here is the name of another port.
  return wanted === undefined ? 'maybe' : number === wanted ? 'yes' : 'no';
}

function matches(match: Row, probe: Probe, inTable: string, sets: Sets): Match {
  const fits = fitting(match['left'], match['right'], probe, inTable, sets);
  const op = String(match['op']);
  if (op === '==' || op === 'in') return fits;
  if (op === '!=') return not(fits);
  const payload = field(match['left']);
  const bound = portNumber(String(match['right']));
  if (payload !== 'dport' || bound === undefined) return 'maybe';
  const order = {
    '<': probe.port < bound,
    '>': probe.port > bound,
    '<=': probe.port <= bound,
    '>=': probe.port >= bound,
  }[op];
  return order === undefined ? 'maybe' : order ? 'yes' : 'no';
}

/** `dport` or `sport` of UDP, or of any transport protocol. */
function field(left: unknown): string | undefined {
  const payload = isRow(left) ? left['payload'] : undefined;
  return isRow(payload) && (payload['protocol'] === 'udp' || payload['protocol'] === 'th')
    ? String(payload['field'])
    : undefined;
}

const values = (right: unknown): readonly unknown[] =>
  isRow(right) && Array.isArray(right['set']) ? (right['set'] as unknown[]) : [right].flat();

const oneOf = (right: unknown, ours: readonly unknown[]): Match =>
  values(right).some((value) => ours.includes(value)) ? 'yes' : 'no';

function fitting(left: unknown, right: unknown, probe: Probe, inTable: string, sets: Sets): Match {
  if (!isRow(left)) return 'maybe';
  const payload = left['payload'];
  if (isRow(payload)) {
    const name = field(left);
    if (name === 'dport') return numberIs(probe.port, right, inTable, sets);
    if (name === 'sport') return numberIs(probe.from, right, inTable, sets);
    switch (payload['protocol']) {
      case 'ip':
        if (probe.family === 6) return 'no';
        return payload['field'] === 'protocol' ? oneOf(right, UDP) : addressIs(payload, right, probe, inTable, sets);
      case 'ip6':
        if (probe.family === 4) return 'no';
        return payload['field'] === 'nexthdr' ? oneOf(right, UDP) : addressIs(payload, right, probe, inTable, sets);
      case 'udp':
      case 'th':
      case 'ether':
      case 'vlan':
        return 'maybe';
      default:
        // Another transport protocol: TCP, ICMP, SCTP …
        return typeof payload['protocol'] === 'string' ? 'no' : 'maybe';
    }
  }
  const meta = left['meta'];
  if (isRow(meta)) {
    switch (meta['key']) {
      case 'l4proto':
        return oneOf(right, UDP);
      case 'nfproto':
        return oneOf(right, probe.family === 4 ? ['ipv4', 2] : ['ipv6', 10]);
      case 'protocol':
        return oneOf(right, probe.family === 4 ? ['ip', 2048] : ['ip6', 34525]);
      case 'pkttype':
        return probe.cast === undefined ? 'maybe' : oneOf(right, [probe.cast]);
      case 'iifname':
      case 'iif':
        return values(right).every((value) => value === 'lo') ? 'no' : 'maybe';
      default:
        return 'maybe';
    }
  }
  const ct = left['ct'];
  if (isRow(ct) && ct['key'] === 'state') return oneOf(right, ['new', 'untracked']);
  // A packet with a translated destination was sent to another address, so it is not a request to this machine.
  if (isRow(ct) && ct['key'] === 'status' && values(right).includes('dnat')) return 'no';
  return 'maybe';
}

/** Whether the source or destination of the packet is among the addresses, prefixes, ranges and sets on the right. */
function addressIs(payload: Row, right: unknown, probe: Probe, inTable: string, sets: Sets): Match {
  const ours = { saddr: probe.source, daddr: probe.destination }[String(payload['field'])];
  if (!ours) return 'maybe';
  const among = (value: unknown): Match => {
    if (Array.isArray(value)) return some(value, among);
    if (isRow(value) && Array.isArray(value['set'])) return among(value['set']);
    if (typeof value === 'string' && value.startsWith('@')) {
      const elements = sets.get(`${inTable} ${value.slice(1)}`);
      return elements ? some(elements, among) : 'maybe';
    }
    return isAmong(ours, expressionText(value));
  };
  return among(right);
}

/** The verdict that a verdict map gives for the packet. */
function mapped(
  vmap: Row,
  probe: Probe,
  inTable: string,
  sets: Sets,
): { readonly match: Match; readonly action: Action } {
  const data = vmap['data'];
  const pairs =
    typeof data === 'string' && data.startsWith('@')
      ? sets.get(`${inTable} ${data.slice(1)}`)
      : isRow(data) && Array.isArray(data['set'])
        ? (data['set'] as unknown[])
        : undefined;
  let best: { readonly match: Match; readonly action: Action } = {
    match: pairs ? 'no' : 'maybe',
    action: { kind: 'next' },
  };
  for (const pair of pairs ?? []) {
    if (!Array.isArray(pair) || !isRow(pair[1])) continue;
    const action = actionOf(pair[1]);
    const match = fitting(
      vmap['key'],
      [isRow(pair[0]) && isRow(pair[0]['elem']) ? pair[0]['elem']['val'] : pair[0]],
      probe,
      inTable,
      sets,
    );
    if (match === 'yes') return { match, action: action ?? { kind: 'next' } };
    // If several may match, one that blocks is preferred.
    if (match === 'maybe' && (best.match !== 'maybe' || action?.kind === 'drop'))
      best = { match, action: action ?? { kind: 'next' } };
  }
  return best;
}

/** An expression roughly as nft writes it. */
function expressionText(value: unknown): string {
  if (Array.isArray(value)) return value.map(expressionText).join(',');
  if (!isRow(value)) return typeof value === 'string' || typeof value === 'number' ? String(value) : '…';
  const [name, inner] = Object.entries(value)[0] ?? ['', undefined];
  if (name === 'payload' && isRow(inner)) return `${String(inner['protocol'])} ${String(inner['field'])}`;
  if ((name === 'meta' || name === 'ct') && isRow(inner)) {
    const key = String(inner['key']);
    return name === 'ct' || !/^[io]if(name)?$/.test(key) ? `${name} ${key}` : key;
  }
  if (name === 'set' && Array.isArray(inner)) return `{ ${inner.map(expressionText).join(', ')} }`;
  if (name === 'range' && Array.isArray(inner)) return inner.map(expressionText).join('-');
  if (name === 'prefix' && isRow(inner)) return `${String(inner['addr'])}/${String(inner['len'])}`;
  if (name === 'elem' && isRow(inner)) return expressionText(inner['val']);
  if (name === 'concat') return [inner].flat().map(expressionText).join(' . ');
  return name;
}

function textOf(part: Row): string {
  const [name = '', inner] = Object.entries(part)[0] ?? [];
  if (name === 'match' && isRow(inner)) {
    const op = inner['op'] === '==' || inner['op'] === 'in' ? '' : `${String(inner['op'])} `;
    return `${expressionText(inner['left'])} ${op}${expressionText(inner['right'])}`;
  }
  if (name === 'vmap' && isRow(inner)) {
    const data = inner['data'];
    const pairs = isRow(data) && Array.isArray(data['set']) ? (data['set'] as unknown[]) : undefined;
    const shown = pairs?.map((pair) =>
      Array.isArray(pair) ? `${expressionText(pair[0])} : ${isRow(pair[1]) ? textOf(pair[1]) : '…'}` : '…',
    );
    return `${expressionText(inner['key'])} vmap ${shown ? `{ ${shown.join(', ')} }` : String(data)}`;
  }
  if ((name === 'jump' || name === 'goto') && isRow(inner)) return `${name} ${String(inner['target'])}`;
  if (name === 'counter') return 'counter';
  if (name === 'xt' && isRow(inner)) return `xt ${String(inner['name'])}`;
  if (name === 'log' && isRow(inner) && typeof inner['prefix'] === 'string') return `log prefix "${inner['prefix']}"`;
  return name;
}
