import type { Edit, Wrong } from './types';

/** The id of the entry in which a change was typed; undefined for what is no entry. */
function entryOf(edit: Edit): { readonly entry: string; readonly value: string } | undefined {
  if (edit.kind === 'field') return { entry: `field-${edit.id}`, value: edit.value };
  if (edit.kind === 'option') return { entry: `option-${edit.index}`, value: edit.value };
  if (edit.kind === 'add') return { entry: 'add-option', value: String(edit.code) };
  return edit.kind === 'octets' ? { entry: 'octets', value: edit.value } : undefined;
}

/**
 * What could not be taken, after one more change, which failed with `error` or was made. Fields and options keep what was typed until it is
 * right; other changes make another packet, and what was typed into the old one is gone.
 */
export function wrongAfter(before: readonly Wrong[], edit: Edit, error: string | undefined): readonly Wrong[] {
  const typed = entryOf(edit);
  const others = before.filter(({ entry }) => entry !== typed?.entry);
  if (error !== undefined) return typed ? [...others, { ...typed, text: error }] : before;
  return edit.kind === 'field' || edit.kind === 'option'
    ? others.filter(({ entry }) => /^(field|option)-/.test(entry))
    : [];
}

/** Whether the error of a change is told at the entry where it was typed. */
export const hasEntry = (edit: Edit): boolean => entryOf(edit) !== undefined;
