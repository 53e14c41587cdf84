import type { Random } from '../fuzz/random';

/** Pieces that configurations are made of, right and wrong ones. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ';',
  ',',
  ':',
  '=',
  '"',
  '#',
  '\n',
  ' ',
  '"x"',
  '10.0.0.1',
  '255.255.255.0',
  '2001:db8::1',
  '300',
  '-1',
  '1.5',
  'true',
  'null',
  'subnet',
  'option',
  'range',
  'host',
  'pool',
  'foo',
  'group',
  'infinite',
  'tag:x',
  'option:router',
  '1h',
  '"subnet": "10.0.0.0/24",',
  '"foo": 1,',
  'hardware ethernet 1:2:3:4:5:6;',
  'fixed-address 10.0.0.5;',
  'if known {}',
  'shared-network q {',
  'class "c" {',
  '\ufeff',
  '\0',
  '\u202e',
];

/** A text with one or two of its words left out, doubled, swapped, shortened or put in the place of others. */
export function mutated(text: string, random: Random): string {
  const parts = text.split(/(\s+|[{}[\];,:="#/])/).filter((part) => part !== '');
  const any = (): number => random.below(parts.length);
  for (let left = 1 + random.below(2); left > 0 && parts.length > 0; left--) {
    const at = any();
    const piece = PIECES[random.below(PIECES.length)]!;
    switch (random.below(6)) {
      case 0:
        parts.splice(at, 1);
        break;
      case 1:
        parts.splice(at, 0, ` ${piece} `);
        break;
      case 2:
        parts[at] = piece;
        break;
      case 3: {
        const other = any();
        [parts[at], parts[other]] = [parts[other]!, parts[at]!];
        break;
      }
      case 4: {
        const cut = random.below(parts[at]!.length);
        parts[at] = parts[at]!.slice(0, cut) + parts[at]!.slice(cut + 1);
        break;
      }
      default:
        parts.splice(at, 0, parts[any()]!);
    }
  }
  return parts.join('');
}
