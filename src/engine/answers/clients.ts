import { nameOfDuid } from '../../codec/names/duids';
import { clientName } from '../../analysis/ladder';
import type { Tenancy } from '../../analysis/life';
import type { ClientRow, Requests } from '../../protocol';
import type { Capture } from '../capture';

/** Maximum number of rows per answer. */
const MOST_ROWS = 200;

/** Clients `from` to `to` (exclusive), in order of first appearance. */
export function clientRows(capture: Capture, from: number, to: number): Requests['clients']['result'] {
  const total = capture.result.clientCount;
  const rows: ClientRow[] = [];
  for (let i = Math.max(0, from); i < Math.min(to, total, from + MOST_ROWS); i++) rows.push(clientRow(capture, i));
  return { from: Math.max(0, from), rows, total };
}

function clientRow(capture: Capture, place: number): ClientRow {
  const { client, mac, hostname, vendor, system, address, server, outcome, conversations } = capture.clientAt(place)!;
  const life = capture.result.life(place)!;
  return {
    client: clientName(client),
    outcome,
    conversations,
    life: { ...life, tenancies: life.tenancies.map((one) => sinceStart(one, capture.scan.firstTime)) },
    ...(mac !== undefined ? { mac } : {}),
    ...(hostname !== undefined ? { hostname } : {}),
    ...(vendor !== undefined ? { vendor } : {}),
    ...(system !== undefined ? { system } : {}),
    ...(address !== undefined ? { address } : {}),
    ...(server !== undefined ? { server: nameOfDuid(server) } : {}),
  };
}

/** A lease period with its times relative to the first frame of the capture. */
function sinceStart(one: Tenancy, start: number): Tenancy {
  const since = (time: number): number => Math.round((time - start) * 1e6) / 1e6;
  const { until, t1, t2 } = one;
  return {
    ...one,
    from: since(one.from),
    ...(until !== undefined ? { until: since(until) } : {}),
    ...(t1 !== undefined ? { t1: since(t1) } : {}),
    ...(t2 !== undefined ? { t2: since(t2) } : {}),
  };
}
