import { editDistance } from '../analysis/words/distance';

/** Maximum number of names suggested for an unknown one. */
const OFFERED = 5;

/** The known names most similar to one in lower case: by the last part after the same beginning, otherwise by their letters. */
export function nearest(name: string, names: Iterable<string>): string[] {
  if (name.length < 2 || name.length > 80) return [];
  const last = name.slice(name.lastIndexOf('.') + 1);
  const likeness = (known: string): number => {
    const distance = editDistance(name, known);
    // `dhcp.hostname` is close to `dhcp.option.hostname`.
    return last.length > 2 && known.split('.').includes(last) && known.startsWith(name.split('.')[0]!)
      ? distance / 4
      : distance;
  };
  const near = [...names]
    .map((known) => ({ known, distance: likeness(known) }))
    .filter(({ distance }) => distance <= Math.max(2, name.length / 3))
    .sort((a, b) => a.distance - b.distance || a.known.localeCompare(b.known, 'en'));
  // If one name is very similar, less similar ones only distract.
  const furthest = (near[0]?.distance ?? 0) + 2;
  return near
    .filter(({ distance }) => distance <= furthest)
    .slice(0, OFFERED)
    .map(({ known }) => known);
}

/** More possible texts than a message can list. */
const MANY = 10;

/** That `name` never has the value `text`, and which of its values were possible. */
export function unknownText(text: string, name: string, texts: readonly string[]): string {
  const possible = texts.length > MANY ? nearest(text.toLowerCase(), texts) : texts;
  const offer = possible.length > 0 ? `; possible would be ${possible.join(', ')}` : '';
  return `there is no ${name} “${text}”${offer}`;
}
