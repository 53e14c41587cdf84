import { DECLINE6, REBIND, RECONFIGURE, RELEASE6, RENEW, REPLY, REQUEST6, SOLICIT } from '../../codec/dhcpv6/message';
import { CONTAINER_NAMES } from '../../codec/dhcpv6/answer';
import { append, push } from '../../codec/append';
import type { Association6 } from '../../codec/dhcpv6/associations';
import type { Client6, Exchange6, Note6 } from '../conversations/v6model';
import type { World } from './world';

/** Whether a DHCPv6 answer returns what its request had (RFC 9915 §16, §18.2.10). */

/** An answer that does not fit its request. */
export interface Misfit6 {
  readonly field: 'client DUID' | 'transaction id' | 'server DUID' | 'IAID' | 'Rapid Commit';
  /** The client that asked. */
  readonly client: Client6;
  readonly asked: Note6;
  readonly reply: Note6;
  /** The value in the request, and in the answer. */
  readonly had: string;
  readonly given: string;
}

/** A REPLY that omits something that was asked for. */
export interface Lacking6 {
  readonly exchange: Exchange6;
  readonly asked: Note6;
  readonly reply: Note6;
  readonly missing: readonly Association6[];
  /** Whether these are in the REPLY, with nothing in them, though the request names an address or a prefix in each. */
  readonly empty: boolean;
}

export interface Fit6 {
  readonly misfits: readonly Misfit6[];
  readonly lacking: readonly Lacking6[];
  /** The misfit of each answer. */
  readonly byReply: ReadonlyMap<Note6, Misfit6>;
  /** Exchanges of requests that were answered under another DUID or transaction id. */
  readonly misanswered: ReadonlySet<Exchange6>;
  /** DUIDs that appear only in such answers; they belong to no client. */
  readonly strangers: ReadonlySet<Client6>;
  /** The exchanges that such answers make, each with the client whose question they answer. */
  readonly meantFor: ReadonlyMap<Exchange6, Client6>;
}

/** Messages that a server answers with the same identity associations (RFC 9915 §18.3). */
const WITH_ASSOCIATIONS: ReadonlySet<number> = new Set([SOLICIT, REQUEST6, RENEW, REBIND]);
/** Messages that are meant for one server (§16). */
const TO_ONE: ReadonlySet<number> = new Set([REQUEST6, RENEW, RELEASE6, DECLINE6]);
/** Seconds after a request within which an answer under another id can be meant for it. */
const ANSWERS_WITHIN = 10;
/** How many answers without a request are looked into. */
const MOST_ASTRAY = 1000;

/** Compares all answers of a capture with their requests. */
export function fit6(world: World): Fit6 {
  const misfits: Misfit6[] = [];
  const lacking: Lacking6[] = [];
  const astray: Exchange6[] = [];
  for (const exchange of world.conversations6.exchanges) {
    if (exchange.notes[0]!.isAnswer) astray.push(exchange);
    let asked: Note6 | undefined;
    for (const note of exchange.notes) {
      if (!note.isAnswer) {
        if (note.type !== RECONFIGURE) asked = note;
        continue;
      }
      if (!asked) continue;
      // A status code of the whole message explains why it differs (§18.3.2: UseMulticast, UnspecFail …).
      if (!note.answer!.refusals.some(({ within }) => within.length === 0))
        compare(exchange, asked, note, world, misfits, lacking);
    }
  }
  const found = astray.length > 0 ? answersAstray(astray, world) : undefined;
  append(misfits, found?.misfits ?? []);
  return {
    misfits,
    lacking,
    byReply: new Map(misfits.map((one) => [one.reply, one])),
    misanswered: found?.misanswered ?? new Set(),
    strangers: found?.strangers ?? new Set(),
    meantFor: found?.meantFor ?? new Map(),
  };
}

function compare(
  exchange: Exchange6,
  asked: Note6,
  reply: Note6,
  world: World,
  misfits: Misfit6[],
  lacking: Lacking6[],
): void {
  const { client } = exchange;
  const found = (field: Misfit6['field'], had: string, given: string): void => {
    misfits.push({ field, client, asked, reply, had, given });
  };
  if (
    TO_ONE.has(asked.type) &&
    asked.server !== undefined &&
    reply.server !== undefined &&
    asked.server !== reply.server
  ) {
    // If the server that was asked answers as well, this answer is an extra one (`v6-multiple-servers`).
    if (!exchange.of(REPLY).some(({ server }) => server === asked.server))
      found('server DUID', asked.server, reply.server);
    return;
  }
  if (!WITH_ASSOCIATIONS.has(asked.type)) return;
  const question = world.packets.get(asked.index).dhcpv6!;
  const [rapid, wanted] = [question.rapidCommit, question.associations];
  const answer = world.packets.get(reply.index).dhcpv6!;
  if (asked.type === SOLICIT && reply.type === REPLY && !(rapid && answer.rapidCommit))
    return found('Rapid Commit', yes(rapid), yes(answer.rapidCommit));
  const given = answer.associations;
  const missing = wanted.filter((one) => !holds(given, one));
  const strange = missing.length > 0 ? given.find((one) => !holds(wanted, one)) : undefined;
  const instead = strange && missing.find(({ code }) => code === strange.code);
  if (strange && instead) found('IAID', hexOf(instead.iaid), hexOf(strange.iaid));
  else if (reply.type !== REPLY) return;
  else if (missing.length > 0) lacking.push({ exchange, asked, reply, missing, empty: false });
  else if (world.packets.get(reply.index).cut === 0) {
    const bare = wanted.filter((one) => !one.empty && given.every((other) => !isSame(one, other) || other.empty));
    if (bare.length > 0) lacking.push({ exchange, asked, reply, missing: bare, empty: true });
  }
}

const isSame = (one: Association6, other: Association6): boolean => one.code === other.code && one.iaid === other.iaid;
const holds = (list: readonly Association6[], one: Association6): boolean => list.some((other) => isSame(one, other));

/** An identity association, in words. */
export const iaidText = ({ code, iaid }: Association6): string => `${CONTAINER_NAMES[code]!} with IAID ${hexOf(iaid)}`;
const hexOf = (iaid: number): string => `0x${iaid.toString(16)}`;
const yes = (has: boolean): string => (has ? 'set' : 'not set');

/** Answers that begin an exchange because no request had their transaction id and client DUID. */
function answersAstray(
  astray: readonly Exchange6[],
  world: World,
): Pick<Fit6, 'misfits' | 'misanswered' | 'strangers' | 'meantFor'> {
  const misfits: Misfit6[] = [];
  const misanswered = new Set<Exchange6>();
  const meantFor = new Map<Exchange6, Client6>();
  const xidOf = ({ index }: Note6): number => world.packets.get(index).dhcpv6!.xid;
  let byXid: Map<number, Exchange6[]> | undefined;
  for (const exchange of astray.slice(0, MOST_ASTRAY)) {
    const [reply] = exchange.notes as [Note6];
    const { client } = exchange;
    const packet = world.packets.get(reply.index);
    const [to, xid] = [packet.dhcpv6!.peerAddress ?? packet.destination, packet.dhcpv6!.xid];
    const take = (field: Misfit6['field'], whose: Exchange6, asked: Note6, had: string, given: string): void => {
      for (const one of exchange.notes) {
        const question = whose.notes.findLast((note) => !note.isAnswer && note.frame < one.frame) ?? asked;
        if (one.isAnswer) misfits.push({ field, client: whose.client, asked: question, reply: one, had, given });
      }
      misanswered.add(whose);
      meantFor.set(exchange, whose.client);
    };
    const before = lastAsking(client, exchange);
    if (before) {
      const asked = pendingIn(before, reply);
      if (
        asked &&
        xidOf(asked) !== xid &&
        !client.exchanges.some((one) => one !== exchange && one.notes.some((note) => xidOf(note) === xid))
      )
        take('transaction id', before, asked, hex(xidOf(asked)), hex(xid));
      continue;
    }
    byXid ??= askingByXid(world, xidOf);
    for (const other of byXid.get(xid) ?? []) {
      const asked = pendingIn(other, reply);
      const question = asked && world.packets.get(asked.index);
      if (!asked || (question!.dhcpv6!.peerAddress ?? question!.source) !== to) continue;
      take('client DUID', other, asked, other.client.label, client.label);
      break;
    }
  }
  const strangers = new Set<Client6>();
  for (const { client } of meantFor.keys())
    if (client.exchanges.every((one) => meantFor.has(one) && !asks(one))) strangers.add(client);
  return { misfits, misanswered, strangers, meantFor };
}

const hex = (xid: number): string => `0x${xid.toString(16).padStart(6, '0')}`;
const asks = ({ notes }: Exchange6): boolean => notes.some(({ isAnswer }) => !isAnswer);

/** The client's last exchange before this one that has a request. */
function lastAsking({ exchanges }: Client6, { position }: Exchange6): Exchange6 | undefined {
  for (let i = position - 1; i >= Math.max(0, position - 8); i--) if (asks(exchanges[i]!)) return exchanges[i];
  return undefined;
}

function askingByXid(world: World, xidOf: (note: Note6) => number): Map<number, Exchange6[]> {
  const all = new Map<number, Exchange6[]>();
  for (const exchange of world.conversations6.exchanges) {
    let last: number | undefined;
    for (const note of exchange.notes) {
      const xid = note.isAnswer ? last : xidOf(note);
      if (xid !== undefined && xid !== last) push(all, (last = xid), exchange);
    }
  }
  return all;
}

/** The last request of an exchange before an answer that belongs to another exchange, if nothing in its own exchange answers it. */
function pendingIn({ notes }: Exchange6, reply: Note6): Note6 | undefined {
  let asked: Note6 | undefined;
  for (const note of notes) {
    if (note.isAnswer) asked = note.type === REPLY || asked?.type === SOLICIT ? undefined : asked;
    else if (note.frame < reply.frame) asked = note;
  }
  return asked?.timed && reply.time - asked.time <= ANSWERS_WITHIN ? asked : undefined;
}
