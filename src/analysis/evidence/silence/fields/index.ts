import type { World } from '../../world';
import { SEVERAL, type Asked, type Found } from '../apart';
import { ways, type Side } from '../side';
import { differingFields, type FieldDifference } from './compare';
import { summaryOf, type Summary } from './summary';
import type { Place } from './leaves';
import { Trees } from './trees';

/**
 * The last resort: all fields of unanswered messages are compared with those of answered ones, whatever they mean. A few messages of each
 * side are read again for it.
 */

/** How many clients of each side are looked at. */
const MOST_UNANSWERED = 40;
const MOST_ANSWERED = 60;
/** Fewer answered clients do not show what is usual. */
const LEAST_ANSWERED = 2;
/** Beyond this number of differences, the clients are of another kind altogether, and no single field is the cause. */
const MOST_DIFFERENT = 3;
/** How many ways there must be to choose the unanswered clients among all, so that a difference is no accident. */
const WAYS = 100;
/** How often sides are compared in one capture, and by how many fields in all. */
const MOST_COMPARED = 300;
const MOST_FIELDS_COMPARED = 1_000_000;

/** Fields of headers of which each client, or each datagram, has its own. */
const OF_ONE: ReadonlySet<string> = new Set(['ip.id', 'ip.dst', 'eth.dst', 'ip.len']);

/** What one capture has been asked. */
class Reading {
  readonly trees: Trees;
  private compared = 0;
  private fields = 0;
  private readonly sides = new Map<Side, Summary | undefined>();

  constructor({ packets }: World) {
    this.trees = new Trees(packets);
  }

  /** Whether sides may be compared once more. */
  get goesOn(): boolean {
    return this.compared < MOST_COMPARED && this.fields < MOST_FIELDS_COMPARED;
  }
  /** Counts a comparison of so many fields. */
  count(fields: number): void {
    this.compared++;
    this.fields += fields;
  }

  /** The fields of the answered messages, read once for each side. */
  answered(side: Side): Summary | undefined {
    if (!this.sides.has(side)) {
      const samples = this.trees.samples(spread([...side.ends.values()], MOST_ANSWERED).map(([first]) => first));
      this.sides.set(side, samples && summaryOf(samples));
    }
    return this.sides.get(side);
  }
}
const readingOf = (world: World): Reading => new Reading(world);

/** The fields by which all unanswered messages differ from all answered ones, if they are few. */
export function fieldsApart({ name, unanswered, answered }: Asked, world: World): readonly Found[] {
  if (!world.packets.tree || answered.clients.size < LEAST_ANSWERED) return [];
  const reading = world.once(readingOf);
  if (!reading.goesOn) return [];
  const theirs = reading.answered(answered);
  const ends = spread([...unanswered.ends.values()], MOST_UNANSWERED);
  const samples =
    theirs && reading.trees.samples(ends.flatMap(([first, last]) => (first === last ? [first] : [first, last])));
  if (!samples) return [];
  const own = summaryOf(samples);
  reading.count(own.paths.size + theirs.paths.size);
  const compared = {
    places: reading.trees.places,
    unanswered: own,
    answered: theirs,
    clients: ends.length,
    repeat: ends.every(([first, last]) => first !== last),
  };
  // What the server’s side puts around an OFFER is the same for all clients, whatever each of them asks for.
  const isAround = ({ layer, key }: Place): boolean => name === 'OFFER' && layer !== 'dhcp' && !OF_ONE.has(key ?? '');
  const all = differingFields(compared, MOST_DIFFERENT);
  const found = all.length > 0 ? all : differingFields(compared, MOST_DIFFERENT, isAround);
  const clear = ends.length >= SEVERAL && theirs.messages >= SEVERAL && ways(ends.length, theirs.messages) >= WAYS;
  const read = [ends.length, theirs.messages] as const;
  return found.map((field) => ({
    trait: { is: 'field', field, read },
    likelihood: clear || (isAround(field.place) && theirs.messages >= SEVERAL) ? 'likely' : 'possible',
  }));
}

/** Whether another message has what distinguishes the unanswered ones in a field. */
export function hasField(field: FieldDifference, index: number, world: World): boolean {
  const leaves = world.once(readingOf).trees.leaves(index);
  if (!leaves) return false;
  const { how, path, own, theirs } = field;
  const values = leaves.get(path) ?? [];
  switch (how) {
    case 'there':
      return values.length > 0;
    case 'missing':
      return values.length === 0;
    case 'times':
      return values.length >= Number(own[0]);
    case 'unlisted':
      return !theirs.some((value) => values.includes(value));
    default:
      return own.some((value) => values.includes(value));
  }
}

/** Up to `most` of a list, evenly spread over it. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!);
}
