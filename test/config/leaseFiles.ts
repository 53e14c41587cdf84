import { encodeText } from '../../src/codec/bytes';
import { readLeases, type Lease, type LeaseFile } from '../../src/config/leases';

/** A lease database from its text, or its octets. */
export const read = (content: string | Uint8Array, name = 'x', modified?: number): LeaseFile =>
  readLeases(typeof content === 'string' ? encodeText(content) : content, { name, modified });

/** What is said of a lease, as a row that is easily compared. */
export const row = ({ address, state, client, hostname, ends }: Lease): unknown[] => [
  address,
  state,
  client,
  hostname,
  ends,
];

/** Findings as `id line:column`. */
export const told = ({ findings }: LeaseFile): string[] =>
  findings.map(({ id, place }) => `${id} ${place.line}:${place.column}`);

/** Addresses of the leases that are active, in order of the text. */
export const active = ({ leases }: LeaseFile): string[] =>
  leases
    .filter(({ state }) => state === 'active')
    .map(({ address }) => address)
    .sort();

/** 2026-11-28T00:00:00Z. */
export const DAY = Date.UTC(2026, 10, 28) / 1000;
