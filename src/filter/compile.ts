import type { Entity, Test } from './language/ast';
import { comparison, membership, type Member } from './compare';
import { alike, Entities, isThere } from './entities';
import { fail } from './language/error';
import type { FieldDef } from './field';
import type { FieldTable } from './fieldSource';
import { comparable, searchable, wordsOf, type Kind } from './values/kinds';
import { compileRegex, RegexError } from './regex';
import { leafOf, type Predicate, type Source } from './source';

/** Compiles a filter to a predicate. Throws FilterError if names, types or values are wrong. */
export function compile(test: Test, table: FieldTable): Predicate {
  return new Compiler(table).test(test);
}

class Compiler {
  private readonly entities: Entities;

  constructor(table: FieldTable) {
    this.entities = new Entities(table);
  }

  test(test: Test): Predicate {
    switch (test.kind) {
      case 'not': {
        const of = this.test(test.of);
        return (frame) => !of(frame);
      }
      case 'and': {
        const parts = test.parts.map((part) => this.test(part));
        return (frame) => parts.every((part) => part(frame));
      }
      case 'or': {
        const parts = test.parts.map((part) => this.test(part));
        return (frame) => parts.some((part) => part(frame));
      }
      case 'xor': {
        const parts = test.parts.map((part) => this.test(part));
        return (frame) => parts.reduce((odd, part) => odd !== part(frame), false);
      }
      case 'there':
        return this.there(test.entity);
      case 'compare':
        return this.compare(test);
      case 'in':
        return this.in(test);
    }
  }

  private there(entity: Entity): Predicate {
    const source = this.entities.source(entity);
    return leafOf(source, false, isThere(entity));
  }

  private compare(test: Extract<Test, { kind: 'compare' }>): Predicate {
    const { operator, quantifier } = test;
    const left = this.entities.source(test.left);
    if (operator === 'matches') return this.matches(left, test);
    if (operator === 'contains') {
      const where = searched(left, 'contains');
      // Part of an address is not an address, and part of a text none of the possible texts.
      const kind = comparable(where.kind, 'bytes') ? 'bytes' : where.kind;
      const part = { ...where, kind, texts: undefined };
      const right = this.entities.beside(test.right, part);
      return comparison(operator, ...alike(where, right), quantifier);
    }
    if (!comparable(left.kind, left.kind))
      fail(left.place, `${left.name} is ${wordsOf(left.kind)}: it can be there or not, and has nothing to compare`);
    return comparison(operator, ...alike(left, this.entities.beside(test.right, left)), quantifier);
  }

  private matches(left: Source, { right, quantifier }: Extract<Test, { kind: 'compare' }>): Predicate {
    const where = searched(left, 'matches');
    if (right.kind !== 'string') fail(right.place, '“matches” takes a regular expression in double quotes');
    try {
      const regex = compileRegex(right.value);
      const test = (value: unknown): boolean => regex.test(String(value));
      return leafOf(where, quantifier === 'all', test);
    } catch (error) {
      if (error instanceof RegexError)
        fail(right.place, `in the regular expression, at character ${error.at + 1}: ${error.message}`);
      throw error;
    }
  }

  private in(test: Extract<Test, { kind: 'in' }>): Predicate {
    const left = this.entities.source(test.left);
    const members = test.set.map(({ from, to }): Member => {
      const one = this.member(from, left);
      return to ? { from: one, to: this.member(to, left) } : { from: one };
    });
    return membership(left, members, test.quantifier);
  }

  private member(entity: Entity, left: Source): Source {
    if (entity.kind === 'arithmetic') fail(entity.place, 'a set holds values, fields and functions, not calculations');
    return this.entities.beside(entity, left);
  }
}

/** The source that `contains` or `matches` searches. For a protocol that includes its payload, as in Wireshark. */
function searched(source: Source, operator: string): Source {
  if (!searchable(source.kind))
    fail(
      source.place,
      `${source.name} is ${wordsOf(source.kind)}, and “${operator}” looks into octets, texts and protocols only`,
    );
  const field = source.field;
  if (!field || field.kind !== 'protocol') return source;
  const open = openField(field);
  return { ...source, of: open, values: (frame) => frame.values(open) };
}

/** The field that holds a protocol's octets from its header to the end of its payload. */
export function openField({ name }: FieldDef): FieldDef {
  return { name: openName(name), kind: 'protocol' satisfies Kind };
}

export const openName = (protocol: string): string => `${protocol} and what it carries`;
