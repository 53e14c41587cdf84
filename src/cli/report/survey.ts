import type { Finding, Outcome } from '../../analysis/finding';
import type { ClientSummary, Conversation } from '../../analysis/summaries';
import type { Capture } from '../../engine/capture';
import { FRAMES_SHOWN } from '../shown';
import { MOST_CLIENTS, MOST_CONVERSATIONS } from './model';

/** A finding with its number in the report, and its frames in one capture. */
export interface Numbered {
  readonly number: number;
  readonly finding: Finding;
  readonly frames: readonly number[];
}

/** What a report shows of a capture besides its findings. The lists stay short however large the capture is. */
export interface Survey {
  readonly clientCount: number;
  /** Number of clients per outcome, the most frequent first. */
  readonly outcomes: readonly (readonly [Outcome, number])[];
  /** The clients to show; those that did not get what they asked for come first. */
  readonly clients: readonly ClientSummary[];
  readonly conversationCount: number;
  /** The conversations to show: those that findings name. */
  readonly conversations: readonly Conversation[];
  /** Set if findings name more conversations than are shown. */
  readonly cut: boolean;
  /** Frames that findings name and that belong to no conversation, in ascending order. */
  readonly others: readonly number[];
}

/** Makes one pass over the clients of a capture and one over its conversations. */
export function surveyOf(capture: Capture, findings: readonly Numbered[]): Survey {
  return { ...clientsOf(capture), ...conversationsOf(capture, findings) };
}

/** Order of outcomes in the list of clients. Readers look for the clients that got nothing, so these come first. */
const RANK: Readonly<Record<Outcome, 0 | 1 | 2>> = {
  unanswered: 0,
  refused: 0,
  declined: 0,
  incomplete: 1,
  bound: 2,
  renewed: 2,
  informed: 2,
  released: 2,
};

function clientsOf(capture: Capture): Pick<Survey, 'clientCount' | 'outcomes' | 'clients'> {
  const ranks: ClientSummary[][] = [[], [], []];
  const outcomes = new Map<Outcome, number>();
  let clientCount = 0;
  for (const client of capture.result.eachClient()) {
    clientCount++;
    outcomes.set(client.outcome, (outcomes.get(client.outcome) ?? 0) + 1);
    const rank = ranks[RANK[client.outcome]]!;
    if (rank.length < MOST_CLIENTS) rank.push(client);
  }
  return {
    clientCount,
    outcomes: [...outcomes].sort(([, a], [, b]) => b - a),
    clients: ranks.flat().slice(0, MOST_CLIENTS),
  };
}

/** How many conversations are collected before the less important ones are dropped. */
const KEPT = 50 * MOST_CONVERSATIONS;

function conversationsOf(
  capture: Capture,
  findings: readonly Numbered[],
): Pick<Survey, 'conversationCount' | 'conversations' | 'cut' | 'others'> {
  const wanted = wantedFrames(findings);
  const others = new Set(wanted.keys());
  let named: { readonly rank: number; readonly conversation: Conversation }[] = [];
  let conversationCount = 0;
  let cut = false;
  const drop = (): void => {
    if (named.length <= MOST_CONVERSATIONS) return;
    cut = true;
    named = named.sort((a, b) => a.rank - b.rank).slice(0, MOST_CONVERSATIONS);
  };
  for (const conversation of capture.result.eachConversation()) {
    conversationCount++;
    let rank = Infinity;
    for (const frame of conversation.frames) {
      rank = Math.min(rank, wanted.get(frame) ?? Infinity);
      others.delete(frame);
    }
    if (rank === Infinity) continue;
    if (named.push({ rank, conversation }) > KEPT) drop();
  }
  drop();
  return {
    conversationCount,
    conversations: named.map(({ conversation }) => conversation).sort((a, b) => a.id - b.id),
    cut,
    others: [...others].sort((a, b) => a - b),
  };
}

/**
 * The rank of each frame that findings name; a lower rank is shown first. The first frame of every finding ranks before the second of any.
 */
function wantedFrames(findings: readonly Numbered[]): Map<number, number> {
  const wanted = new Map<number, number>();
  findings.forEach(({ finding, frames }, place) => {
    const members = finding.members?.map((member) => member.frames[0] ?? 0);
    (members ?? frames.slice(0, FRAMES_SHOWN)).forEach((frame, i) => {
      const rank = i * findings.length + place;
      if (frame > 0 && rank < (wanted.get(frame) ?? Infinity)) wanted.set(frame, rank);
    });
  });
  return wanted;
}
