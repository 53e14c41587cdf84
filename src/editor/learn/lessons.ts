import * as vscode from 'vscode';
import { judge, type Judgement, type Selected } from '../../learn/check';
import type { Lesson } from '../../learn/lessons/lesson';
import type { LearnAction, LessonEntry, LessonPage, LessonView } from '../../learn/pages';
import type { LearnQuestions } from '../../learn/questions';
import type { Selection } from '../../protocol';
import { markDone } from './did';
import { inWords, LearnPanel, type LearnContext } from './learnPanel';
import { lessonUri } from './lessonFiles';
import { sampleUri } from './samples';

/** Progress of the user in each lesson. */
type Progress = Readonly<Record<string, { readonly step: number; readonly done: boolean }>>;
const PROGRESS = 'port67.lessons';

/** The lesson that is open. */
interface Open {
  readonly lesson: Lesson;
  readonly texts: readonly LessonView['text'][];
  readonly uri: vscode.Uri;
  step: number;
  /** Steps whose question has been answered. */
  readonly answered: Set<number>;
  selection: Selection | undefined;
  judgement: Judgement | undefined;
  hinted: boolean;
}

/** *Lessons*: the list of lessons, or one lesson beside its capture. */
export class LessonPanel extends LearnPanel<LessonPage> {
  private open: Open | undefined;
  /** All lessons, once they have been asked for. */
  private list: Promise<LearnQuestions['lessons']['result']> | undefined;

  constructor(context: LearnContext) {
    super(context, 'lesson', vscode.l10n.t('Lessons'));
    context.captures.onSelected(({ uri, selection }) => {
      if (!this.open || uri.toString() !== this.open.uri.toString()) return;
      this.open.selection = selection;
      if (this.isOpen) void this.run();
    });
  }

  /** Shows the list, or the named lesson. */
  async start(id?: unknown): Promise<void> {
    this.show();
    await this.run(() => (typeof id === 'string' ? this.begin(id) : undefined));
  }

  protected async page(): Promise<LessonPage> {
    this.list ??= this.ask((engine) => engine.ask('lessons', {}));
    // What has failed is asked for again next time.
    this.list.catch(() => (this.list = undefined));
    const { lessons } = await this.list;
    const progress = this.progress;
    return {
      lessons: lessons.map((lesson): LessonEntry => {
        const { step = 0, done = false } = progress[lesson.id] ?? {};
        return { ...lesson, reached: Math.min(step, lesson.steps - 1), done };
      }),
      ...(this.open ? { open: viewOf(this.open) } : {}),
    };
  }

  protected async act(action: LearnAction): Promise<void> {
    if (action.do === 'open') return this.begin(action.id);
    const { open } = this;
    if (!open) return;
    const { question } = open.lesson.steps[open.step]!;
    switch (action.do) {
      case 'list':
        this.open = undefined;
        return;
      case 'next':
        return this.goTo(open, open.step + 1);
      case 'back':
        return this.goTo(open, open.step - 1);
      case 'show':
        return this.present(open);
      case 'hint':
        open.hinted = true;
        return;
      case 'check':
        if (!question) return;
        open.judgement = judge(question, selectedOf(open.selection));
        if (open.judgement.right) open.answered.add(open.step);
        return;
      case 'guide':
        await vscode.commands.executeCommand('port67.guide', action.page ?? open.lesson.page);
    }
  }

  protected override closed(): void {
    this.open = undefined;
  }

  private async begin(id: string): Promise<void> {
    const { lesson, made, texts = [] } = await this.ask((engine) => engine.ask('lesson', { id }));
    if (!lesson || !this.isOpen) return;
    const { step = 0, done = false } = this.progress[id] ?? {};
    const uri = made ? lessonUri(lesson.capture) : sampleUri(this.context.extensionUri, lesson.capture);
    this.open = {
      lesson,
      texts,
      uri,
      step: done ? 0 : Math.min(step, lesson.steps.length - 1),
      answered: new Set(),
      selection: undefined,
      judgement: undefined,
      hinted: false,
    };
    markDone('lesson');
    await this.present(this.open);
  }

  private async goTo(open: Open, step: number): Promise<void> {
    const { id, steps } = open.lesson;
    const finished = step >= steps.length;
    await this.keep(id, {
      step: finished ? 0 : Math.max(step, 0),
      done: finished || (this.progress[id]?.done ?? false),
    });
    if (finished) {
      this.open = undefined;
      return;
    }
    open.step = Math.max(step, 0);
    open.judgement = undefined;
    open.hinted = false;
    await this.present(open);
  }

  /** Shows in the capture what the step is about. */
  private async present({ lesson, uri, step }: Open): Promise<void> {
    const { frame, field } = lesson.steps[step]!;
    await this.presentBeside(uri, frame, field);
  }

  private get progress(): Progress {
    return this.context.memento.get<Progress>(PROGRESS, {});
  }

  private async keep(id: string, where: Progress[string]): Promise<void> {
    await this.context.memento.update(PROGRESS, { ...this.progress, [id]: where });
  }
}

function viewOf({ lesson, texts, step, answered, selection, judgement, hinted }: Open): LessonView {
  const { frame, question } = lesson.steps[step]!;
  return {
    id: lesson.id,
    title: lesson.title,
    goal: lesson.goal,
    step,
    steps: lesson.steps.length,
    text: texts[step]!,
    shows: frame !== undefined,
    answered: answered.has(step),
    ...(question ? { ask: question.ask } : {}),
    ...(selection ? { selected: inWords(selection) } : {}),
    ...(judgement ? { reply: judgement } : {}),
    ...(hinted && question ? { hint: question.hint } : {}),
  };
}

const selectedOf = (selection: Selection | undefined): Selected | undefined =>
  selection && { frame: selection.frame, keys: selection.field?.keys ?? [] };
