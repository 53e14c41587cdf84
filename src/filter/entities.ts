import { isNonZero, negated, reckon } from './values/arithmetic';
import type { Entity } from './language/ast';
import { fail, type Place } from './language/error';
import { fieldSource, unknownField, type FieldTable } from './fieldSource';
import { call, isFunction } from './functions';
import {
  canReckon,
  comparable,
  comparesWith,
  hasBits,
  isBig,
  sliceable,
  wordsOf,
  type Kind,
  type Value,
} from './values/kinds';
import { constantOf, type Constant, type Wanted, type Written } from './values/literals';
import { cut, octetsOfValue } from './values/slices';
import type { Source } from './source';

/** Turns the entities of a filter into sources. */
export class Entities {
  constructor(private readonly table: FieldTable) {}

  /** Whether the entity consists of values only, so that it can only be read when compared with a field. */
  isConstant(entity: Entity): boolean {
    switch (entity.kind) {
      case 'word':
        return this.field(entity.text) === undefined;
      case 'string':
      case 'character':
        return true;
      case 'minus':
      case 'slice':
        return this.isConstant(entity.of);
      case 'arithmetic':
        return this.isConstant(entity.left) && this.isConstant(entity.right);
      case 'call':
        return false;
    }
  }

  private field(name: string): ReturnType<FieldTable['get']> {
    // A leading dot marks a field name.
    return this.table.get(name.startsWith('.') ? name.slice(1) : name);
  }

  /** A source that stands alone: a field, a function, or a calculation with them. Throws FilterError for a value. */
  source(entity: Entity): Source {
    switch (entity.kind) {
      case 'word':
        return this.named(entity);
      case 'string':
      case 'character':
        return fail(
          entity.place,
          'there must be a field or a function here, not a value; possible would be a field on the left and this value on the right',
        );
      case 'slice':
        return this.slice(entity);
      case 'call':
        return call(
          entity.name,
          entity.nameAt,
          entity.args.map((one) => this.argument(one, entity.name)),
          entity.place,
        );
      case 'minus':
        return this.minus(entity);
      case 'arithmetic':
        return this.arithmetic(entity, undefined);
    }
  }

  /** A source to compare with `wanted`: one that stands alone, or a constant of that kind. */
  beside(entity: Entity, wanted: Wanted): Source {
    if (!this.isConstant(entity)) {
      const source = entity.kind === 'arithmetic' ? this.arithmetic(entity, wanted) : this.source(entity);
      if (wanted.sliced && sliceable(source.kind)) return asOctets(source);
      const octets = source.sliced && sliceable(wanted.kind);
      if (!octets && !comparesWith(wanted.kind, source.kind))
        fail(
          entity.place,
          `${source.name} is ${wordsOf(source.kind)} and cannot be compared with ${wanted.name}, which is ${wordsOf(wanted.kind)}`,
        );
      return source;
    }
    return this.constant(entity, wanted);
  }

  private named(entity: Extract<Entity, { kind: 'word' }>): Source {
    const { text, layers, place } = entity;
    const field = this.field(text);
    if (field) return fieldSource(field, place, layers);
    if (!/^[A-Za-z_.][\w.-]*$/.test(text) || /^[0-9a-f.]+$/i.test(text))
      fail(
        place,
        `there must be a field or a function here, not the value “${text}”; possible would be a field on the left and this value on the right`,
      );
    if (isFunction(text)) fail(place, `“${text}” is a function; possible would be ${text}(field)`);
    return unknownField(text, place, this.table);
  }

  private argument(entity: Entity, name: string): Source {
    if (
      (name === 'max' || name === 'min' || name === 'abs') &&
      entity.kind === 'word' &&
      /^\d+$/.test(entity.text) &&
      this.isConstant(entity)
    )
      return constantSource(
        this.literal(entity, { kind: 'uint32', name: `${name}()` }),
        'uint32',
        entity.place,
        entity.text,
      );
    return this.source(entity);
  }

  private literal(entity: Entity, wanted: Wanted): Constant {
    if (entity.kind === 'word') {
      if (entity.layers) return fail(entity.place, `“${entity.text}” is no field, and has no layers`);
      return constantOf({ kind: 'word', text: entity.text, place: entity.place }, wanted);
    }
    return constantOf(writtenOf(entity), wanted);
  }

  /** A constant, read according to what it is compared with. */
  private constant(entity: Entity, wanted: Wanted): Source {
    const { kind } = wanted;
    if (entity.kind === 'minus') {
      if (!canReckon(kind, '-')) fail(entity.place, `${wanted.name} is ${wordsOf(kind)}, and has no values below 0`);
      return this.negative(entity, wanted);
    }
    if (entity.kind === 'arithmetic') return this.arithmetic(entity, wanted);
    if (entity.kind === 'slice') return fail(entity.place, 'only fields can be cut with [ ]');
    return constantSource(this.literal(entity, wanted), kind, entity.place, wanted.name);
  }

  private negative(entity: Extract<Entity, { kind: 'minus' }>, wanted: Wanted): Source {
    const { kind } = wanted;
    const unsigned = kind.startsWith('uint');
    const value = negated(this.constant(entity.of, wanted).constant!.value);
    const source = constantSource({ value }, kind, entity.place, wanted.name);
    return unsigned && Number(value) !== 0 ? { ...source, negative: true } : source;
  }

  private minus(entity: Extract<Entity, { kind: 'minus' }>): Source {
    const of = this.source(entity.of);
    if (!canReckon(of.kind, '-')) fail(entity.place, `${of.name} is ${wordsOf(of.kind)}; “-” takes a number`);
    return derived(of, of.kind, `-${of.name}`, entity.place, negated);
  }

  private slice(entity: Extract<Entity, { kind: 'slice' }>): Source {
    const of = this.source(entity.of);
    if (!sliceable(of.kind))
      fail(
        entity.place,
        `${of.name} is ${wordsOf(of.kind)}, and has no octets to cut; octets, texts, addresses and protocols have`,
      );
    return {
      kind: 'bytes',
      sliced: true,
      name: `a slice of ${of.name}`,
      place: entity.place,
      of: of.of,
      raw: of.raw === true && entity.ranges.length === 1,
      values: (frame) => {
        const parts: string[] = [];
        for (const value of of.values(frame)) {
          const part = cut(octetsOfValue(value, of.kind), entity.ranges);
          if (part !== undefined) parts.push(part);
        }
        return parts;
      },
    };
  }

  private arithmetic(entity: Extract<Entity, { kind: 'arithmetic' }>, wanted: Wanted | undefined): Source {
    const { operator, left, right, place } = entity;
    const first = this.isConstant(left) ? undefined : this.source(left);
    const second = this.isConstant(right) ? undefined : this.source(right);
    const frame = first ?? (wanted ? (second ?? wanted) : undefined);
    if (!frame) return fail(place, 'a calculation of values alone; possible would be a field on the left side');
    const { kind } = frame;
    const can = operator === '&' ? hasBits(kind) : canReckon(kind, operator);
    if (!can) fail(place, `${frame.name} is ${wordsOf(kind)}, and “${operator}” cannot reckon with it`);
    for (const one of [left, right])
      if (one.kind === 'string' || one.kind === 'character')
        fail(one.place, `“${operator}” reckons with numbers and octets, not with texts`);
    const a = first ?? this.beside(left, frame);
    const b = second ?? this.beside(right, frame);
    if (!comparable(a.kind, b.kind))
      fail(
        place,
        `${a.name} is ${wordsOf(a.kind)}, ${b.name} is ${wordsOf(b.kind)}: “${operator}” wants two of one kind`,
      );
    return calculated(entity, kind, a, b);
  }
}

function writtenOf(entity: Entity): Written {
  if (entity.kind === 'string') return { kind: 'string', text: entity.value, place: entity.place };
  if (entity.kind === 'character')
    return { kind: 'character', text: String.fromCharCode(entity.code), place: entity.place };
  return fail(entity.place, 'there must be a value here');
}

function constantSource(constant: Constant, kind: Kind, place: Place, name: string): Source {
  const values = [constant.value];
  return { kind, name, place, constant, values: () => values };
}

/** The octets of a source's values. */
function asOctets(source: Source): Source {
  const { kind, name, place, of, raw = false } = source;
  if (kind === 'bytes') return source;
  return {
    kind: 'bytes',
    name,
    place,
    of,
    raw,
    values: (frame) => source.values(frame).map((one) => octetsOfValue(one, kind)),
  };
}

/** Two sources in one form: octets where one is a slice, and numbers of 64 bits where one is such a number. */
export function alike(left: Source, right: Source): readonly [Source, Source] {
  if (right.sliced) return [asOctets(left), right];
  if (isBig(left.kind) === isBig(right.kind)) return [left, right];
  return [asBig(left), asBig(right)];
}

const asBig = (source: Source): Source =>
  isBig(source.kind) ? source : derived(source, 'int64', source.name, source.place, (value) => BigInt(value));

function derived(of: Source, kind: Kind, name: string, place: Place, make: (value: Value) => Value): Source {
  return { kind, name, place, of: of.of, values: (frame) => of.values(frame).map(make) };
}

/** Applies an operator to every pair of a left and a right value. */
function calculated(entity: Extract<Entity, { kind: 'arithmetic' }>, kind: Kind, a: Source, b: Source): Source {
  const { operator, place } = entity;
  const combine = (left: readonly Value[], right: readonly Value[]): Value[] => {
    const out: Value[] = [];
    for (const x of left)
      for (const y of right) {
        if (out.length >= MOST_RESULTS) return out;
        const value = reckon(operator, kind, x, y);
        if (value !== undefined) out.push(value);
      }
    return out;
  };
  const source: Source = {
    kind,
    name: `${a.name} ${operator} ${b.name}`,
    place,
    values: (frame) => combine(a.values(frame), b.values(frame)),
  };
  if (!a.constant || !b.constant) return source;
  const [value] = combine([a.constant.value], [b.constant.value]);
  return value === undefined ? source : { ...source, constant: { value } };
}

/** Two fields of a hostile frame may have thousands of values each, and millions of pairs. */
const MOST_RESULTS = 1 << 16;

/** Whether a value of a source that is not compared with anything counts as true: any of a field, and a result that is not 0. */
export function isThere(entity: Entity): (value: Value) => boolean {
  return entity.kind === 'arithmetic' || entity.kind === 'minus' ? isNonZero : () => true;
}
