import { NAK } from '../../analysis/conversations/names';
import type { Packets } from '../../analysis/conversations/packet';
import { SEVERITY_RANK, type Finding, type Severity } from '../../analysis/finding';
import { count } from '../../analysis/words/words';
import { append } from '../../codec/append';
import { parseAddress, prefixText, rangeText, textOfAddress, type Address, type Family } from '../address';
import type { ConfigDocument, Denial } from '../model';
import { checkConfig } from '../rules';
import type { Span } from '../source';
import { constructed } from './programs/constructed';
import { policyOf } from './programs/others';
import { Replies, type Explained } from './replies';
import {
  givenBy,
  heardIn,
  heardIn6,
  isAnswer,
  ipv4,
  isReply,
  keyOf,
  type Asked,
  type Heard,
  type Heard6,
} from './request';
import { Selection } from './selection';
import { asIntended } from './intended';
import { missedFrames, placeText, silences, type Silence } from './silence';
import { chooseAddress, silences6 } from './silence6';
import {
  placeOf,
  rowOf,
  severityOf,
  silentFinding,
  withCause,
  type ConfiguredFinding,
  type Explaining,
} from './findings';
import { speakerOf, speakersOf, type Speaker } from './speakers';

export type { ConfiguredFinding };

/** One reply with the statements that produced it. */
export interface ReplySource {
  readonly frame: number;
  /** The capture, if there are several. */
  readonly file?: string;
  readonly client: string;
  readonly address: string;
  /** Whether the configuration says everything that the reply holds. Left out if not all of the configuration could be read. */
  readonly agrees?: boolean;
  readonly statements: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly what: string;
    /** Key of the field that the statement produced. */
    readonly field: string;
  }[];
}

/** What comparing configurations with a capture found. */
export interface Against {
  /** All findings: warnings and errors about the configurations, then those of the capture, then notes about the configurations. */
  readonly findings: readonly Finding[];
  readonly replies: readonly ReplySource[];
  readonly unsent: readonly Unsent[];
}

/** A reply missing from the capture: what it would have said, or why there is none, and the statement responsible. */
export interface Unsent {
  /** The frame of the request. */
  readonly frame: number;
  /** The addresses it would have offered; empty if the server stays silent. */
  readonly about: string;
  readonly why: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** How many replies are compared with a configuration. */
const MOST_REPLIES = 10_000;
/** How many silent clients are reported one by one. */
const MOST_SILENCES = 100;
const MOST_DIFFERENCES = 10;

/**
 * Compares configurations with a capture: what produced each reply, what no statement explains, and which statement kept a server silent.
 */
export function holdAgainst(
  documents: readonly ConfigDocument[],
  packets: Packets,
  findings: readonly Finding[],
): Against {
  const four: Heard[] = [];
  const six: Heard6[] = [];
  const macs = new Map<string, string>();
  const hosts = new Set<number>();
  for (let i = 0; i < packets.count; i++) {
    const packet = packets.get(i);
    const heard = heardIn(packet);
    const heard6 = heard ? undefined : heardIn6(packet, macs);
    if (heard) four.push(heard);
    else if (heard6) six.push(heard6);
    else if (packet.arp && packet.arp.operation <= 2 && packet.arp.senderIp !== 0 && hosts.size < 1000)
      hosts.add(packet.arp.senderIp);
  }
  const speaking = { 4: speakersIn(four), 6: speakersIn(six) };
  const answers = new Map(four.filter(isAnswer).map((one) => [one.packet.frame, one]));
  const missed = missedFrames(findings);
  const made: Finding[] = [];
  const replies: ReplySource[] = [];
  const unsent: Unsent[] = [];
  const silent: Explaining[] = [];
  let weighed = findings;
  for (const [document, family] of documents.flatMap((one) => bothFamilies(one, six))) {
    const messages = family === 4 ? four : six;
    const speakers = speaking[family];
    const selection = new Selection(document, policyOf(document), family);
    const explain = new Replies(selection);
    const own = speakersOf(document, speakers, explain);
    learn(selection, own, [...hosts].map(ipv4));
    if (own.length === 0) selection.notLoaded = notLoaded(document);
    const unread = document.findings.some(({ id }) => id === 'include-not-read');
    const explained = explainAll(messages, own, explain);
    for (const one of explained)
      if (one.statements.length > 0 && replies.length < MOST_REPLIES) replies.push(sourceOf(one, unread));
    if (!unread)
      for (const speaker of strangers(own, speakers)) push(made, differs(document, speaker, explained, explain));
    const ours = new Set(own.map(({ name }) => name));
    if (family === 4) weighed = weighed.map((one) => asIntended(one, answers, ours, selection.network));
    const frames = new Set(missed.keys());
    const found = family === 4 ? silences(four, selection, ours, frames) : silences6(six, selection, ours, frames);
    append(unsent, unsentBy(messages, selection, missed, found));
    for (const silence of found.slice(0, MOST_SILENCES)) {
      const one = unread ? { ...silence, sure: false } : silence;
      silent.push({ finding: silentFinding(one, severityOf(one, missed)), silence: one, kind: document.kind });
    }
  }
  const explainedFindings = weighed.map((finding) => withCause(finding, silent));
  const isIntended = (_: Finding, place: number): boolean => weighed[place] !== findings[place];
  const grave = [...made, ...silent.map(({ finding }) => finding)].sort(
    (a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity],
  );
  return {
    findings: [
      ...grave.filter(({ severity }) => severity !== 'info'),
      ...explainedFindings.filter((one, place) => !isIntended(one, place)),
      ...explainedFindings.filter(isIntended),
      ...grave.filter(({ severity }) => severity === 'info'),
    ],
    replies: replies.sort((a, b) => a.frame - b.frame),
    unsent,
  };
}

/** The first line for which the program refuses a configuration: it does not start with it. */
function notLoaded(document: ConfigDocument): Denial | undefined {
  const refused = checkConfig(document).find((one) => one.refused);
  if (!refused) return undefined;
  return {
    reason: 'not-loaded',
    span: refused.span,
    why: `The program refuses this configuration (${refused.title}), so no server runs with it. ${refused.explanation}`,
    step:
      refused.steps[0] ??
      `Mend the line, and start the server: \`port67 check ${document.files[0]!.path}\` tells all mistakes.`,
  };
}

/** What would have become of the replies that the capture lacks. */
function unsentBy(
  messages: readonly Asked[],
  selection: Selection,
  missed: ReadonlyMap<number, Severity>,
  found: readonly Silence[],
): Unsent[] {
  const reasons = new Map(
    found
      .filter(({ refused }) => refused === undefined)
      .flatMap((one) => one.frames.map((frame) => [frame, one] as const)),
  );
  return messages
    .filter(({ packet }) => missed.has(packet.frame))
    .slice(0, MOST_REPLIES)
    .flatMap((message): Unsent[] => {
      const { frame } = message.packet;
      const reason = reasons.get(frame);
      if (reason?.sure) return [{ frame, about: '', why: reason.denial.why, ...placeOf(reason.denial.span) }];
      const choice = message.family === 4 ? selection.choose(message) : chooseAddress(selection, message as Heard6);
      if (choice.kind !== 'answers') return [];
      const from = choice.reservation ?? choice.pool;
      if (!from) return [];
      const about =
        'range' in from
          ? rangeText(from.range)
          : [
              ...from.addresses.map(({ value }) => textOfAddress(value)),
              ...from.prefixes.map(({ value }) => prefixText(value)),
            ].join(' ');
      const why = `By its configuration the server answers this with ${from === choice.pool ? 'an address of the pool ' : ''}${about}, which this capture does not show.`;
      return [{ frame, about, why, ...placeOf(from.head) }];
    });
}

function push(into: Finding[], finding: Finding | undefined): void {
  if (finding) into.push(finding);
}

/** The configuration with each protocol it serves and that is modelled here. */
function bothFamilies(document: ConfigDocument, messages: readonly Asked[]): [ConfigDocument, Family][] {
  const six = document.subnets.some(({ family }) => family === 6);
  const only = document.kind === 'dhcpd6' || document.kind === 'kea6';
  return [
    ...(only ? [] : ([[document, 4]] as [ConfigDocument, Family][])),
    ...(six && isModelled6(document) ? ([[constructed(document, messages), 6]] as [ConfigDocument, Family][]) : []),
  ];
}

const isModelled6 = ({ kind }: ConfigDocument): boolean => kind === 'dhcpd6' || kind === 'kea6' || kind === 'dnsmasq';

function speakersIn(messages: readonly Asked[]): Speaker[] {
  const speakers = new Map<string, Speaker>();
  for (const message of messages) {
    if (!isAnswer(message)) continue;
    // A proxyDHCP reply leases nothing.
    if (
      message.family === 4 &&
      message.type !== NAK &&
      (message as Heard).dhcp.yiaddr === 0 &&
      (message as Heard).dhcp.ciaddr === 0
    )
      continue;
    const name = speakerOf(message);
    const known = speakers.get(name);
    if (known) known.replies.push(message);
    else speakers.set(name, { name, replies: [message] });
  }
  return [...speakers.values()];
}

/** Tells the model what the capture shows of the server's own link. */
function learn(selection: Selection, own: readonly Speaker[], hosts: readonly Address[]): void {
  const certain = new Map<string, Address>();
  for (const { name, replies } of own)
    for (const reply of replies.slice(0, 1000)) {
      const { family, packet } = reply;
      const { dhcp } = reply as Heard;
      if (family === 4 ? dhcp.giaddr !== 0 || dhcp.ciaddr !== 0 : packet.dhcpv6!.isRelay) continue;
      // A DHCPv6 server sends from a link-local address, and a delegated prefix is not on the link.
      const texts = givenBy(reply).map(({ text }) => text);
      for (const text of family === 4 ? [name, packet.source ?? '', ...texts] : texts) {
        const address = parseAddress(text);
        if (address?.value) certain.set(text, address);
      }
    }
  selection.network.learn([...certain.values()], selection.family === 4 ? hosts : []);
  for (const { name } of own) {
    const address = parseAddress(name);
    if (address) selection.book.block(address.value);
  }
}

function explainAll(messages: readonly Asked[], own: readonly Speaker[], explain: Replies): Explained[] {
  const ours = new Set(own.map(({ name }) => name));
  const requests = new Map<string, Asked>();
  const out: Explained[] = [];
  for (const message of messages) {
    const key = keyOf(message);
    if (!isReply(message)) requests.set(key, message);
    else if (isAnswer(message) && ours.has(speakerOf(message)) && out.length < MOST_REPLIES)
      out.push(explain.explain(message, requests.get(key)));
  }
  return out;
}

function sourceOf({ reply, address, statements, differences }: Explained, unread: boolean): ReplySource {
  const seen = new Set<string>();
  const places: ReplySource['statements'][number][] = [];
  for (const { span, what, field } of statements) {
    const place = placeOf(span);
    const key = `${place.path} ${place.line} ${what}`;
    if (!seen.has(key)) places.push({ ...place, what, field });
    seen.add(key);
  }
  const agrees = unread ? {} : { agrees: differences.length === 0 };
  return { frame: reply.packet.frame, client: reply.mac, address, ...agrees, statements: places };
}

/** The servers whose differences are reported: those of this configuration. If it fits none of several, the one with the most replies. */
function strangers(own: readonly Speaker[], all: readonly Speaker[]): readonly Speaker[] {
  if (own.length > 0) return own;
  return [...all].sort((a, b) => b.replies.length - a.replies.length).slice(0, 1);
}

/** One finding for everything that a server sends and its configuration does not say. */
function differs(
  document: ConfigDocument,
  speaker: Speaker,
  explained: readonly Explained[],
  explain: Replies,
): ConfiguredFinding | undefined {
  const own = explained.filter(({ reply }) => speakerOf(reply) === speaker.name);
  const some =
    own.length > 0
      ? own
      : speaker.replies
          .filter(({ type, family }) => family === 6 || type !== NAK)
          .slice(0, MOST_REPLIES)
          .map((reply) => explain.explain(reply, undefined));
  const told = new Map<string, Span | undefined>();
  const frames: number[] = [];
  for (const { reply, differences } of some) {
    if (differences.length > 0) frames.push(reply.packet.frame);
    for (const { text, span } of differences) if (!told.has(text)) told.set(text, span);
  }
  const [first] = told;
  if (!first) return undefined;
  const span = [...told.values()].find((one) => one !== undefined) ?? document.files[0]!.span(0, 0);
  const server = speaker.name;
  const name = document.files[0]!.path.replace(/^.*[\\/]/, '');
  const items = [...told].map(([text, place]) => (place ? `${text} (${placeText(place)})` : text));
  const all = frames.length === some.length;
  return {
    ...rowOf('config-differs'),
    severity: 'warning',
    title: `${server} sends what ${name} does not say: ${first[0]}`,
    subject: server,
    frames,
    explanation: `In ${count(frames.length, 'reply', 'replies')}, ${server} sends what ${name} does not say. What differs: ${items.slice(0, MOST_DIFFERENCES).join('; ')}${items.length > MOST_DIFFERENCES ? `; and ${items.length - MOST_DIFFERENCES} more` : ''}.`,
    causes: [
      {
        text: `${server} runs with another file, or with this one as it was before it was changed`,
        likelihood: 'possible',
        evidence: [],
      },
      {
        text: `The replies come from another server, which ${name} does not configure`,
        likelihood: 'possible',
        evidence: all ? [`no reply agrees with ${name} in full`] : [],
      },
    ],
    steps: [
      `See with which file the server at ${server} was started, and when: its command line (\`ps\`), its log, the file’s date.`,
      `Check the file with \`port67 check ${name}\`, and restart the server.`,
    ],
    ...placeOf(span),
  };
}
