import type { FieldDef, ValueNames } from '../field';
import type { Kind } from '../values/kinds';
import type { Header, HeaderField } from './sink';

/** A field in a table: its kind, or its kind and the names of its values. */
export type Written = Kind | readonly [Kind, ValueNames];

/** Makes field definitions from a table of names. */
export function defineFields(table: Readonly<Record<string, Written>>): FieldDef[] {
  return Object.entries(table).map(([name, written]) =>
    typeof written === 'string' ? { name, kind: written } : { name, kind: written[0], names: written[1] },
  );
}

/** A header's fields in one table: what kind each is, and how it is read. */
export type HeaderTable = Readonly<Record<string, readonly [Written, HeaderField]>>;

/** The header that such a table describes. */
export function headerOf(length: number, table: HeaderTable): Header {
  return { length, fields: Object.fromEntries(Object.entries(table).map(([name, [, field]]) => [name, field])) };
}

/** The definitions of the fields in such tables. */
export const defineHeaders = (...tables: readonly HeaderTable[]): FieldDef[] =>
  tables.flatMap((table) =>
    defineFields(Object.fromEntries(Object.entries(table).map(([name, [written]]) => [name, written]))),
  );

/** The same for fields that depend on all frames of the capture. */
export function defineHistory(table: Readonly<Record<string, Written>>): FieldDef[] {
  return defineFields(table).map((field) => ({ ...field, needsAllFrames: true }));
}

/** The value names of a flag. */
export const SET: ValueNames = { 0: 'Not set', 1: 'Set' };
/** Wireshark's checksum states. By default, it does not verify the checksums of IP, UDP and TCP. */
export const CHECKSUM_STATUS: ValueNames = { 0: 'Bad', 1: 'Good', 2: 'Unverified', 3: 'Not present' };
export const UNVERIFIED = 2;
export const NOT_PRESENT = 3;
