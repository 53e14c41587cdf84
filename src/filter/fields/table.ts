import type { FieldDef, ValueNames } from '../field';
import type { Kind } from '../values/kinds';

/** How a table writes a field: its kind, or its kind and the names of its values. */
export type Written = Kind | readonly [Kind, ValueNames];

/** Fields from a table of names. */
export function defineFields(table: Readonly<Record<string, Written>>): FieldDef[] {
  return Object.entries(table).map(([name, written]) =>
    typeof written === 'string' ? { name, kind: written } : { name, kind: written[0], names: written[1] },
  );
}

/** The same, of fields that only one who saw all frames of the capture can tell. */
export function defineHistory(table: Readonly<Record<string, Written>>): FieldDef[] {
  return defineFields(table).map((field) => ({ ...field, needsAllFrames: true }));
}

/** The names of a flag that is set or not. */
export const SET: ValueNames = { 0: 'Not set', 1: 'Set' };
/** What Wireshark says of a checksum. It does not verify those of IP, UDP and TCP unless told to. */
export const CHECKSUM_STATUS: ValueNames = { 0: 'Bad', 1: 'Good', 2: 'Unverified', 3: 'Not present' };
export const UNVERIFIED = 2;
export const NOT_PRESENT = 3;
