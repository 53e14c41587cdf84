import { MOST_PACKETS, type HexPacket, type HexText, type TextNote } from '../form';
import { notesOfUnused } from '../notes';
import { readDhcpdump } from './dhcpdump';
import { readKea } from './kea';
import { packetOf } from './packet';
import { readTcpdump } from './tcpdump';
import type { From, Told } from './told';
import { readWireshark } from './wireshark';

export { wordsOf } from './recognise';

/** A program: what shows its words in a text, what shows the indentation of its lines, and who reads them. */
interface Source {
  readonly from: From;
  readonly sign: RegExp;
  /** A line that the program does not indent. */
  readonly first: RegExp;
  readonly read: (lines: readonly string[]) => Iterable<Told>;
}

const SOURCES: readonly Source[] = [
  {
    from: 'tcpdump',
    sign: /BOOTP\/DHCP, Re|\bdhcp6 [a-z-]+ \(/,
    first: /^\s*(?:\d{4}-\d\d-\d\d )?(?:\d\d:\d\d:\d\d|\d{9,11})\.\d+ |^\s*IP6? /,
    read: readTcpdump,
  },
  {
    from: 'wireshark',
    sign: /^\s*(?:Dynamic Host Configuration|Bootstrap) Protocol|^\s*DHCPv6$/,
    first: /^\s*(?:Frame \d+|Dynamic Host Configuration Protocol|Bootstrap Protocol|User Datagram Protocol)\b/,
    read: readWireshark,
  },
  { from: 'dhcpdump', sign: /^\s*HTYPE: /, first: /^\s*OPTION: |^\s*-{60}/, read: readDhcpdump },
  {
    from: 'kea',
    sign: /\bDHCP[46]_(?:QUERY|RESPONSE)_DATA\b/,
    first: /^\s*(?:\d{4}-\d\d-\d\d |options:|msgtype=)/,
    read: readKea,
  },
];

/**
 * Reads the messages of a text that tells them in words, as octets made from these. If none of them can be read, why not; undefined if
 * there are none.
 */
export function readWords(lines: readonly string[]): HexText | TextNote | undefined {
  let unread: TextNote | undefined;
  const plain = lines.map((line) => line.replace(MARKS, ''));
  for (const { from, sign, first, read } of SOURCES) {
    if (!plain.some((line) => sign.test(line.slice(0, 400)))) continue;
    const packets: HexPacket[] = [];
    const notes: TextNote[] = [];
    const masks: TextNote[] = [];
    const used = new Uint8Array(lines.length);
    let lost = false;
    for (const told of read(dedented(withoutMasks(plain, masks), first))) {
      for (const i of told.used) used[i] = 1;
      const packet = packetOf(told, from, notes);
      if (packet) packets.push(packet);
      else lost ||= told.fields.op !== undefined || from === 'dhcpdump';
      if (packets.length === MOST_PACKETS) break;
    }
    const [one] = packets;
    unread ??= notes[0];
    if (!one) continue;
    const own: TextNote[] = [...masks, { line: one.line, text: OCTETS }];
    const named = packets.find(({ words }) => words?.named);
    if (named) own.unshift({ line: named.line, text: NAMES });
    if (one.words?.dated === false && one.time) own.unshift({ line: one.line, text: UNDATED });
    return { packets, form: `text of ${from}`, notes: notesOfUnused([...own, ...notes], used, lines), lost };
  }
  return unread;
}

/** Marks of forums and of Markdown. */
const MARKS =
  /\[\/?(?:b|i|u|color|size|font|code|quote|highlight)(?:=[^\]\n]{0,40})?\]|^\s*\*\*(?=\s)|\*\*(?=\S)|(?<=\S)\*\*/gi;
/** A link-layer address of which octets are masked. */
const MASKED = /(?<![\w:])(?=[\w:]*[x*])(?:[\da-f]{2}|xx|\*\*)(?::(?:[\da-f]{2}|xx|\*\*)){5,15}(?![\w:])/gi;

/** The lines with zeros for the octets of link-layer addresses that somebody masked. */
function withoutMasks(lines: readonly string[], notes: TextNote[]): readonly string[] {
  return lines.map((line, i) =>
    line.replace(MASKED, (address) => {
      if (notes.length === 0)
        notes.push({
          line: i + 1,
          text: `Octets of link-layer addresses are masked (“${address}”): 00 stands for each.`,
        });
      return address.replace(/[x*]/gi, '0');
    }),
  );
}

/** The lines without the indentation that all of a program's lines have in a text, as in a mail or on a page. */
function dedented(lines: readonly string[], first: RegExp): readonly string[] {
  let least = Infinity;
  for (const line of lines) {
    const head = line.slice(0, 200);
    if (first.test(head)) least = Math.min(least, head.search(/\S/));
    if (least === 0) return lines;
  }
  if (least === Infinity) return lines;
  const margin = new RegExp(`^\\s{1,${least}}`);
  return lines.map((line) => line.replace(margin, ''));
}

const UNDATED = 'The times have no date: they count from midnight.';
const NAMES = 'Names stand for addresses in this text, so these are not known: tcpdump -n prints addresses.';
const OCTETS = 'The octets were made from words: checksums, padding and the like are not told.';
