/**
 * `port67 decode --json` against tshark on every DHCP frame of the corpus: op, xid, flags, the four addresses, chaddr, message
 * type and the sequence of option codes. What differs stands in `ACCEPTED`, with the reason.
 */
import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { NotACapture } from '../../src/capture/frame';
import { frameJson } from '../../src/cli/json';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { corpus, needs } from '../support/needs';
import { cliLines } from '../support/cli';
import { corpusFiles, inParallel, tsharkFields } from '../support/tshark';
import { ACCEPTED } from './accepted';

const FIELDS = {
  frame: 'frame.number',
  op: 'dhcp.type',
  xid: 'dhcp.id',
  flags: 'dhcp.flags',
  ciaddr: 'dhcp.ip.client',
  yiaddr: 'dhcp.ip.your',
  siaddr: 'dhcp.ip.server',
  giaddr: 'dhcp.ip.relay',
  mac: 'dhcp.hw.mac_addr',
  hardware: 'dhcp.hw.addr',
  hlen: 'dhcp.hw.len',
  type: 'dhcp.option.dhcp',
  codes: 'dhcp.option.type',
} as const;

/** DHCP message types by number (IANA “BOOTP Vendor Extensions and DHCP Options”, message type 53 values). */
const TYPES = [
  '',
  'DISCOVER',
  'OFFER',
  'REQUEST',
  'DECLINE',
  'ACK',
  'NAK',
  'RELEASE',
  'INFORM',
  'FORCERENEW',
  'LEASEQUERY',
  'LEASEUNASSIGNED',
  'LEASEUNKNOWN',
  'LEASEACTIVE',
  'BULKLEASEQUERY',
  'LEASEQUERYDONE',
  'ACTIVELEASEQUERY',
  'LEASEQUERYSTATUS',
  'TLS',
];

interface Compared {
  readonly op: string;
  readonly xid: string;
  readonly flags: string;
  readonly ciaddr: string;
  readonly yiaddr: string;
  readonly siaddr: string;
  readonly giaddr: string;
  readonly chaddr: string;
  readonly type: string;
  readonly codes: string;
}

/** Fields that a cut message does not reach are left out. */
interface OurMessage {
  readonly op?: number;
  readonly xid?: string;
  readonly flags?: string;
  readonly ciaddr?: string;
  readonly yiaddr?: string;
  readonly siaddr?: string;
  readonly giaddr?: string;
  readonly chaddr?: string;
  readonly messageType: string | null;
  readonly options: readonly { readonly code: number }[];
}

interface OurFrame {
  readonly frame: number;
  readonly dhcp?: OurMessage;
  /** What an ICMP error quotes; tshark shows it as it shows a message that is sent. */
  readonly quoted?: { readonly dhcp?: OurMessage };
}

function theirs(fields: Map<string, string[]>): Compared {
  const first = (name: keyof typeof FIELDS): string => fields.get(FIELDS[name])?.[0] ?? '';
  const hlen = Number(first('hlen') || '0');
  const type = fields.get(FIELDS.type)?.[0];
  return {
    op: first('op'),
    xid: first('xid'),
    flags: first('flags'),
    ciaddr: first('ciaddr'),
    yiaddr: first('yiaddr'),
    siaddr: first('siaddr'),
    giaddr: first('giaddr'),
    // An Ethernet address is a field of its own in tshark; option 61 may be a second occurrence of it.
    chaddr: hlen === 0 ? '' : first('mac') || first('hardware').replace(/(..)(?=.)/g, '$1:'),
    type: type === undefined ? '' : (TYPES[Number(type)] ?? type),
    codes: (fields.get(FIELDS.codes) ?? []).filter((code) => code !== '0' && code !== '255').join(','),
  };
}

const messageOf = ({ dhcp, quoted }: OurFrame): OurMessage | undefined => dhcp ?? quoted?.dhcp;

function ours(frame: OurFrame): Compared | undefined {
  const dhcp = messageOf(frame);
  if (!dhcp) return undefined;
  return {
    op: String(dhcp.op ?? ''),
    xid: dhcp.xid ?? '',
    flags: dhcp.flags ?? '',
    ciaddr: dhcp.ciaddr ?? '',
    yiaddr: dhcp.yiaddr ?? '',
    siaddr: dhcp.siaddr ?? '',
    giaddr: dhcp.giaddr ?? '',
    chaddr: dhcp.chaddr ?? '',
    type: dhcp.messageType ?? '',
    codes: dhcp.options.map((option) => option.code).join(','),
  };
}

test('decode --json agrees with tshark on every DHCP frame of the corpus', async (t) => {
  if (!needs(t, 'corpus') || !needs(t, 'tshark')) return;
  const files = corpusFiles(corpus!).filter((file) => file.dhcp > 0);
  assert.ok(files.length >= 100, `the corpus has ${files.length} files with DHCP`);
  let frames = 0;
  const differences: string[] = [];
  const used = new Set<string>();
  const check = (file: string, frame: number, what: string, our: string, their: string): void => {
    if (our === their) return;
    const accepted = ACCEPTED.find(
      (one) => one.file === file && one.frames.includes(frame) && (one.what ?? what) === what,
    );
    if (accepted && accepted.ours(our) && accepted.theirs(their)) used.add(accepted.reason);
    else
      differences.push(`${file} frame ${frame}: ${what} is ${our || '(nothing)'}, tshark has ${their || '(nothing)'}`);
  };
  await inParallel(files, 2, async (file) => {
    const name = relative(corpus!, file.path).split('\\').join('/');
    const [mine, oracle] = await Promise.all([
      cliLines<OurFrame>(['decode', '--json', file.path]),
      tsharkFields(file.path, 'dhcp', Object.values(FIELDS)),
    ]);
    const byNumber = new Map(mine.map((frame) => [frame.frame, frame]));
    for (const fields of oracle) {
      frames++;
      const number = Number(fields.get(FIELDS.frame)![0]);
      const their = theirs(fields);
      const our = ours(byNumber.get(number) ?? { frame: number });
      if (!our) check(name, number, 'frame', 'not decoded as DHCP', 'DHCP');
      else for (const key of Object.keys(their) as (keyof Compared)[]) check(name, number, key, our[key], their[key]);
      byNumber.delete(number);
    }
    for (const frame of byNumber.values()) {
      if (messageOf(frame)) check(name, frame.frame, 'frame', 'DHCP', 'not decoded as DHCP');
    }
  });
  assert.deepEqual(differences.sort(), []);
  assert.ok(frames >= 1200, `${frames} frames were compared`);
  for (const accepted of ACCEPTED) {
    assert.ok(used.has(accepted.reason), `no frame shows this difference any more: ${accepted.reason}`);
    t.diagnostic(`accepted difference: ${accepted.file}: ${accepted.what}: ${accepted.reason}`);
  }
  t.diagnostic(`${frames} DHCP frames of ${files.length} files compared`);
});

test('where tshark finds no DHCP in the corpus, neither do we', async (t) => {
  if (!needs(t, 'corpus')) return;
  const surprising: string[] = [];
  const none = corpusFiles(corpus!).filter((file) => file.dhcp === 0 && file.packets > 0);
  // In this process: starting the program 700 times would take minutes.
  for (const file of none) {
    const capture = new Capture(file.path, DEFAULT_SETTINGS);
    try {
      await capture.read(await fileSource(file.path));
    } catch (error) {
      if (!(error instanceof NotACapture)) throw error;
      continue;
    }
    for (const index of Array.from(capture.indexes)) {
      const frame = frameJson(capture, index);
      if (messageOf(frame as unknown as OurFrame))
        surprising.push(`${relative(corpus!, file.path)} frame ${String(frame['frame'])}`);
    }
  }
  assert.deepEqual(surprising.sort(), []);
  assert.ok(none.length > 400, `${none.length} files`);
});
