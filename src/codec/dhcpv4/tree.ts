import { hex } from '../bytes';
import type { Field, Problem } from '../field';
import type { Message4, OptionArea } from './message';
import { optionName } from './options';

/** Text for a further piece of an option that is in another field than the first piece. */
const PIECE = 'joined with the piece in front (RFC 3396)';

/** Octets shown of an unexplained run; the rest is in the hex view. */
export const SHOWN = 64;

/** Makes the tree nodes of one message, and attaches its problems to them. */
export class Tree {
  constructor(
    private readonly message: Message4,
    /** Keyed by offset. */
    private readonly problems: ReadonlyMap<number, Problem>,
  ) {}

  /** A node for `length` octets at index `at`. */
  node(at: number, length: number, name: string, text: string, key?: string, children?: readonly Field[]): Field {
    // Set members one by one: spreading optional members costs more than the rest of the node.
    const field: { -readonly [K in keyof Field]: Field[K] } = { name, text, offset: at, length };
    if (this.message.buffer) field.buffer = this.message.buffer;
    if (children) field.children = children;
    else if (this.problems.size > 0) {
      const found = this.problems.get(at);
      if (found && found.length <= length) field.problem = found.text;
    }
    if (key !== undefined) field.key = key;
    return field;
  }

  /** Octets shown as hex. */
  raw(at: number, end: number, name: string, key?: string): Field {
    const shown = Math.min(end - at, SHOWN);
    const text = hex(this.message.bytes, at, shown, ' ') + (end - at > shown ? ' …' : '');
    return this.node(at, end - at, name, text, key);
  }

  /** Octets after the last meaningful thing: padding if all are zero. */
  rest(at: number, end: number): Field {
    if (allZero(this.message.bytes, at, end)) return this.padding(at, end, 'dhcp.padding');
    return this.raw(at, end, 'Unexplained octets');
  }

  padding(at: number, end: number, key?: string): Field {
    return this.node(at, end - at, 'Padding', `${end - at} octet${end - at === 1 ? '' : 's'}`, key);
  }

  /** The nodes of one run of options. `places` maps an index to the node of the option that begins there. */
  area(area: OptionArea, places: ReadonlyMap<number, Field>): Field[] {
    const out: Field[] = [];
    let at = area.start;
    const begun = new Set<number>();
    const pads = (to: number): void => {
      if (to > at) out.push(this.padding(at, to, 'dhcp.option.0'));
    };
    for (const raw of this.message.options) {
      if (raw.area !== area.area) continue;
      pads(raw.at);
      at = raw.at + 2 + raw.length;
      const field = places.get(raw.at);
      if (field) {
        out.push(field);
        begun.add(raw.code);
      }
      // A further piece of a joined option is shown under the first piece. If the first piece is in another field, the
      // piece gets a node here.
      else if (!begun.has(raw.code))
        out.push(
          this.node(
            raw.at,
            0,
            `Option ${raw.code} (${optionName(raw.code, this.message.rows)}), further piece`,
            PIECE,
            `dhcp.option.${raw.code}`,
          ),
        );
    }
    if (area.endAt >= 0) {
      pads(area.endAt);
      out.push(this.node(area.endAt, 1, 'Option 255 (End)', '', 'dhcp.option.255'));
      if (area.stop < area.end) out.push(this.rest(area.stop, area.end));
      return out;
    }
    pads(area.stop);
    if (area.unread) out.push(this.raw(area.stop, area.end, 'Further options'));
    else if (area.stop < area.end) {
      const code = this.message.bytes[area.stop]!;
      const cut = places.get(area.stop);
      if (cut) out.push(cut);
      else
        out.push(
          this.raw(
            area.stop,
            area.end,
            `Option ${code} (${optionName(code, this.message.rows)}), cut`,
            `dhcp.option.${code}`,
          ),
        );
    }
    return out;
  }
}

/** Whether all octets of a run are zero. */
export function allZero(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}
