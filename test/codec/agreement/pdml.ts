import { output } from '../../support/tshark';

/** One field of tshark's dissection (PDML), with its octets. */
export interface TsharkField {
  /** Wireshark's name: `dhcp.option.hostname`. Empty for a line of text without one. */
  readonly name: string;
  /** The line as a person sees it. */
  readonly line: string;
  /** The value as filters compare it. */
  readonly show: string;
  /** The octets in hex, for a run of bits those that it is a part of. */
  readonly hex: string;
  readonly offset: number;
  readonly length: number;
  /** Whether it is a run of bits of its octets; then `bits` is its value. */
  readonly bits: number | undefined;
  /** Not shown, or made up by tshark from other octets or other frames. */
  readonly hidden: boolean;
  /** Fields that it stands in, from the outside: names, and for an option its code. */
  readonly path: readonly string[];
  readonly leaf: boolean;
}

export interface TsharkFrame {
  readonly number: number;
  readonly fields: readonly TsharkField[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function attributes(line: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [, name, value] of line.matchAll(/(\w+)="([^"]*)"/g)) {
    out[name!] = value!.replace(
      /&(?:(amp|lt|gt|quot|apos)|#x([0-9A-Fa-f]+));/g,
      (_, entity?: string, code?: string) => ENTITIES[entity ?? ''] ?? String.fromCodePoint(parseInt(code!, 16)),
    );
  }
  return out;
}

/** Octets of the code, by the name of the field that heads an option. */
const CODE_LENGTH: Readonly<Record<string, number>> = { 'dhcp.option.type': 1, 'dhcpv6.option.type_str': 2 };

/**
 * The code of the option that the field heads; undefined where it heads none. It is the first of the octets: the value is another
 * number for End, and for DHCPv6 a name.
 */
export function headedOption({ name, hex, show }: Pick<TsharkField, 'name' | 'hex' | 'show'>): number | undefined {
  const length = CODE_LENGTH[name];
  if (length === undefined) return undefined;
  return hex === '' ? Number(show) : parseInt(hex.slice(0, 2 * length), 16);
}

/** The DHCP fields of PDML text, frame by frame. Each element stands on a line of its own. */
export function parsePdml(pdml: string): TsharkFrame[] {
  const frames: TsharkFrame[] = [];
  let number = 0;
  let fields: TsharkField[] = [];
  /** Names of the open elements; undefined stands for what is no part of a DHCP message. */
  let open: (string | undefined)[] = [];
  for (const line of pdml.split('\n')) {
    const tag = /^\s*<(\/?)(packet|proto|field)\b/.exec(line);
    if (!tag) continue;
    const [, closing, kind] = tag;
    if (kind === 'packet') {
      if (closing) frames.push({ number, fields });
      fields = [];
      open = [];
      continue;
    }
    if (closing) {
      open.pop();
      continue;
    }
    const leaf = line.trimEnd().endsWith('/>');
    const found = attributes(line);
    const name = found['name'] ?? '';
    if (name === 'num') number = Number(found['show']);
    const inside = open[open.length - 1] !== undefined;
    const mine = inside || name === 'dhcp' || name === 'dhcpv6';
    const value = found['unmaskedvalue'] ?? found['value'] ?? '';
    // A field whose length runs past the end has words in the place of its octets.
    const hex = /^[0-9a-f]*$/i.test(value) ? value : '';
    if (mine && kind === 'field') {
      fields.push({
        name,
        line: found['showname'] ?? found['show'] ?? '',
        show: found['show'] ?? '',
        hex,
        offset: Number(found['pos'] ?? -1),
        length: Number(found['size'] ?? 0),
        bits: found['unmaskedvalue'] === undefined ? undefined : parseInt(found['value'] ?? '', 16),
        hidden: found['hide'] === 'yes',
        path: open.filter((one) => one !== undefined),
        leaf,
      });
    }
    if (leaf) continue;
    const code = headedOption({ name, hex, show: found['show'] ?? '' });
    open.push(mine ? (code === undefined ? name : `option ${code}`) : undefined);
  }
  return frames;
}

/** tshark's dissection of the DHCP messages of a capture file. */
export async function tsharkMessages(file: string): Promise<TsharkFrame[]> {
  const { stdout } = await output('tshark', ['-r', file, '-n', '-Y', 'dhcp or dhcpv6', '-T', 'pdml']);
  return parsePdml(Buffer.from(stdout, 'latin1').toString('utf8'));
}
