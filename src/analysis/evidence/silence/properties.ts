import { ipv4ToText, printable } from '../../../codec/bytes';
import type { View } from '../../../codec/view';
import { OPTION, type Message } from '../../conversations/model';

/*
 * What may tell unanswered messages from answered ones, property by property. Nothing that every client has for itself: xid, address,
 * host name, client identifier.
 */

/** What a property is about; its words are in `words/difference.ts`. */
export type About =
  | 'relay6'
  | 'interface id'
  | 'duid'
  | 'associations'
  | 'ciaddr'
  | 'rapid commit'
  | 'broken'
  | 'option 82'
  | 'relay'
  | 'circuit'
  | 'remote id'
  | 'option'
  | 'maker'
  | 'broadcast';

/** A property of a message. */
export interface Property<M = never> {
  readonly about: About;
  /** The option, where it is one. */
  readonly code: number | undefined;
  /** The finding that says more of it, where there is one. */
  readonly finding?: string;
  /** Its value, equal where the property is, safe to show; undefined where the message has none. */
  readonly of: (message: M) => string | undefined;
}

/** A property that sorts clients into kinds. */
export interface Kind<M = never> extends Property<M> {
  /** How many clients on either side must be of a kind before that is more than chance. */
  readonly least: number;
  /** Whether one client alone may be of a kind: not where each client has a value of its own. */
  readonly alone: boolean;
}

/** What makes a message broken, the gravest first. */
export const BROKEN = ['malformed-message', 'bad-option-length', 'missing-end-option', 'bad-option-value'] as const;

/** What a message has of one kind of damage, in words. */
export const faultOf = ({ packet }: Message, id: (typeof BROKEN)[number]): string | undefined =>
  packet.problems.find((one) => one.id === id)?.text;

export const mark = <M>(
  about: About,
  code: number | undefined,
  of: Property<M>['of'],
  finding?: string,
): Property<M> => (finding === undefined ? { about, code, of } : { about, code, of, finding });

/** Properties whose presence is known to keep answers away, the surest first. */
export const MARKS: readonly Property<Message>[] = [
  mark<Message>(
    'ciaddr',
    undefined,
    ({ dhcp }) => (dhcp.ciaddr === 0 ? undefined : ipv4ToText(dhcp.ciaddr)),
    'forbidden-field',
  ),
  mark<Message>('rapid commit', OPTION.rapidCommit, ({ dhcp }) => (dhcp.has(OPTION.rapidCommit) ? '' : undefined)),
  ...BROKEN.map((id) => mark<Message>('broken', undefined, (message) => faultOf(message, id), id)),
  mark<Message>(
    'option 82',
    OPTION.relayAgent,
    ({ dhcp }) => (dhcp.giaddr === 0 && dhcp.has(OPTION.relayAgent) ? '' : undefined),
    'option82-from-client',
  ),
];

/** So many octets of a value are shown. */
const SHOWN = 64;

/** Octets as text where they are ASCII, else as hex digits. */
export function shown(view: View): string {
  const octets = view.octets();
  if (octets.length === 0 || octets.some((octet) => octet < 0x20 || octet > 0x7e)) return `0x${view.hex()}`;
  return `“${printable(String.fromCharCode(...octets.subarray(0, 255)))}”`;
}

/** The value of an option as it is compared; long ones are cut where they are shown only. */
export const valueShown = (view: View | undefined): string | undefined =>
  view && shown(view.length > 4 * SHOWN ? view.sub(0, 4 * SHOWN) : view);
const optionOf =
  (code: number) =>
  ({ dhcp }: Message): string | undefined =>
    valueShown(dhcp.option(code));

/** A sub-option of option 82. */
const agentOf =
  (code: number) =>
  ({ dhcp }: Message): string | undefined => {
    const view = dhcp.option(OPTION.relayAgent);
    for (let at = 0; view && at + 2 <= view.length; at += 2 + view.u8(at + 1)) {
      const length = view.u8(at + 1);
      if (at + 2 + length > view.length) return undefined;
      if (view.u8(at) === code) return shown(view.sub(at + 2, length));
    }
    return undefined;
  };

export const kind = <M>(
  about: About,
  code: number | undefined,
  least: number,
  alone: boolean,
  of: Property<M>['of'],
): Kind<M> => ({ about, code, least, alone, of });
const optionKind = (code: number, least: number, alone: boolean): Kind<Message> =>
  kind('option', code, least, alone, optionOf(code));

/** Locally administered addresses and those of groups, which no maker gave (IEEE 802). */
const MADE_UP = 0x03;
/** The part of a hardware address that names its maker; undefined where none gave it. */
export const makerOf = (address: string): string | undefined =>
  (parseInt(address, 16) & MADE_UP) === 0 && address.length >= 8 ? address.slice(0, 8) : undefined;

/** Kinds, the most telling first. */
export const KINDS: readonly Kind<Message>[] = [
  kind('relay', undefined, 2, true, ({ dhcp }) => (dhcp.giaddr === 0 ? undefined : ipv4ToText(dhcp.giaddr))),
  kind('circuit', OPTION.relayAgent, 2, false, agentOf(1)),
  kind('remote id', OPTION.relayAgent, 2, false, agentOf(2)),
  optionKind(OPTION.vendorClass, 2, true),
  optionKind(77, 2, true),
  optionKind(93, 2, true),
  kind('maker', undefined, 3, false, ({ dhcp }) => makerOf(dhcp.chaddr)),
  kind('broadcast', undefined, 3, false, ({ dhcp }) => (dhcp.broadcast ? 'set' : 'not set')),
  ...[OPTION.maxSize, OPTION.subnetSelection, 124, 125, OPTION.parameters].map((code) => optionKind(code, 3, false)),
];

/** Options whose presence says nothing, or is looked at above. */
export const NOT_COMPARED: ReadonlySet<number> = new Set([0, 53, OPTION.rapidCommit, 255]);
