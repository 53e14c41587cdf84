import {
  checkConfig,
  kindOf,
  parseConfig,
  SourceFile,
  type ConfigDocument,
  type ConfigFinding,
  type ConfigKind,
} from '../config';
import { modeOf } from '../cli/included';
import { areaOf } from './area';
import { includesOf } from './includes';
import type { ConfigText, Problem } from './questions';

/** A configuration as read from one version of its text. */
export interface Read {
  readonly text: ConfigText;
  readonly document: ConfigDocument;
  readonly file: SourceFile;
  readonly findings: readonly ConfigFinding[];
}

/** The kind of a text. The editor's language comes first, because an empty file shows nothing else. */
export function kindOfText({
  path,
  text,
  language,
}: Pick<ConfigText, 'path' | 'text' | 'language'>): ConfigKind | undefined {
  const found = kindOf(path, text);
  if (language === 'dnsmasq') return 'dnsmasq';
  if (language === 'dhcpd') return found === 'dhcpd6' ? 'dhcpd6' : 'dhcpd';
  if (language === 'kea') return found === 'kea6' ? 'kea6' : 'kea4';
  return found;
}

/** Reads and checks a configuration with its includes. Undefined if its kind is unknown. */
export function readText(text: ConfigText): Read | undefined {
  const kind = kindOfText(text);
  if (!kind) return undefined;
  const file = new SourceFile(text.path, text.text, text.includes === 'none' ? undefined : modeOf(text.path));
  const document = parseConfig(file, kind, includesOf(text));
  return { text, document, file: document.files[0]!, findings: checkConfig(document) };
}

/** How many problems are shown at once. Each one is drawn, and nobody reads more. */
const MOST_PROBLEMS = 500;

/** Problems in the file itself, as *Problems* shows them. Those in included files are shown when these files are open. */
export function problemsOf({ file, findings }: Read): Problem[] {
  return findings
    .filter(({ span }) => span.file === file)
    .slice(0, MOST_PROBLEMS)
    .map(problemOf);
}

function problemOf({ id, severity, title, span, explanation, steps, related = [], fix }: ConfigFinding): Problem {
  const whole = fix?.edits.every((edit) => edit.span.file === span.file);
  return {
    id,
    severity,
    area: areaOf(span),
    message: [`${title}.`, explanation, ...steps].join(' ').replace(/\.\. /, '. '),
    related: related.slice(0, 10).map((one) => ({ path: one.file.path, area: areaOf(one) })),
    ...(fix && whole
      ? { fix: { title: fix.title, edits: fix.edits.map((edit) => ({ area: areaOf(edit.span), text: edit.text })) } }
      : {}),
  };
}

/** How many configurations are kept. When more are open, the least recently used one is dropped and read again on demand. */
const MOST_OPEN = 20;

/** The configurations open in editors, each as last read. */
export class Documents {
  private readonly read = new Map<string, Read>();

  /** Reads a text. An unchanged version is read again as well, because its includes may have changed. */
  take(text: ConfigText): Read | undefined {
    const made = readText(text);
    this.read.delete(text.uri);
    if (made) this.read.set(text.uri, made);
    if (this.read.size > MOST_OPEN) this.read.delete(this.read.keys().next().value!);
    return made;
  }

  /** A text in this version, or in the latest one if no version is given. */
  get(uri: string, version?: number): Read | undefined {
    const known = this.read.get(uri);
    return version === undefined || known?.text.version === version ? known : undefined;
  }

  forget(uri: string): void {
    this.read.delete(uri);
  }
}
