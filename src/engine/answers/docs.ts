import type { Field } from '../../codec/field';
import { optionRow } from '../../codec/optionRows';
import { FIELDS } from '../../guide/fields';
import type { OwnTables } from '../../codec/option';
import type { Doc } from '../../protocol';

/**
 * The guide's explanations for the fields of a tree, by key. An option is explained by its own row; a field
 * without an entry of its own is explained by what it is part of (`arp.opcode` by `arp`).
 */
export function docsFor(tree: readonly Field[], own: OwnTables | undefined): Record<string, Doc> {
  const docs: Record<string, Doc> = {};
  const visit = (field: Field): void => {
    if (field.key !== undefined && !(field.key in docs)) {
      const doc = docOf(field.key, own);
      if (doc) docs[field.key] = doc;
    }
    field.children?.forEach(visit);
  };
  tree.forEach(visit);
  return docs;
}

/** The guide's explanation of one key; undefined if neither the key nor anything that it is part of is known. */
export function docOf(key: string, own?: OwnTables): Doc | undefined {
  for (let part = key; part !== ''; part = part.slice(0, Math.max(part.lastIndexOf('.'), 0))) {
    const row = optionRow(part, own);
    if (row) return { title: row.name, text: row.purpose, reference: row.rfc };
    const field = FIELDS[part];
    if (field) return field;
  }
  return undefined;
}
