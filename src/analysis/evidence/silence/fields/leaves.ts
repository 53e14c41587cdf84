import type { Field } from '../../../../codec/field';

/** The tree of a message, flattened: what stands at which path. */

/** A field of a message, wherever it is found: the names from its layer down to it. */
export interface Place {
  /** The id of its layer; empty for octets that belong to none. */
  readonly layer: string;
  /** Names of the options and groups that it is in, the outermost first, and its own name. */
  readonly names: readonly string[];
  readonly key: string | undefined;
  /** Whether it is a group of fields, which has no value of its own. */
  readonly isGroup: boolean;
}

/** The values at each path, in the order of the message. A field that occurs several times has several. */
export type Leaves = ReadonlyMap<string, readonly string[]>;

/** The places that were met, by path. */
export type Places = Map<string, Place>;

/** Stands between the names of a path, which hold no such character. */
const BETWEEN = '\n';
/** Whether a path lies within another one. */
export const isWithin = (path: string, outer: string): boolean => path.startsWith(outer + BETWEEN);
/** The path of the group that a path lies in. */
export const outerOf = (path: string): string => path.slice(0, path.lastIndexOf(BETWEEN));
/** The layer and the field or option that a path begins with. */
export const topOf = (path: string): string => path.split(BETWEEN, 2).join(BETWEEN);

/** The name of an option’s value, if it has no parts. */
export const VALUE = 'Value';
export const valuePath = (path: string): string => `${path}${BETWEEN}${VALUE}`;

/** The value of a group: it is there. It stands as often as the group, or its pieces (RFC 3396). */
export const THERE = '';
/** The options that stand before option 53, and the key of this as of a field. */
export const ORDER = 'dhcp.order';
export const BEFORE_TYPE = `dhcp${BETWEEN}before option 53`;

/** Layers that the sender of a message makes; what a capture program or a tunnel adds is not theirs. */
const LINK: ReadonlySet<string> = new Set(['eth', 'vlan']);
const NETWORK: ReadonlySet<string> = new Set(['ip', 'ipv6']);
/** Follow from the other fields, or from the length of a message: lengths, codes, padding up to 300 octets. */
const FOLLOWS = /^(Code|Option code|Length|Data length|Total length|Payload length)( of piece \d+)?$/;
const PADDING = 'dhcp.padding';
/** Of a checksum, only whether there is one. */
const CHECKSUM = /\.checksum$/;
const NO_CHECKSUM = '(none)';
/** Padding, of which only counts that it is there. */
const FILL: ReadonlySet<string> = new Set(['dhcp.option.0', 'eth.padding']);
const HOLDS_OPTIONS: ReadonlySet<string> = new Set(['dhcp.sname', 'dhcp.file']);

/** Fields of one message beyond this number are not compared: no ordinary message has so many. */
const MOST_FIELDS = 2000;

/** Flattens the tree of a message; undefined if it has too many fields. */
export function leavesOf(tree: readonly Field[], places: Places): Leaves | undefined {
  const network = tree.findLastIndex(({ key }) => NETWORK.has(key ?? ''));
  if (network < 0) return undefined;
  let from = network;
  while (from > 0 && LINK.has(tree[from - 1]!.key ?? '')) from--;
  const reader = new Reader(places);
  for (const field of tree.slice(from)) {
    const isLayer = field.key !== undefined && !FILL.has(field.key);
    if (isLayer) reader.layer(field);
    else reader.add(field, '', '', []);
  }
  return reader.count > MOST_FIELDS ? undefined : reader.leaves;
}

class Reader {
  readonly leaves = new Map<string, string[]>();
  count = 0;

  constructor(private readonly places: Places) {}

  layer({ key = '', children = [] }: Field): void {
    for (const child of children) this.add(child, key, key, []);
    if (key === 'dhcp') this.order(children);
  }

  add(field: Field, layer: string, above: string, names: readonly string[]): void {
    const { name, children, key, more } = field;
    if (FOLLOWS.test(name) || key === PADDING || this.count++ > MOST_FIELDS) return;
    const path = `${above}${BETWEEN}${name}`;
    // Options in sname and file are options of the message like the others, and option 52 says that they are there.
    if (children && HOLDS_OPTIONS.has(key ?? '')) {
      this.leaves.set(path, []);
      for (const child of children) if (!FILL.has(child.key ?? '')) this.add(child, layer, above, names);
      return;
    }
    const isBits = children?.every(({ offset, length }) => offset === field.offset && length <= field.length) === true;
    const isGroup = children !== undefined && !isBits;
    const own = [...names, name];
    if (!this.places.has(path)) this.places.set(path, { layer, names: own, key, isGroup });
    this.push(path, isGroup ? THERE : valueOf(field));
    if (isGroup) for (let i = 0; i < (more?.length ?? 0); i++) this.push(path, THERE);
    for (const child of children ?? []) this.add(child, layer, path, own);
  }

  private push(path: string, value: string): void {
    const values = this.leaves.get(path);
    if (values) values.push(value);
    else this.leaves.set(path, [value]);
  }

  /** Notes the options before the message type, which some look for in the first place. */
  private order(fields: readonly Field[]): void {
    const options = fields.filter(({ key }) => key?.startsWith('dhcp.option.') === true);
    const at = options.findIndex(({ key }) => key === 'dhcp.option.53');
    if (!this.places.has(BEFORE_TYPE))
      this.places.set(BEFORE_TYPE, { layer: 'dhcp', names: [BEFORE_TYPE], key: ORDER, isGroup: false });
    for (const { name } of at < 0 ? [] : options.slice(0, at)) this.push(BEFORE_TYPE, name);
  }
}

function valueOf({ key = '', text }: Field): string {
  if (FILL.has(key)) return THERE;
  if (CHECKSUM.test(key)) return text.endsWith(NO_CHECKSUM) ? text : THERE;
  return text;
}
