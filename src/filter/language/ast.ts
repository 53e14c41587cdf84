import type { Place } from './error';

/** The syntax tree of a filter, with the position of each piece. Names have not been resolved yet. */

/** A piece of `[…]` or `#[…]`: `count` items from `start` on (below 0: counted from the end), or all that follow. */
export interface Range {
  readonly start: number;
  readonly count: number | undefined;
}

export type Comparison = 'any_eq' | 'all_eq' | 'any_ne' | 'all_ne' | 'gt' | 'ge' | 'lt' | 'le' | 'contains' | 'matches';
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '&';
export type Quantifier = 'any' | 'all';

/** Something that has values. */
export type Entity =
  | { readonly kind: 'word'; readonly text: string; readonly layers?: readonly Range[]; readonly place: Place }
  | { readonly kind: 'string'; readonly value: string; readonly place: Place }
  | { readonly kind: 'character'; readonly code: number; readonly place: Place }
  | { readonly kind: 'slice'; readonly of: Entity; readonly ranges: readonly Range[]; readonly place: Place }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly nameAt: Place;
      readonly args: readonly Entity[];
      readonly place: Place;
    }
  | { readonly kind: 'minus'; readonly of: Entity; readonly place: Place }
  | {
      readonly kind: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: Entity;
      readonly right: Entity;
      readonly place: Place;
    };

/** An element of a set: a value, or a range of values. */
export interface Element {
  readonly from: Entity;
  readonly to?: Entity;
}

/** Something that is true or false. */
export type Test =
  | { readonly kind: 'and' | 'or' | 'xor'; readonly parts: readonly Test[] }
  | { readonly kind: 'not'; readonly of: Test }
  | { readonly kind: 'there'; readonly entity: Entity }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Entity;
      readonly right: Entity;
      readonly quantifier?: Quantifier;
      readonly place: Place;
    }
  | {
      readonly kind: 'in';
      readonly left: Entity;
      readonly set: readonly Element[];
      readonly quantifier?: Quantifier;
      readonly place: Place;
    };
