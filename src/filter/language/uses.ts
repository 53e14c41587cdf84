import type { Entity, Test } from './ast';

/** Whether a filter needs more than the presence of any field that `is` selects. */
export function valuesAsked(test: Test, is: (name: string) => boolean): boolean {
  const named = (entity: Entity): boolean => {
    switch (entity.kind) {
      case 'word':
        return is(entity.text);
      case 'slice':
      case 'minus':
        return named(entity.of);
      case 'call':
        return entity.args.some(named);
      case 'arithmetic':
        return named(entity.left) || named(entity.right);
      default:
        return false;
    }
  };
  switch (test.kind) {
    case 'not':
      return valuesAsked(test.of, is);
    case 'there':
      return test.entity.kind !== 'word' || test.entity.layers !== undefined ? named(test.entity) : false;
    case 'compare':
      return named(test.left) || named(test.right);
    case 'in':
      return named(test.left) || test.set.some(({ from, to }) => named(from) || (to !== undefined && named(to)));
    default:
      return test.parts.some((part) => valuesAsked(part, is));
  }
}
