import {
  CONFIRM,
  DECLINE6,
  INFORMATION_REQUEST,
  REBIND,
  RELEASE6,
  RENEW,
  REPLY,
  REQUEST6,
  SOLICIT,
} from '../../codec/dhcpv6/message';
import { nameOfDuid } from '../../codec/names/duids';
import { parseAddress, prefixText } from '../address';
import { isDenial } from './policy';
import { givenBy, isReply, keyOf, type Heard6 } from './request';
import { inside, PREFIX, silent, UNKNOWN, type Choice, type Selection } from './selection';
import { MOST_REQUESTS, possible, Vain, type Silence } from './silence';
import { speakerOf } from './speakers';

const ASKS: ReadonlySet<number> = new Set([SOLICIT, REQUEST6, CONFIRM, RENEW, REBIND, INFORMATION_REQUEST]);
const IA_PD = 25;
/** Status codes that depend on the configuration (RFC 9915 §21.13). */
const REFUSALS: Readonly<Record<number, string>> = { 2: 'NoAddrsAvail', 4: 'NotOnLink', 6: 'NoPrefixAvail' };

/** Why the model of one server would not serve the DHCPv6 requests that were unanswered or refused. */
export function silences6(
  messages: readonly Heard6[],
  selection: Selection,
  ours: ReadonlySet<string>,
  missed: ReadonlySet<number>,
): Silence[] {
  const { book } = selection;
  const vain = new Vain(messages);
  const questions = new Map<string, Heard6>();
  let tried = 0;
  for (const message of messages) {
    const { type, packet, dhcpv6, who } = message;
    if (isReply(message)) {
      if (!ours.has(speakerOf(message))) continue;
      const question = questions.get(keyOf(message));
      const { answer } = dhcpv6;
      if (question)
        for (const { code, within } of answer?.refusals ?? []) {
          const status = REFUSALS[code];
          if (status === undefined || ++tried > MOST_REQUESTS) continue;
          const prefix = code === 6 || within.includes(IA_PD) || isOnly(question, IA_PD);
          const { choice, mute } = code === 4 ? offLink(selection, question) : choose(selection, question, prefix);
          const denials = choice.kind === 'silent' ? [choice.denial] : possible(choice, question, selection, true);
          const sure = choice.kind === 'silent' && choice.sure && !mute;
          for (const denial of denials) vain.tell(question, denial, sure, { status, frame: packet.frame });
        }
      for (const { value } of givenBy(message))
        book.give(value.value, who, packet.time, type === REPLY ? answer?.times?.valid : undefined);
    } else if (type === RELEASE6 || type === DECLINE6) {
      for (const one of dhcpv6.associations)
        for (const text of one.addresses)
          book.giveBack(parseAddress(text)?.value ?? 0n, packet.time, type === DECLINE6);
    } else if (ASKS.has(type)) {
      questions.set(keyOf(message), message);
      const { serverDuid } = dhcpv6;
      const foreign = serverDuid !== undefined && ours.size > 0 && !ours.has(nameOfDuid(serverDuid));
      if (foreign || vain.isAnswered(message) || ++tried > MOST_REQUESTS) continue;
      const { choice, mute } =
        type === INFORMATION_REQUEST ? informs(selection, message) : choose(selection, message, isOnly(message, IA_PD));
      if (choice.kind === 'silent' && mute) vain.tell(message, choice.denial, choice.sure);
      else if (missed.has(packet.frame))
        for (const denial of possible(choice, message, selection, ours.size > 0)) vain.tell(message, denial, false);
    }
  }
  return vain.silences;
}

const isOnly = ({ dhcpv6 }: Heard6, code: number): boolean =>
  dhcpv6.associations.length > 0 && dhcpv6.associations.every((one) => one.code === code);

/** The model's choice for a request. `mute`: the server refuses by silence rather than with a status. */
interface Made {
  readonly choice: Choice;
  readonly mute: boolean;
}

/** The choice for a request for an address, or for a prefix if it wants no address. */
export const chooseAddress = (selection: Selection, request: Heard6): Choice =>
  choose(selection, request, isOnly(request, IA_PD)).choice;

function choose(selection: Selection, request: Heard6, prefix: boolean): Made {
  const { document, clients } = selection;
  const client = clients.clientOf(request);
  const before = selection.before(client);
  if (isDenial(before)) return { choice: silent(before), mute: true };
  const choice = selection.atWhere(client, (subnets) => selection.lease(subnets, client, ...(prefix ? [PREFIX] : [])));
  if (before === 'unknown' && choice.kind === 'answers') return { choice: UNKNOWN, mute: false };
  const denial = choice.kind === 'silent' ? choice.denial : undefined;
  const closed = denial && document.subnets.some((subnet) => subnet.closed === denial);
  return { choice, mute: document.kind !== 'kea6' && (denial?.reason === 'no-subnet' || closed === true) };
}

/** INFORMATION-REQUEST asks for no address. A subnet is enough, and Kea does not even need one. */
function informs(selection: Selection, request: Heard6): Made {
  const { document, clients } = selection;
  const client = clients.clientOf(request);
  const before = selection.before(client);
  if (isDenial(before)) return { choice: silent(before), mute: true };
  const choice = selection.atWhere(client, (subnets): Choice => {
    const [first] = subnets;
    return first?.closed && subnets.every(({ closed }) => closed) ? silent(first.closed) : { kind: 'answers' };
  });
  return { choice, mute: document.kind !== 'kea6' };
}

/** NotOnLink: the requested addresses are in no subnet of the client's link. */
function offLink(selection: Selection, request: Heard6): Made {
  const client = selection.clients.clientOf(request);
  const wanted = request.dhcpv6.associations.flatMap(({ addresses }) => addresses);
  const choice = selection.atWhere(client, (subnets) => {
    const stray = wanted.find((text) => {
      const address = parseAddress(text);
      return address && !inside(subnets, address);
    });
    const [subnet] = subnets;
    if (stray === undefined || !subnet) return UNKNOWN;
    return silent({
      reason: 'not-on-link',
      span: subnet.head,
      why: `${request.mac} asks about ${stray}, which is not of this link’s ${subnet.prefix && subnets.length === 1 ? prefixText(subnet.prefix) : 'subnets'}.`,
      step: 'This is right where the client has moved from another link: it then asks for a new address.',
    });
  });
  return { choice, mute: false };
}
