import { message6, Options6, setMessage6, type Head6, type Value6 } from './options6';
import type { Told } from './told';
import { addresses6Hex, digitsHex, hexOf, joined, namesHex, numberHex, textHex } from './values';

// DHCPv6 in the packet details of Wireshark: a tree of lines, of which each option is a branch.

/** A line, and the lines that are indented below it. */
interface Branch {
  readonly label: string;
  readonly value: string;
  readonly below: Branch[];
}

/** Deepest indentation that is read. */
const DEEPEST = 80;

/** The lines below the line of the layer, as a tree. */
function treeOf(lines: readonly string[]): Branch[] {
  const top: Branch[] = [];
  const open: { readonly indent: number; readonly below: Branch[] }[] = [{ indent: -1, below: top }];
  for (const line of lines) {
    // Items of a list have one blank more.
    const indent = line.search(/\S/) & ~3;
    if (indent < 0 || indent > 4 * DEEPEST) continue;
    while (open.length > 1 && open[open.length - 1]!.indent >= indent) open.pop();
    const [, label = '', value = ''] = /^\s*([^:]+?)(?:: ?(.*))?$/.exec(line) ?? [];
    const branch: Branch = { label, value: value.trim(), below: [] };
    open[open.length - 1]!.below.push(branch);
    open.push({ indent, below: branch.below });
  }
  return top;
}

/** Reads the message below the line of its layer. */
export function readDetails6(told: Told, lines: readonly string[]): void {
  setMessage6(told, messageOf(told, treeOf(lines))?.hex, 'its type or its header is not told');
}

const valueIn = (branches: readonly Branch[], label: RegExp): string | undefined =>
  branches.find((one) => label.test(one.label))?.value;
/** The number in parentheses at the end of a value, such as `Solicit (1)`; otherwise the value. */
const numberIn = (value: string | undefined): string => /\((\d+)\)$/.exec(value ?? '')?.[1] ?? value ?? 'NaN';

function messageOf(told: Told, branches: readonly Branch[]): Value6 | undefined {
  const options = new Options6(told);
  for (const one of branches) readOption(told, options, one);
  const head = {
    type: Number(numberIn(valueIn(branches, /^Message type$/))),
    hops: Number(valueIn(branches, /^Hop ?count$/i) ?? 0),
    xid: valueIn(branches, /^Transaction ID$/) ?? '',
    link: valueIn(branches, /^Link address$/) ?? '',
    peer: valueIn(branches, /^Peer address$/) ?? '',
  } satisfies Head6;
  const hex = message6(head, options.hex);
  return hex === undefined ? undefined : { hex, whole: options.whole };
}

function readOption(told: Told, options: Options6, { below }: Branch): void {
  const [first] = below;
  if (first?.label !== 'Option') return;
  const code = Number(numberIn(first.value));
  const length = Number(valueIn(below, /^Length$/) ?? NaN);
  if (!Number.isInteger(code)) return;
  const own = below.filter(
    ({ label, below: inner }) => !/^(?:Option|Length)$/.test(label) && inner[0]?.label !== 'Option',
  );
  const digits = digitsHex(valueIn(below, /^Value$/) ?? '-', length);
  const value = digits === undefined ? valueOf(told, code, length, own, below) : { hex: digits, whole: true };
  // If something inside is left out, the option is shorter than its length tells.
  options.add(code, value && value.whole && value.hex.length !== 2 * length ? undefined : value);
}

function valueOf(
  told: Told,
  code: number,
  length: number,
  own: readonly Branch[],
  below: readonly Branch[],
): Value6 | undefined {
  const exact = (hex: string | undefined): Value6 | undefined => (hex === undefined ? undefined : { hex, whole: true });
  const number = (label: RegExp, size: number): string | undefined => numberHex(numberIn(valueIn(own, label)), size);
  const nested = (head: string | undefined): Value6 | undefined => {
    if (head === undefined) return undefined;
    const options = new Options6(told);
    for (const one of below) readOption(told, options, one);
    return { hex: head + options.hex, whole: options.whole };
  };
  const id = (): string | undefined => digitsHex((valueIn(own, /^(?:IAID|IATA)$/) ?? '').replace(/^0x/, ''), 4);
  const address = (label: RegExp): string | undefined => addresses6Hex([valueIn(own, label) ?? '']);
  const times = (): string | undefined => joined(number(/^Preferred lifetime$/i, 4), number(/^Valid lifetime$/i, 4));
  switch (code) {
    case 1:
    case 2:
      return exact(digitsHex(valueIn(own, /^DUID$/) ?? '', length));
    case 3:
    case 25:
      return nested(joined(id(), number(/^T1$/, 4), number(/^T2$/, 4)));
    case 4:
      return nested(id());
    case 5:
      return nested(joined(address(/^IPv6 address$/), times()));
    case 26:
      return nested(joined(times(), number(/^Prefix length$/i, 1), address(/^Prefix address$/i)));
    case 6:
      return exact(joined(...own.map(({ value }) => numberHex(numberIn(value), 2))));
    case 8: {
      const milliseconds = /^(\d+) ?ms$/.exec(valueIn(own, /^Elapsed[ -]time$/i) ?? '')?.[1];
      return exact(numberHex(String(Number(milliseconds ?? NaN) / 10), 2));
    }
    case 9:
      return messageOf(told, below.find(({ label }) => label === 'DHCPv6')?.below ?? []);
    case 13:
      return exact(joined(number(/^Status Code$/i, 2), textHex(valueIn(own, /^Status Message$/i) ?? '', length - 2)));
    case 7:
    case 32:
    case 46:
    case 82:
    case 83:
      return exact(own.length === 1 ? numberHex(numberIn(own[0]!.value), length) : undefined);
    case 16: {
      const text = numberHex(String(length - 6), 2);
      const vendor = joined(
        number(/^Enterprise ID$/i, 4),
        text,
        textHex(valueIn(own, /^vendor-class-data$/) ?? '', length - 6),
      );
      return own.length === 2 ? exact(vendor) : undefined;
    }
    case 18:
    case 37:
    case 38:
      return exact(octetsOf(own, length));
    case 39:
      return exact(joined(flags(valueIn(own, /^Flags$/)), domain(valueIn(own, /domain name$/i) ?? '', length - 1)));
    default:
      return exact(simple(own, length));
  }
}

const flags = (text: string | undefined): string | undefined => /^0x([0-9a-f]{2})/.exec(text ?? '')?.[1];

/** A domain name, whole or in part, which has no zero at its end. */
function domain(name: string, length: number): string | undefined {
  if (length === 0) return '';
  const whole = namesHex([name]);
  return [whole, whole?.slice(0, -2)].find((one) => one?.length === 2 * length);
}

function octetsOf(own: readonly Branch[], length: number): string | undefined {
  const [first] = own;
  return first && own.length === 1 ? digitsHex(first.value, length) : undefined;
}

/** A value that is one kind of thing: nothing, addresses, names, a number or a text. */
function simple(own: readonly Branch[], length: number): string | undefined {
  if (length === 0) return '';
  const leaves: string[] = [];
  const collect = ({ label, value, below }: Branch): void => {
    if (label.startsWith('[')) return;
    const lower = below.filter((one) => !/^(?:\[|WARNING)/.test(one.label));
    if (lower.length > 0 && value === '') lower.forEach(collect);
    else leaves.push(value);
  };
  own.forEach(collect);
  const fits = (hex: string | undefined): hex is string => hex?.length === 2 * length;
  const [one = ''] = leaves;
  const number = leaves.length === 1 && /^\d+$/.test(numberIn(one)) ? numberHex(numberIn(one), length) : undefined;
  const text = leaves.length === 1 ? textHex(one, length) : undefined;
  // Digits that may be a number as well as a text are neither.
  if (number !== undefined && text !== undefined) return undefined;
  return [addresses6Hex(leaves), namesHex(leaves), number, text].find(fits);
}

/** The ARP message in the details below the line of its layer, as digits. */
export function arpDetails(lines: readonly string[]): string | undefined {
  const tree = treeOf(lines);
  const value = (label: RegExp): string => {
    const text = valueIn(tree, label) ?? '';
    return /\(([^()]+)\)$/.exec(text)?.[1] ?? text;
  };
  const host = (who: string): string | undefined => {
    const ip = value(new RegExp(`^${who} IP address$`));
    const octets = /^\d+(?:\.\d+){3}$/.test(ip) ? hexOf(ip.split('.').map(Number)) : undefined;
    return joined(digitsHex(value(new RegExp(`^${who} MAC address$`)), 6), octets);
  };
  return joined('0001', '0800', '0604', numberHex(value(/^Opcode$/), 2), host('Sender'), host('Target'));
}
