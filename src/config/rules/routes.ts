import { textOf } from '../source';
import { isOwn, OPTION, optionOf, SENDS_ITSELF, type Rule } from './rule';

/* The rule about routes that clients are told: option 121 (RFC 3442), and 249, Microsoft's number for it. */

/** A part of a text, with its place in it. */
interface Piece {
  readonly text: string;
  readonly at: number;
}

/** One octet of a value, and the piece of the text that it is from. */
interface Octet {
  readonly value: number;
  readonly from: Piece;
}

function* piecesOf(text: string): Generator<Piece> {
  for (const match of text.matchAll(/[^\s,;"'=]+/g)) yield { text: match[0], at: match.index };
}

const isDecimal = ({ text }: Piece): boolean => /^\d{1,3}(\.\d{1,3}){3}$|^\d{1,3}$/.test(text);

/** The octets of a value, written as numbers and addresses or as hexadecimal digits. Undefined for any other text. */
function octetsOf(pieces: readonly Piece[]): readonly Octet[] | undefined {
  if (pieces.length > 1 && pieces.every(isDecimal))
    return pieces.flatMap((from) => from.text.split('.').map((one) => ({ value: Number(one), from })));
  const digits = pieces.map((piece) => ({ ...piece, text: piece.text.replace(/^0x/i, '').replace(/[.:-]/g, '') }));
  if (!digits.every(({ text }) => /^([\da-f]{2})+$/i.test(text))) return undefined;
  return digits.flatMap((from) => from.text.match(/../g)!.map((pair) => ({ value: parseInt(pair, 16), from })));
}

/** What is wrong with a list of routes, and where: a prefix length above 32, or a route that is cut short. */
function mistakeOf(text: string): (Piece & { readonly why: string }) | undefined {
  const pieces = [...piecesOf(text)].filter((piece) => !/^hex$/i.test(piece.text));
  const tooLong = (length: number): string => `/${length} is no prefix length: an IPv4 prefix has 32 bits at most.`;
  for (const piece of pieces) {
    const length = Number(/^[\d.]+\/(\d+)$/.exec(piece.text)?.[1] ?? 0);
    if (length > 32) return { ...piece, why: tooLong(length) };
  }
  const octets = octetsOf(pieces);
  for (let i = 0; octets && i < octets.length;) {
    const { value: length, from } = octets[i]!;
    if (length > 32) return { ...from, why: tooLong(length) };
    const next = i + 1 + Math.ceil(length / 8) + 4;
    if (next > octets.length)
      return {
        ...from,
        why: `A route to a prefix of /${length} has ${next - i} octets: its length, ${Math.ceil(length / 8)} of its prefix, and 4 of the router. Here are ${octets.length - i}.`,
      };
    i = next;
  }
  return undefined;
}

/** Whether routes have a default one. Undefined if the text is not understood. */
function hasDefault(text: string): boolean | undefined {
  const pieces = [...piecesOf(text)].filter((piece) => !/^(hex|-)$/i.test(piece.text));
  const prefixes = pieces.filter((piece) => /^\d[\d.]*\/\d+$/.test(piece.text));
  if (prefixes.length > 0)
    return prefixes.length * 2 === pieces.length ? prefixes.some((piece) => piece.text.endsWith('/0')) : undefined;
  const octets = octetsOf(pieces);
  if (!octets || octets.length === 0) return undefined;
  for (let i = 0; i < octets.length; i += 1 + Math.ceil(octets[i]!.value / 8) + 4)
    if (octets[i]!.value === 0) return true;
  return false;
}

/** Clients that take option 121 ignore option 3, so they have no default route if it is not among the routes. */
const withoutDefault: Rule = {
  id: 'routes-without-default',
  *check(view) {
    for (const scope of view.scopes) {
      const option = scope.options.findLast((one) => isOwn(one) && one.space === 'dhcp' && one.code === OPTION.routes);
      const text = option && textOf(option.value);
      if (!text || mistakeOf(text) || hasDefault(text) !== false) continue;
      const router = optionOf(scope, OPTION.router);
      if (router ? router.addresses.length === 0 : !SENDS_ITSELF.includes(view.kind)) continue;
      yield {
        span: option.span,
        title: 'Option 121 has no default route',
        explanation:
          'A client that is given option 121 must ignore the router of option 3 (RFC 3442). With these routes it reaches only its own link and the networks that they name.',
        steps: ['Add a route to 0.0.0.0/0 with the router’s address, if clients are to have a default route.'],
        ...(router ? { related: [router.span] } : {}),
      };
    }
  },
};

export const routes: readonly Rule[] = [
  withoutDefault,
  {
    id: 'option-wrong-type',
    *check(view) {
      for (const scope of view.scopes)
        for (const option of scope.options) {
          if (!isOwn(option) || option.space !== 'dhcp') continue;
          if (option.code !== OPTION.routes && option.code !== OPTION.microsoftRoutes) continue;
          const mistake = mistakeOf(textOf(option.value));
          if (!mistake) continue;
          const start = option.value.start + mistake.at;
          yield {
            span: { ...option.value, start, end: start + mistake.text.length },
            severity: 'warning',
            title: 'Damaged route',
            explanation: `${mistake.why} Clients leave out such routes, or the whole option (RFC 3442).`,
            steps: ['Write each route as its prefix length, the octets of the prefix that count, and the router.'],
          };
        }
    },
  },
];
