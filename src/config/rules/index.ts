import type { ConfigDocument, ConfigFinding, Subnet } from '../model';
import { finding } from '../report';
import { options } from './options';
import { relays } from './relays';
import { reservations } from './reservations';
import { ConfigView, type Rule } from './rule';
import { routes } from './routes';
import { secrets } from './secrets';
import { times } from './times';
import { topology } from './topology';

/** Every rule, for every kind of configuration. */
export const RULES: readonly Rule[] = [
  ...topology,
  ...options,
  ...routes,
  ...reservations,
  ...times,
  ...relays,
  ...secrets,
];

/** How many findings each rule reports per file. Beyond this they are more of the same. */
const MOST_OF_ONE = 100;

/** All findings of a configuration, from its parser and from the rules, in the order of the file. */
export function checkConfig(document: ConfigDocument): ConfigFinding[] {
  const view = new ConfigView(document);
  const all = [...document.findings];
  const places = new Set(all.map(({ id, span }) => `${id} ${span.file.path} ${span.start}`));
  for (const rule of RULES) {
    const { id, refusedBy = [], severities = {}, notFor = [] } = rule;
    if (notFor.includes(document.kind)) continue;
    let count = 0;
    for (const report of rule.check(view)) {
      const severity = report.severity ?? severities[document.kind];
      const made = finding({
        refused: refusedBy.includes(document.kind),
        ...report,
        id,
        ...(severity ? { severity } : {}),
      });
      const place = `${id} ${made.span.file.path} ${made.span.start}`;
      if (places.has(place)) continue;
      places.add(place);
      // What the program refuses is an error, whatever its usual severity.
      all.push(made.refused ? { ...made, severity: 'error' } : made);
      if (++count >= MOST_OF_ONE) break;
    }
  }
  const order = new Map(document.files.map((file, i) => [file, i]));
  return all.sort(
    (a, b) => (order.get(a.span.file) ?? 0) - (order.get(b.span.file) ?? 0) || a.span.start - b.span.start,
  );
}

/** Number of reservations per subnet: those bound to it, and those with an address in it. */
export function reservationsBySubnet(document: ConfigDocument): ReadonlyMap<Subnet, number> {
  const view = new ConfigView(document);
  const counts = new Map<Subnet, number>();
  for (const host of document.reservations) {
    const subnet = view.subnetOf(host);
    if (subnet) counts.set(subnet, (counts.get(subnet) ?? 0) + 1);
  }
  return counts;
}
