import * as vscode from 'vscode';
import type { Judgement } from '../../learn/check';
import { judgeChallenge } from '../../learn/judge';
import type { ChallengePage, LearnAction } from '../../learn/pages';
import type { ChallengeKey } from '../../learn/questions';
import { isSeed, MOST_SEEDS } from '../../learn/seeds';
import type { Selection } from '../../protocol';
import { inWords, LearnPanel, type LearnContext } from './learnPanel';
import { lessonUri } from './lessonFiles';
import { challengeName } from './sealed';

/** The challenge in progress. */
interface Current {
  readonly seed: number;
  readonly key: ChallengeKey;
  selection: Selection | undefined;
  hints: number;
  judgement: Judgement | undefined;
  over: boolean;
}

/** *Challenge: find the fault*: a network generated from a seed, with one hidden fault, beside a page for the answer. */
export class ChallengePanel extends LearnPanel<ChallengePage> {
  private current: Current | undefined;
  private found = 0;

  constructor(context: LearnContext) {
    super(context, 'challenge', vscode.l10n.t('Challenge'));
    context.captures.onSelected(({ uri, selection }) => {
      if (!this.current || uri.toString() !== uriOf(this.current).toString()) return;
      this.current.selection = selection;
      if (this.isOpen) void this.run();
    });
  }

  /** Shows the challenge for a seed. Without a seed, the open challenge or else a new one. */
  async start(seed?: unknown): Promise<void> {
    this.show();
    await this.run(() => {
      if (isSeed(seed)) return this.begin(seed);
      return this.current ? undefined : this.begin(newSeed());
    });
  }

  protected page(): ChallengePage | undefined {
    const { current } = this;
    if (!current) return undefined;
    const { key, seed, selection, hints, judgement, over } = current;
    const { name, meaning } = key.choices.find(({ id }) => id === key.fault)!;
    return {
      seed,
      choices: key.choices.map((choice) => ({ id: choice.id, name: choice.name })),
      hints: key.hints.slice(0, hints),
      moreHints: hints < key.hints.length,
      found: this.found,
      ...(selection ? { selected: inWords(selection) } : {}),
      ...(judgement ? { reply: judgement } : {}),
      ...(over ? { solution: { name, meaning, advice: key.advice, frames: key.faultFrames } } : {}),
    };
  }

  protected async act(action: LearnAction): Promise<void> {
    const { current } = this;
    if (!current) return;
    switch (action.do) {
      case 'new':
        return this.begin(newSeed());
      case 'seed':
        return isSeed(action.seed) ? this.begin(action.seed) : undefined;
      case 'hint':
        current.hints++;
        return;
      case 'solve':
        current.over = true;
        return;
      case 'answer':
        current.judgement = judgeChallenge(current.key, current.selection?.frame, action.cause);
        if (current.judgement.right && !current.over) this.found++;
        current.over ||= current.judgement.right;
        return;
      case 'frame':
        return this.presentBeside(uriOf(current), action.frame);
      case 'show':
        return this.presentBeside(uriOf(current));
      case 'guide':
        if (current.over) await vscode.commands.executeCommand('port67.guide', `finding/${current.key.fault}`);
    }
  }

  protected override closed(): void {
    // Without its page the capture says nothing of its fault. The seed brings both back.
    if (this.current) void this.context.captures.close(uriOf(this.current));
    this.current = undefined;
    this.found = 0;
  }

  private async begin(seed: number): Promise<void> {
    const { challenge: key } = await this.ask((engine) => engine.ask('challenge', { seed }));
    // The page may have been closed before there was a network to show.
    if (!this.isOpen) return;
    const before = this.current;
    this.current = { seed, key, selection: undefined, hints: 0, judgement: undefined, over: false };
    await this.presentBeside(uriOf(this.current), 1);
    // One network at a time; the seed brings the other back.
    if (before && before.seed !== seed) await this.context.captures.close(uriOf(before));
  }
}

const newSeed = (): number => 1 + Math.floor(Math.random() * MOST_SEEDS);

const uriOf = ({ seed }: Current): vscode.Uri => lessonUri(challengeName(seed));
