import { DEFAULT_SETTINGS } from '../../analysis';
import { hex, parseHex } from '../../codec/bytes';
import type { Field } from '../../codec/field';
import { describeFrame } from '../../codec/frame';
import { dispatch } from '../../codec/layers';
import { START_LINK_TYPE } from '../../codec/start';
import { Walk } from '../../codec/walk';
import { pcapOf } from '../../learn/made/pcap';
import type { LearnQuestions } from '../../learn/questions';
import type { Editable } from '../../learn/workshop/entries';
import { editableArp } from '../../learn/workshop/arp';
import { editable4 } from '../../learn/workshop/packet';
import { editable6 } from '../../learn/workshop/packet6';
import { serve, wrongSettings } from '../../learn/workshop/server';
import type { Bench, Decision, Edit, TreeLine, WorkshopView } from '../../learn/workshop/types';
import { Capture } from '../capture';

type Asked = LearnQuestions['workshop']['params'];

/** Maximum octets of a frame and maximum frames of an exchange in the workshop. */
const MOST_OCTETS = 1514;
const MOST_FRAMES = 100;
const PER_LINE = 16;
/** Seconds between frames of an exchange when it is analysed and saved. */
const APART = 0.01;
const BEGIN = 1_700_000_000;

/** The octets of a frame in hex; none if the text is not hex. */
export const octetsOf = (text: string): Uint8Array => parseHex(text) ?? new Uint8Array(0);

/** An exchange as a capture file. */
export function benchFile(frames: readonly Uint8Array[]): Uint8Array {
  return pcapOf(frames.map((bytes, i) => ({ bytes, seconds: BEGIN, fraction: i * APART * 1e6 })));
}

/** Edits the open frame if asked to, and shows the result. */
export async function workshop({ bench, server, edit }: Asked): Promise<{ bench: Bench; view: WorkshopView }> {
  const frames = bench.frames.slice(0, MOST_FRAMES).map(octetsOf);
  const open = Math.min(Math.max(bench.open, 0), frames.length - 1);
  let error: string | undefined;
  try {
    if (edit) frames[open] = changed(frames[open]!, edit);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    error = thrown.message;
  }
  const view = { ...(await viewOf(frames, open, server)), ...(error === undefined ? {} : { error }) };
  return { bench: { frames: frames.map((frame) => hex(frame)), open }, view };
}

const editable = (frame: Uint8Array): Editable | undefined =>
  editable4(frame) ?? editable6(frame) ?? editableArp(frame);

function changed(frame: Uint8Array, edit: Edit): Uint8Array {
  if (edit.kind === 'octets') {
    const octets = parseHex(edit.value.replace(/\s+/g, ''));
    if (!octets || octets.length === 0) throw new RangeError('Octets are pairs of the digits 0 to 9 and a to f.');
    if (octets.length > MOST_OCTETS) throw new RangeError(`A frame has at most ${MOST_OCTETS} octets here.`);
    return octets;
  }
  const packet = editable(frame);
  if (!packet) throw new RangeError('The form can change DHCP, ARP and RARP messages in Ethernet only.');
  const next = packet.change(edit.kind === 'repair' ? undefined : edit);
  if (next.length > MOST_OCTETS) throw new RangeError(`A frame has at most ${MOST_OCTETS} octets here.`);
  return next;
}

async function viewOf(frames: readonly Uint8Array[], open: number, server: Asked['server']): Promise<WorkshopView> {
  const frame = frames[open]!;
  const all = frames.map((bytes) =>
    describeFrame(new Walk(dispatch).run(bytes, 0, bytes.length, START_LINK_TYPE.ethernet)),
  );
  const { tree, problems } = all[open]!;
  const packet = editable(frame);
  const answer = answerTo(frame, frames.slice(0, open), server);
  return {
    summaries: all.map(({ summary }) => summary),
    open,
    octets: lines(frame),
    tree: tree.flatMap((field) => treeLines(field, 1)),
    problems: problems.map(({ text }) => text),
    findings: await findingsOf(frames),
    wrong: wrongSettings(server),
    answer: {
      why: answer.why,
      ...(answer.frame
        ? {
            hex: hex(answer.frame),
            summary: describeFrame(
              new Walk(dispatch).run(answer.frame, 0, answer.frame.length, START_LINK_TYPE.ethernet),
            ).summary,
          }
        : {}),
    },
    ...(packet ? { form: { fields: packet.fields, ...(packet.options ? { options: packet.options } : {}) } } : {}),
  };
}

/** What the server does; if its settings cannot be encoded, it stays silent. */
function answerTo(frame: Uint8Array, before: readonly Uint8Array[], server: Asked['server']): Decision {
  try {
    return serve(server, frame, before);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { why: `The server cannot send this with its settings as they are: ${error.message}.` };
  }
}

function lines(frame: Uint8Array): string {
  const out: string[] = [];
  for (let at = 0; at < frame.length; at += PER_LINE)
    out.push(hex(frame, at, Math.min(PER_LINE, frame.length - at), ' '));
  return out.join('\n');
}

function treeLines({ name, text, problem, children = [] }: Field, level: number): TreeLine[] {
  const line = { level, text: text === '' ? name : `${name}: ${text}`, ...(problem === undefined ? {} : { problem }) };
  return [line, ...children.flatMap((child) => treeLines(child, level + 1))];
}

async function findingsOf(frames: readonly Uint8Array[]): Promise<WorkshopView['findings']> {
  const capture = new Capture('workshop', DEFAULT_SETTINGS);
  const file = benchFile(frames);
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    yield await Promise.resolve(file);
  };
  await capture.read({ name: 'workshop', size: file.length, chunks });
  return capture.findings.map(({ id, severity, title }) => ({ id, severity, title }));
}
