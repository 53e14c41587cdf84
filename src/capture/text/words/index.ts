import { MOST_PACKETS, type HexPacket, type HexText, type TextNote } from '../form';
import { readDhcpdump } from './dhcpdump';
import { packetOf, type From, type Told } from './message';
import { readTcpdump } from './tcpdump';
import { readWireshark } from './wireshark';

export { wordsOf } from './recognise';

/** What shows whose words a text holds, and who reads them. */
const SOURCES: readonly (readonly [From, RegExp, (lines: readonly string[]) => Generator<Told>])[] = [
  ['tcpdump', /BOOTP\/DHCP, Re/, readTcpdump],
  ['wireshark', /^(?:Dynamic Host Configuration|Bootstrap) Protocol/, readWireshark],
  ['dhcpdump', /^ {0,4}HTYPE: /, readDhcpdump],
];

/** Reads the DHCPv4 messages of a text that tells them in words, as octets made from these. Undefined if there are none. */
export function readWords(lines: readonly string[]): HexText | undefined {
  for (const [from, sign, read] of SOURCES) {
    if (!lines.some((line) => sign.test(line.slice(0, 400)))) continue;
    const packets: HexPacket[] = [];
    const notes: TextNote[] = [];
    for (const told of read(lines)) {
      const packet = packetOf(told, from, notes);
      if (packet) packets.push(packet);
      if (packets.length === MOST_PACKETS) break;
    }
    const [first] = packets;
    if (!first) continue;
    notes.unshift({ line: first.line, text: OCTETS });
    if (first.words?.dated === false && first.time) notes.unshift({ line: first.line, text: UNDATED });
    return { packets, form: `text of ${from}`, notes };
  }
  return undefined;
}

const OCTETS = 'The octets were made from words: checksums, padding and the like are not told.';
const UNDATED = 'The times have no date: they count from midnight.';
