import { concat, formatIpv6, formatMac, hex, u16 } from '../../codec/bytes';
import {
  decodeMessage6,
  encodeMessage6,
  MESSAGE_TYPES6,
  Message6,
  OPTIONS6,
  type DecodedOption6,
} from '../../codec/dhcpv6';
import { uintOctets } from '../../codec/values/scalar';
import { datagram6, type Around } from '../made/frame';
import {
  aroundOf,
  changedAround,
  fieldsAround,
  fieldsOf,
  octetsOf,
  optionOf,
  valueOf,
  withField,
  written,
  type Editable,
  type Fixed,
  type FormEdit,
  type Kind,
} from './entries';

/* A DHCPv6 message in Ethernet II, IPv6 without extension headers, and UDP, for the form. */

const IP_AT = 14;
const MESSAGE_AT = IP_AT + 40 + 8;
const PORTS: ReadonlySet<number> = new Set([546, 547]);
const AROUND = aroundOf('ipv6');

const TYPE: Fixed = ['type', 'message type', 0, 1, 'number'];
/** The header of a message of a client or server (RFC 9915 §8), and of a relay (§9). */
const HEADER: readonly Fixed[] = [TYPE, ['xid', 'transaction id', 1, 3, 'hex']];
const RELAY_HEADER: readonly Fixed[] = [
  TYPE,
  ['hops', 'hop count', 1, 1, 'number'],
  ['link', 'link address', 2, 16, 'ipv6'],
  ['peer', 'peer address', 18, 16, 'ipv6'],
];

type Head = readonly (readonly [label: string, size: number, kind: Kind])[];
const TIMES: Head = [
  ['IAID', 4, 'number'],
  ['T1', 4, 'number'],
  ['T2', 4, 'number'],
];
const LIFETIMES: Head = [
  ['preferred', 4, 'number'],
  ['valid', 4, 'number'],
];
/** The fields of an option before the options inside it (RFC 9915 §21.4, §21.6, §21.21, §21.22; RFC 8415 §21.5). */
const HEADS: Readonly<Record<number, Head>> = {
  3: TIMES,
  4: TIMES.slice(0, 1),
  5: [['address', 16, 'ipv6'], ...LIFETIMES],
  25: TIMES,
  26: [...LIFETIMES, ['length', 1, 'number'], ['prefix', 16, 'ipv6']],
};

/** An option. If it contains options, `inside` holds them, and they follow `octets`. */
export interface Node {
  readonly code: number;
  octets: Uint8Array;
  readonly inside?: Node[];
}

const headSize = (code: number): number | undefined => HEADS[code]?.reduce((sum, [, size]) => sum + size, 0);

/** The options in some octets; anything that is not a whole option is kept as `rest`. */
function nodesIn(bytes: Uint8Array): { readonly nodes: Node[]; readonly rest: Uint8Array } {
  const nodes: Node[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && at + 4 + u16(bytes, at + 2) <= bytes.length) {
    const code = u16(bytes, at);
    const octets = bytes.slice(at + 4, at + 4 + u16(bytes, at + 2));
    const head = headSize(code);
    const inner = head === undefined || octets.length < head ? undefined : nodesIn(octets.subarray(head));
    // A container with malformed content is shown as octets.
    nodes.push(
      inner && inner.rest.length === 0
        ? { code, octets: octets.slice(0, head), inside: inner.nodes }
        : { code, octets },
    );
    at += 4 + octets.length;
  }
  return { nodes, rest: bytes.slice(at) };
}

function octetsOfNodes(nodes: readonly Node[]): Uint8Array {
  return concat(
    nodes.map(({ code, octets, inside = [] }) => {
      const value = concat([octets, octetsOfNodes(inside)]);
      return concat([uintOctets(code, 2), uintOctets(value.length, 2), value]);
    }),
  );
}

/** Every option with the list that contains it, in wire order. */
export function* each(nodes: Node[], depth = 0): Generator<{ node: Node; among: Node[]; depth: number }> {
  for (const node of nodes) {
    yield { node, among: nodes, depth };
    if (node.inside) yield* each(node.inside, depth + 1);
  }
}

const eachDecoded = (options: readonly DecodedOption6[]): DecodedOption6[] =>
  options.flatMap((one) => [one, ...eachDecoded(one.options ?? [])]);

/** The fields of a container as text: `1, 1800, 2880` for an association, `fd67::100, 3000, 4000` for an address. */
function headText({ code, octets }: Node): string {
  let at = 0;
  return HEADS[code]!.map(([, size, kind]) => {
    at += size;
    return written(octets, at - size, size, kind);
  }).join(', ');
}

function headOctets(code: number, text: string): Uint8Array {
  const head = HEADS[code]!;
  const parts = text.split(',');
  if (parts.length !== head.length)
    throw new RangeError(`Option ${code} has ${head.length} values here, with commas between them.`);
  return concat(head.map(([, size, kind], i) => octetsOf(parts[i]!, size, kind)));
}

function valueOctets(code: number, text: string): Uint8Array {
  const type = OPTIONS6.get(code)?.type.name ?? 'octets';
  return valueOf(code, text, type, (value) =>
    encodeMessage6({ type: 1, xid: 0, options: [{ code, value }] }).subarray(8),
  );
}

/** A parsed frame. */
export interface Packet6 {
  readonly around: Around;
  readonly message: Message6;
  readonly nodes: Node[];
  /** Octets at the end that are not a whole option. */
  readonly rest: Uint8Array;
}

/** Parses a frame; undefined if it does not hold a DHCPv6 message. */
export function packet6(frame: Uint8Array): Packet6 | undefined {
  if (frame.length < MESSAGE_AT + 4 || u16(frame, 12) !== 0x86dd || frame[20] !== 17) return undefined;
  const around = {
    ethDestination: formatMac(frame, 0),
    ethSource: formatMac(frame, 6),
    source: formatIpv6(frame, IP_AT + 8),
    destination: formatIpv6(frame, IP_AT + 24),
    sourcePort: u16(frame, IP_AT + 40),
    destinationPort: u16(frame, IP_AT + 42),
  };
  if (!PORTS.has(around.sourcePort) && !PORTS.has(around.destinationPort)) return undefined;
  const bytes = frame.slice(MESSAGE_AT, Math.min(frame.length, IP_AT + 40 + Math.max(u16(frame, 18), 8 + 4)));
  const message = Message6.read(bytes);
  if (!message.hasHeader || !(message.type in MESSAGE_TYPES6)) return undefined;
  return { around, message, ...nodesIn(bytes.subarray(message.headerLength)) };
}

/** A DHCPv6 message for the form; undefined if the frame is something else. */
export function editable6(frame: Uint8Array): Editable | undefined {
  const packet = packet6(frame);
  if (!packet) return undefined;
  const { around, message, nodes, rest } = packet;
  const { bytes } = message;
  const header = message.isRelay ? RELAY_HEADER : HEADER;
  const decoded = eachDecoded(decodeMessage6(message, []).options);
  return {
    fields: [...fieldsAround(around, AROUND), ...fieldsOf(bytes, header)],
    options: [...each(nodes)].map(({ node, depth }, index) => {
      const { code, octets, inside } = node;
      const name = `${'› '.repeat(depth)}${OPTIONS6.get(code)?.name ?? `Option ${code}`}`;
      if (inside)
        return {
          index,
          code,
          name: `${name}: ${HEADS[code]!.map(([label]) => label).join(', ')}`,
          value: headText(node),
        };
      const digits = hex(octets);
      const same = decoded.find((one) => one.code === code && one.hex === digits);
      return optionOf(index, code, name, digits, same && { ...same, typed: !same.raw });
    }),
    change: (edit) => {
      const changed = { around, head: bytes.slice(0, message.headerLength) };
      if (edit) apply(edit, changed, header, nodes);
      const next = datagram6(concat([changed.head, octetsOfNodes(nodes), rest]), changed.around);
      // Traffic class, flow label and hop limit are kept.
      next.set(frame.subarray(IP_AT, IP_AT + 4), IP_AT);
      next.set(frame.subarray(IP_AT + 7, IP_AT + 8), IP_AT + 7);
      return next;
    },
  };
}

/** Which option contains which: an address goes into an IA_NA, a prefix into an IA_PD. */
const HOLDERS: Readonly<Record<number, number>> = { 5: 3, 26: 25 };

function apply(
  edit: FormEdit,
  changed: { around: Around; head: Uint8Array },
  header: readonly Fixed[],
  nodes: Node[],
): void {
  if (edit.kind === 'field') {
    changed.around = changedAround(changed.around, AROUND, edit.id, edit.value);
    changed.head = withField(changed.head, header, edit.id, edit.value);
    return;
  }
  const all = [...each(nodes)];
  if (edit.kind === 'add') {
    const { code } = edit;
    if (code < 1 || code > 65_535) throw new RangeError('Options have numbers from 1 to 65535.');
    const holder = all.find(({ node }) => node.code === HOLDERS[code] && node.inside)?.node;
    const head = headSize(code);
    const least = Math.max(0, OPTIONS6.get(code)?.type.size.min ?? 0);
    (holder?.inside ?? nodes).push({
      code,
      octets: new Uint8Array(head ?? least),
      ...(head === undefined ? {} : { inside: [] }),
    });
    return;
  }
  const found = all[edit.index];
  if (!found) return;
  const { node, among } = found;
  if (edit.kind === 'remove') among.splice(among.indexOf(node), 1);
  else node.octets = node.inside ? headOctets(node.code, edit.value) : valueOctets(node.code, edit.value);
}
