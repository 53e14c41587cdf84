import { decodeText, hex, parseHex } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { ACK, OFFER, OPTION, type Message } from '../../conversations/model';
import type { ExchangeRule } from '../rule';
import { serverSubject } from '../../evidence/subjects';
import { list, where } from '../../words/words';

/** Octets of option 43 that were typed as hex digits into a field for text. */

/** A sub-option as its code, and its value in hex. */
interface Part {
  readonly code: number;
  readonly value: string;
}

/** Hex digits by pairs, with nothing or one kind of sign between the pairs. */
const HEX_TEXT = /^(?:0x)?[0-9a-f]{2}(?:([:\-. ]?)[0-9a-f]{2}(?:\1[0-9a-f]{2})+)$/i;
/** Sub-options with fewer octets than this say nothing: a code, a length and one octet. */
const LEAST = 3;

/** The octets that a text means in hex, if it is one of hex digits alone. */
function octetsIn(text: string): Uint8Array | undefined {
  const octets = HEX_TEXT.test(text) ? parseHex(text.replace(/^0x/i, '')) : undefined;
  return octets && octets.length >= LEAST ? octets : undefined;
}

/** The sub-options that octets hold (RFC 2132 §8.4), if they fill them to the last octet. */
function partsOf(octets: Uint8Array): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < octets.length;) {
    const code = octets[at]!;
    const length = octets[at + 1] ?? 0;
    // Pad and End have no length, and nobody types them.
    if (code === 0 || code === 255 || length === 0 || at + 2 + length > octets.length) return undefined;
    parts.push({ code, value: hex(octets, at + 2, length) });
    at += 2 + length;
  }
  return parts;
}

/** Option 43 as a text of hex digits, and what it means where it is read as hex. */
interface Typed {
  readonly text: string;
  readonly octets: Uint8Array;
  readonly parts: readonly Part[];
}

/** What was typed into a reply’s option 43, if it is hex digits that are exactly sub-options. */
function typedIn({ dhcp }: Message): Typed | undefined {
  const value = dhcp.option(OPTION.vendor)?.octets();
  // Whatever parses as it stands was meant as it stands.
  if (!value || partsOf(value)) return undefined;
  const text = decodeText(value, 0, value.length);
  const octets = octetsIn(text);
  const parts = octets && partsOf(octets);
  return parts && { text, octets, parts };
}

/** How many sub-options are named, and how many characters of a value. */
const MOST = 4;
const LONGEST = 64;
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** Option 43 of a reply is the text of hex digits that, read as hex, are exactly sub-options. */
export const hexAsText: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    if (message.type !== OFFER && message.type !== ACK) continue;
    const typed = typedIn(message);
    if (!typed) continue;
    const server = serverSubject(message);
    yield {
      id: 'bad-option-value',
      severity: 'warning',
      subject: server,
      frames: message.frames,
      detail: () => {
        const text = cut(typed.text);
        const pairs = cut(hex(typed.octets, 0, typed.octets.length, ':'));
        const named = list(
          typed.parts.map(({ code, value }) => `sub-option ${code} with value ${cut(value)}`),
          MOST,
        );
        return {
          title: `Server ${server} sends option 43 as the text “${text}”, not as the octets that it means`,
          explanation:
            `The ${where(message)} has in option 43 (Vendor-Specific Information) the characters “${text}”. Read as hex digits, they are exactly ${named}, by code, length and value. ` +
            'A client reads the characters themselves as codes and lengths, finds none of its sub-options, and does without them.',
          causes: ranked(
            cause(
              'likely',
              'The hex digits were entered where the server expects text',
              `${typed.octets.length} octets in hex, sent as text`,
            ),
            cause('possible', 'The client expects hex digits as text, which no standard describes'),
          ),
          steps: [
            `Enter the value of option 43 as octets: ${pairs}.`,
            ...advice.settings({
              dhcpd: `\`option vendor-encapsulated-options ${pairs};\`, without quotes`,
              kea: `\`{ "code": 43, "csv-format": false, "data": "${cut(hex(typed.octets))}" }\``,
              dnsmasq: `\`dhcp-option=43,${pairs}\``,
              windows: 'in the editor of option 043 type into the column Binary, not ASCII',
              ios: `\`option 43 hex ${cut(hex(typed.octets))}\`, not \`option 43 ascii\``,
            }),
          ],
          reference: 'RFC 2132 §8.4',
        };
      },
    };
  }
};
