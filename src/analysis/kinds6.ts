import { SNAPLEN_CUT } from '../codec/field';
import {
  ADVERTISE,
  CONFIRM,
  INFORMATION_REQUEST,
  REBIND,
  RENEW,
  REPLY,
  REQUEST6,
  SOLICIT,
  type Message6,
} from '../codec/dhcpv6/message';
import type { Packet } from './packet';
import { readAnswer } from './v6answer';

/** What a DHCPv6 message of some kind can be in an exchange that goes as it should (RFC 8415 §18.2). */
export const enum Step6 {
  /** Nothing: messages of this kind are read one by one. */
  None = 0,
  Solicit = 1,
  Advertise = 2,
  Request = 3,
  Reply = 4,
  /** RENEW or REBIND: the answer gives an address, or the client only gets settings. */
  Again = 5,
  /** INFORMATION-REQUEST or CONFIRM: the client gets settings in any case. */
  Inform = 6,
}

/** What all DHCPv6 messages of one kind have in common. */
export interface Character6 {
  readonly step: Step6;
  readonly link: string;
  readonly cut: boolean;
  readonly relayed: boolean;
  /** The relay that hands the message on, or the reply to it, as the server sees it; undefined where there is none. */
  readonly relay: string | undefined;
  readonly fromClient: boolean;
  readonly type: number;
  /** The server's DUID, where it is named. */
  readonly server: string | undefined;
  /** Of a reply: whether it gives an address or a prefix. */
  readonly gives: boolean;
}

const STEPS: Readonly<Record<number, Step6>> = {
  [SOLICIT]: Step6.Solicit,
  [ADVERTISE]: Step6.Advertise,
  [REQUEST6]: Step6.Request,
  [CONFIRM]: Step6.Inform,
  [RENEW]: Step6.Again,
  [REBIND]: Step6.Again,
  [REPLY]: Step6.Reply,
  [INFORMATION_REQUEST]: Step6.Inform,
};

/** Looks at the first message of a kind. */
export function characterOf6(packet: Packet, outer: Message6): Character6 {
  const inner = outer.innermost();
  const { type } = inner;
  const reply = type === ADVERTISE || type === REPLY;
  const answer = reply ? readAnswer(inner) : undefined;
  const server = inner.serverDuid();
  const plain =
    packet.timed &&
    packet.problems.every(({ id }) => packet.cut > 0 && id === SNAPLEN_CUT) &&
    // Whatever a server refuses, or gives with times that are out of order, is told of each message.
    (!answer || (server !== undefined && answer.refusals.length === 0 && answer.wrongTimes.length === 0));
  return {
    step: plain ? (STEPS[type] ?? Step6.None) : Step6.None,
    link: packet.link,
    cut: packet.cut > 0,
    relayed: outer.isRelay,
    relay: outer.isRelay ? (reply ? packet.destination : packet.source) : undefined,
    fromClient: !reply,
    type,
    server,
    gives: answer?.address !== undefined,
  };
}
