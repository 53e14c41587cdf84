/** What Wireshark makes of every option and message type: asked of tshark itself, and kept in wireshark.json. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex } from '../../../src/codec/bytes';
import { encodeMessage4 } from '../../../src/codec/dhcpv4';
import { encodeMessage6 } from '../../../src/codec/dhcpv6';
import { pcap } from '../../capture/build';
import { datagram4, datagram6 } from '../../lab/frame';
import { output } from '../../support/tshark';
import { tsharkMessages, type TsharkField, type TsharkFrame } from '../agreement/pdml';
import { sampleOptions4, sampleOptions6, type SampleOption } from './samples';

/**
 * How far Wireshark reads an option: `value` into fields of its own type, `sub-options` into options inside, `octets` with a name for the
 * option only, `unknown` without one.
 */
export type Depth = 'value' | 'sub-options' | 'octets' | 'unknown';

/** What Wireshark says of one option. */
export interface TheirOption {
  /** Its name for the option; empty where it has none. */
  readonly name: string;
  readonly depth: Depth;
  /** The filter name of the first field it makes of the value. */
  readonly field?: string;
}

export interface Knowledge {
  /** `4.0.17`. */
  readonly tshark: string;
  readonly dhcp: Readonly<Record<string, TheirOption>>;
  readonly dhcpv6: Readonly<Record<string, TheirOption>>;
  /** Names of message types; those without a name are left out. */
  readonly messages: Readonly<Record<string, string>>;
  readonly messages6: Readonly<Record<string, string>>;
}

/** Names that say that there is no name. */
const NAMELESS = /^(Unassigned|Unknown|Private|Removed|DHCP option \d+)\b.*$/;
const OPTION = /^option \d+$/;
const SUB_OPTION = /suboption$/;
/** Fields of the frame around a value, not of the value. */
const FRAME_OF_OPTION =
  /^(dhcp\.option\.(type|length|value|end|padding)|dhcpv6\.option\.(type|type_str|length|value))$/;

/** Option 43 is read by what option 60 says of its sender: the sample is a PXE client's. */
const four = ({ code, octets }: SampleOption): Uint8Array =>
  datagram4(
    encodeMessage4({
      options: [
        ...(code === 53 ? [] : [{ code: 53, data: 1 }]),
        ...(code === 43 ? [{ code: 60, data: 'PXEClient' }] : []),
        { code, hex: hex(octets) },
      ],
    }),
  );
const six = ({ code, octets }: SampleOption): Uint8Array =>
  datagram6(encodeMessage6({ type: 'REPLY', xid: 67, options: [{ code, hex: hex(octets) }] }));

/** Whether a field is a line that shows its octets as they are. A long one shows their beginning only. */
const isOctets = ({ line, hex: octets }: TsharkField): boolean =>
  octets.length > 2 && line.includes(octets.slice(0, 60));

/** What one frame's dissection says of option `code`. */
function optionOf(frame: TsharkFrame, code: number, protocol: 'dhcp' | 'dhcpv6'): TheirOption {
  const mark = `option ${code}`;
  const head = frame.fields.find(({ name, path, show, hex: octets }) =>
    protocol === 'dhcp'
      ? name === 'dhcp.option.type' && show === String(code)
      : name === 'dhcpv6.option.type_str' && path.length === 1 && parseInt(octets.slice(0, 4), 16) === code,
  );
  if (!head) throw new Error(`tshark shows no option ${code} in frame ${frame.number}`);
  const shown = protocol === 'dhcp' ? head.line.replace(/^Option: \(\d+\) /, '') : head.show;
  const name = NAMELESS.test(shown) ? '' : shown.replace(/ \[TODO:.*\]$/, '');
  const inside = frame.fields.filter(({ path }) => path[1] === mark);
  const said = inside.filter((field) => !FRAME_OF_OPTION.test(field.name) && !field.hidden);
  const field = said.find((one) => one.name !== '')?.name;
  const nested = inside.some(
    ({ path, name: own }) => (path.length > 2 && OPTION.test(path[2]!)) || SUB_OPTION.test(own),
  );
  const typed = said.some((one) => one.leaf && one.name !== '' && !isOctets(one));
  // Without octets there is nothing to read: the name is all.
  const empty = head.length === (protocol === 'dhcp' ? 2 : 4);
  const depth: Depth = nested ? 'sub-options' : typed || (empty && name !== '') ? 'value' : name ? 'octets' : 'unknown';
  return { name, depth, ...(field === undefined ? {} : { field }) };
}

/** Asks the tshark that is installed. */
export async function askTshark(): Promise<Knowledge> {
  const options4 = sampleOptions4();
  const options6 = sampleOptions6();
  const folder = mkdtempSync(join(tmpdir(), 'port67-table-'));
  try {
    const file = join(folder, 'options.pcap');
    writeFileSync(file, pcap([...options4.map(four), ...options6.map(six)].map((bytes) => ({ bytes }))));
    const frames = new Map((await tsharkMessages(file)).map((frame) => [frame.number, frame]));
    const read = (protocol: 'dhcp' | 'dhcpv6', options: readonly SampleOption[], first: number) =>
      Object.fromEntries(
        options.map(({ code }, i) => [code, optionOf(frames.get(first + i)!, code, protocol)] as const),
      );
    const version = (await output('tshark', ['--version'])).stdout;
    const values = (await output('tshark', ['-G', 'values'])).stdout;
    const names = (field: string): Record<string, string> =>
      Object.fromEntries(
        values
          .split('\n')
          .map((line) => line.split('\t'))
          .filter(([kind, name]) => kind === 'V' && name === field)
          .map(([, , number, name]) => [Number(number), name!]),
      );
    return {
      tshark: /TShark \(Wireshark\) (\d+\.\d+\.\d+)/.exec(version)?.[1] ?? 'unknown',
      dhcp: read('dhcp', options4, 1),
      dhcpv6: read('dhcpv6', options6, options4.length + 1),
      messages: names('dhcp.option.dhcp'),
      messages6: names('dhcpv6.msgtype'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
