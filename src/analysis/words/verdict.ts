import { append } from '../../codec/append';
import { SNAPLEN_CUT } from '../../codec/field';
import { FINDINGS } from '../catalogue';
import { cutLimit, holdsBothWays, spoken, textLimits, withoutClients } from './contents';
import { queriesText, queriesUnanswered } from './queries';
import { SEVERITIES, SEVERITY_NOUNS, type Finding, type Outcome, type Severity } from '../finding';
import { capital, count, list } from './words';
import { clause, firstStep, inSentence, lower, mostLikely, ofEach, remarks } from './sentence';
import type { World } from '../evidence/world';
import {
  aloneOf,
  byBothOf,
  calmly,
  confirmed,
  CONFIRMS,
  GOT,
  LATER,
  isOf6,
  machinesIn,
  NO_MORE,
  OFFERED,
  ONLY_REPLIES,
  plural,
  serversInOrder,
  UNSERVED,
  WITHOUT,
  withinText,
  type Ending,
} from './ending';

/** What a capture shows of its clients, regardless of findings. */
export interface Story {
  /** One sentence that can be read without knowing DHCP. */
  readonly text: string;
  /** The same in brief, to go with a description of what is wrong. */
  readonly aside: string;
  /** Whether some client got no answer, and whether some client did not get what it asked for, for whatever reason. */
  readonly unanswered: boolean;
  readonly unserved: boolean;
  /** Whether the file is cut or damaged, and whether a pasted text lacks octets. */
  readonly damaged: boolean;
  readonly unread: boolean;
  readonly pasted?: 'plain' | 'named' | undefined;
  /** The capture holds nothing that could be right or wrong. */
  readonly empty: boolean;
  /** The capture holds requests and replies. */
  readonly bothWays?: boolean;
  /** What is not healthy, though it is no finding, in clauses. */
  readonly noticed: readonly string[];
  /** Ids of findings above info that the settings suppress. */
  readonly suppressed: readonly string[];
  /** If there are several captures: the name of this one, and the ids of its findings. */
  readonly of?: { readonly name: string; readonly ids: ReadonlySet<string> };
}

/**
 * The verdict in at most two sentences: what is wrong and what to do first, or, if nothing is wrong, how the clients ended. `findings` are
 * all findings shown to the reader, in reading order, including those of a comparison. For several captures there is one story each, and
 * `comparison` is the result of comparing them.
 */
export function verdictOf(stories: readonly Story[], findings: readonly Finding[], comparison = ''): string {
  const { what, why, beside, finding } = verdictParts(stories, findings, comparison);
  if (finding < 0) return [what, beside].filter((one) => one !== '').join(' ');
  const because = why === '' ? '' : `; ${lower(clause(why))}`;
  return `${clause(what)}${because} (${clause(beside)}).${firstStep(findings[finding]!)}`;
}

/** The parts of the verdict, for a view that shows them separately. */
export interface VerdictParts {
  /** What is wrong; if nothing is, how the clients ended. */
  readonly what: string;
  /** The most likely reason; empty if no cause stands out. */
  readonly why: string;
  /** What else was found, and why there may be more; empty if there is nothing to add. */
  readonly beside: string;
  /** Index of the finding that `what` is about, the first one to act on; -1 if none is above info. */
  readonly finding: number;
  /** Whether all clients got what they asked for, as far as the capture shows. */
  readonly fine: boolean;
}

export function verdictParts(stories: readonly Story[], findings: readonly Finding[], comparison = ''): VerdictParts {
  const finding = findings.findIndex(({ severity }) => severity !== 'info');
  return finding < 0
    ? { ...calm(stories, findings, comparison), finding }
    : { ...wrong(findings[finding]!, stories, findings, comparison), finding, fine: false };
}

/** How the clients ended. */
export function storyOf(
  world: World,
  endings: readonly Ending[],
  noticed: readonly string[],
  suppressed: readonly string[],
): Story {
  const clients = endings.length;
  const [first] = endings;
  const queries = queriesText(world);
  const [told, aside] =
    clients === 0
      ? [withoutClients(world), '']
      : clients === 1
        ? aloneOf(first!, world.survey)
        : (byBothOf(endings, world.survey) ?? together(world, endings));
  const text = queries === '' ? told : clients === 0 ? `${queries}.` : `${clause(told)}; ${lower(queries)}.`;
  const unanswered =
    queriesUnanswered(world) ||
    endings.some(
      ({ outcome, askedInVain, without }) => (outcome === 'unanswered' && without === undefined) || askedInVain,
    );
  return {
    text,
    aside,
    unanswered,
    unserved:
      unanswered ||
      endings.some(
        ({ outcome, without }) =>
          outcome === 'refused' || outcome === 'declined' || (without !== undefined && UNSERVED.has(without)),
      ),
    damaged: world.facts.fileProblems.length > 0,
    unread: (world.facts.unread?.size ?? 0) > 0,
    pasted: world.facts.pasted,
    empty: clients === 0 && spoken(world).size === 0,
    bothWays: holdsBothWays(world),
    noticed,
    suppressed,
  };
}

/** How several clients ended, as a sentence and in brief; the brief form does not name them. */
function together(world: World, endings: readonly Ending[]): [string, string] {
  const all = machinesIn(endings);
  if (all < endings.length) return byEachProtocol(world, endings, all);
  const parts = partsOf(world, endings);
  const [first] = parts;
  if (parts.length === 1 && first!.n === all) {
    const who = all === 2 ? 'both clients' : `all ${all} clients`;
    return [`${capital(who)} ${first!.words}.`, `${who} ${first!.brief}`];
  }
  const told = (as: 'words' | 'brief'): string[] => parts.map((one) => `${one.n === all ? 'all' : one.n} ${one[as]}`);
  return [
    `${count(all, 'client')}: ${told('words').join('; ')}.`,
    `of ${count(all, 'client')}, ${told('brief').join(', ')}`,
  ];
}

/** The same where some machine asks by both protocols, and so ended twice: what each protocol came to. */
function byEachProtocol(world: World, endings: readonly Ending[], all: number): [string, string] {
  const halves = [
    ['DHCPv4', endings.filter((one) => !isOf6(one))],
    ['DHCPv6', endings.filter(isOf6)],
  ] as const;
  const told = (as: 'words' | 'brief', between: string): string[] =>
    halves.map(([protocol, own]) => {
      const everybody = ['', 'it', 'both'][all] ?? 'all';
      const parts = partsOf(world, own).map((one) => `${one.n === all ? everybody : one.n} ${one[as]}`);
      return `by ${protocol}, ${parts.join(between)}`;
    });
  return [
    `${count(all, 'client')}: ${told('words', '; ').join('; ')}.`,
    `of ${count(all, 'client')}, ${told('brief', ' and ').join('; ')}`,
  ];
}

/** Clients that ended alike: how many machines they are, and what became of them, in full and in brief. */
interface Part {
  readonly n: number;
  readonly words: string;
  readonly brief: string;
}

/** What became of clients, in groups. */
function partsOf(world: World, endings: readonly Ending[]): Part[] {
  const all = endings.length;
  const parts: Part[] = [];
  const say = (some: readonly Ending[], one: string, more = one, names = true, brief?: string): void => {
    const n = machinesIn(some);
    if (n === 0) return;
    const words = n === 1 ? one : more;
    const labels =
      names && some.length < all
        ? ` (${list(
            some.map(({ label }) => label),
            3,
          )})`
        : '';
    parts.push({ n, words: `${words}${labels}`, brief: brief ?? words });
  };
  const got = endings.filter(
    ({ outcome, presumed, without }) => GOT.has(outcome) && presumed === undefined && without === undefined,
  );
  // What is measured are leases of DHCPv4.
  const took = endings.some((one) => !isOf6(one)) ? world.survey : undefined;
  const how = (some: readonly Ending[]): string => {
    const servers = serversInOrder(some);
    return servers.length > 0 ? ` from ${list(servers, 3)}` : '';
  };
  const isNew = ({ outcome, held }: Ending): boolean => outcome === 'bound' || held !== undefined;
  const leases = got.filter((one) => !one.bootp && isNew(one));
  // Each client is counted once: those that asked later in vain stand by themselves.
  for (const vain of [undefined, 'dhcp', 'boot'] as const) {
    const [later, laters] = vain === undefined ? ['', ''] : LATER[vain];
    const own = got.filter(({ askedInVain }) => askedInVain === vain);
    const leased = own.filter((one) => !one.bootp && isNew(one));
    // Nothing is measured where the reply is not in the capture.
    const time = leased.some(({ unseen }) => unseen) ? '' : withinText(took?.slowestLease);
    const from = `${how(leased)}${time}`;
    say(leased, `got a lease${from}${later}`, `got leases${from}${laters}`, vain !== undefined);
    const kept = own.filter((one) => !one.bootp && !isNew(one));
    const keeper = `${how(kept).replace('from', 'with')}${leases.length > 0 ? '' : withinText(took?.slowestRenewal)}`;
    say(kept, `renewed its lease${keeper}${later}`, `renewed their leases${keeper}${laters}`, vain !== undefined);
    const assigned = own.filter(({ bootp }) => bootp);
    const by = `${how(assigned)} by BOOTP`;
    say(assigned, `got an address${by}${later}`, `got addresses${by}${laters}`, vain !== undefined);
  }
  say(
    endings.filter(({ presumed }) => presumed === 'no reply'),
    'asked for an address and did not ask again, which suggests a reply that this capture does not show',
  );
  const elsewhere = endings.filter(({ presumed }) => presumed === 'other server');
  say(
    elsewhere,
    `asked for an address of ${list(serversInOrder(elsewhere), 3)} and did not ask again, and no answer of that server is in this capture`,
  );
  const asked = (outcome: Outcome): Ending[] =>
    endings.filter((one) => one.outcome === outcome && confirmed(one) !== undefined);
  say(asked('informed'), CONFIRMS.informed!, plural(CONFIRMS.informed!));
  say(asked('refused'), CONFIRMS.refused!, plural(CONFIRMS.refused!));
  say(asked('unanswered'), CONFIRMS.unanswered!, plural(CONFIRMS.unanswered!));
  const others = endings.filter((one) => confirmed(one) === undefined);
  // What else became of a client says more than that it asked once more in vain, and each client is counted once.
  const before = others.filter(
    ({ askedInVain, outcome }) => askedInVain && (outcome === 'unanswered' || outcome === 'incomplete'),
  );
  const ended = (...outcomes: Outcome[]): Ending[] => others.filter(({ outcome }) => outcomes.includes(outcome));
  say(before, 'that had an address already got no answer');
  const silent = ended('unanswered').filter(({ askedInVain, without }) => !askedInVain && without === undefined);
  say(
    silent.filter(({ offered, servedBefore }) => !offered && !servedBefore),
    'got no answer',
  );
  say(
    silent.filter(({ offered, servedBefore }) => !offered && servedBefore),
    NO_MORE,
  );
  say(
    silent.filter(({ offered }) => offered),
    OFFERED,
    plural(OFFERED),
  );
  const lost = (outcome: Outcome, one: string, more: string): void => {
    for (const on of [false, true])
      say(
        ended(outcome).filter(({ without, usesOn }) => without === undefined && (usesOn !== undefined) === on),
        `${one}${on ? ', and goes on using the address' : ''}`,
        `${more}${on ? ', and go on using the addresses' : ''}`,
      );
  };
  lost('refused', 'was refused', 'were refused');
  say(
    endings.filter(({ without }) => without === 'ended'),
    WITHOUT.ended,
    'were answered with addresses that are valid for 0 s',
  );
  lost('declined', 'declined the address it was given', 'declined the addresses they were given');
  const calm = ended('informed', 'released').filter(({ without }) => without === undefined);
  say(calm, calmly(calm, 'its address'), calmly(calm, 'their addresses'), false);
  say(
    endings.filter(({ without }) => without === 'ignores'),
    WITHOUT.ignores,
    'were given leases, and ask on for them as if the answers had not come',
  );
  for (const kind of ['anew', 'asks on', 'bootp', 'stateless', 'misfit'] as const)
    say(
      endings.filter(({ without }) => without === kind),
      WITHOUT[kind],
      WITHOUT[kind].replace(' its ', ' their '),
    );
  say(
    endings.filter(({ without }) => without === 'unlawful'),
    WITHOUT.unlawful,
    'were answered without an address',
  );
  say(
    endings.filter(({ without }) => without === 'lawful'),
    WITHOUT.lawful,
    'were told that there is no address for them',
  );
  say(
    endings.filter(({ without }) => without === 'v6 only'),
    WITHOUT['v6 only'],
    'do without IPv4, as option 108 tells them to',
  );
  const open = ended('incomplete').filter(({ askedInVain, without }) => !askedInVain && without === undefined);
  const outcome = 'asked, and this capture does not show how it ended';
  say(
    open.filter(({ onlyReplies }) => !onlyReplies),
    outcome,
    outcome,
    false,
    'asked without an outcome in this capture',
  );
  say(
    open.filter(({ onlyReplies }) => onlyReplies),
    ONLY_REPLIES,
    ONLY_REPLIES.replace('was', 'were').replace('it asked', 'they asked'),
    false,
  );
  return parts;
}

/** What is wrong, what else was found, and how the clients ended. */
function wrong(
  worst: Finding,
  stories: readonly Story[],
  findings: readonly Finding[],
  comparison: string,
): Pick<VerdictParts, 'what' | 'why' | 'beside'> {
  const number = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  const [likely] = worst.causes.filter(({ likelihood }) => likelihood === 'likely');
  const why = likely ? `${mostLikely(likely, worst)}.` : '';
  const beside = [
    list(SEVERITIES.flatMap((one) => (number(one) > 0 ? [count(number(one), SEVERITY_NOUNS[one])] : []))),
    ...ofEach(stories.map(({ aside }) => aside)),
    ...remarks(stories.flatMap(({ noticed }) => noticed)),
    clause(comparison),
    ...limits(stories, findings, worst),
  ];
  return { what: `${worst.title}.`, why, beside: `${beside.filter((one) => one !== '').join('; ')}.` };
}

/** How the clients ended if no finding is above info, and whether anything is left open. */
function calm(
  stories: readonly Story[],
  findings: readonly Finding[],
  comparison: string,
): Omit<VerdictParts, 'finding'> {
  const many = stories.length > 1;
  const told = [...ofEach(stories.map(({ text }) => clause(text))), clause(comparison)]
    .filter((one) => one !== '')
    .join('; ');
  const open = stories.some((story) => story.unanswered);
  const noticed = stories.flatMap((story) => story.noticed);
  const fine =
    !open && noticed.length === 0 && !stories.some((story) => story.unserved) && !stories.every((story) => story.empty);
  const reservations = limits(stories, findings);
  const suppressed = stories.some((story) => story.suppressed.length > 0);
  const judged = open
    ? (whySilent(findings) ?? `${many ? 'these captures do' : 'this capture does'} not show why`)
    : fine && !suppressed
      ? `nothing is wrong as far as ${many ? 'these captures show' : 'this capture shows'}`
      : '';
  const second = [judged, ...remarks(noticed), ...reservations].filter((one) => one !== '').join('; ');
  return { what: `${told}.`, why: '', beside: second === '' ? '' : `${capital(second)}.`, fine };
}

/** The likely cause of a silence that is no fault: a finding of severity info tells it. */
function whySilent(findings: readonly Finding[]): string | undefined {
  const told = findings.find(({ id }) => id === 'v6-no-reply' || FINDINGS.get(id)?.family === 'silence');
  const [likely] = told?.causes.filter(({ likelihood }) => likelihood === 'likely') ?? [];
  return likely && `most likely, ${inSentence(likely.text)}`;
}

/** Why there may be more than what was found. */
function limits(stories: readonly Story[], findings: readonly Finding[], worst?: Finding): string[] {
  const out: string[] = [];
  const suppressed = [...new Set(stories.flatMap((story) => story.suppressed))];
  if (suppressed.length > 0)
    out.push(
      `your settings suppress ${suppressed.length === 1 ? 'a finding' : 'findings'} of this capture: ${list(suppressed, 5)}`,
    );
  /** The captures of which something holds, as the subject of a sentence. */
  const those = (noun: string, is: (story: Story) => boolean | undefined): [who: string, many: boolean] => {
    const names = stories.filter(is).flatMap(({ of }) => of?.name ?? []);
    return [`the ${noun}${names.length > 1 ? 's' : ''} ${list(names)}`.replace(/ none$/, ''), names.length > 1];
  };
  append(out, textLimits(stories));
  if (worst?.id !== 'capture-truncated' && stories.some((story) => story.damaged)) {
    const [who, many] = those('file', (story) => story.damaged);
    out.push(
      `${who} ${many ? 'are' : 'is'} cut or damaged, so there may be more that ${many ? 'they do' : 'it does'} not show`,
    );
  } else if (findings.some(({ id }) => id === 'one-sided')) {
    const isSided = ({ of }: Story): boolean | undefined => of?.ids.has('one-sided');
    const [who, many] = those('capture', isSided);
    const partly = stories.some((story) => story.bothWays === true && isSided(story) !== false);
    out.push(`${who} ${many ? 'show' : 'shows'} ${partly ? 'some of the replies' : 'one side'} only`);
  } else if (findings.some(({ id }) => id === SNAPLEN_CUT)) out.push(cutLimit(stories));
  return out;
}
