import * as vscode from 'vscode';
import type { Completion, OutlineItem } from '../../operator/questions';
import { configText, languageOf, pathOf, rangeOf, type Desk } from './desk';
import { ConfigDiagnostic, guideCommand } from './problems';

const { SymbolKind, CompletionItemKind } = vscode;

/** Symbols of the blocks in an outline. */
const SYMBOLS: Readonly<Record<string, vscode.SymbolKind>> = {
  subnet: SymbolKind.Namespace,
  subnet6: SymbolKind.Namespace,
  'shared-network': SymbolKind.Module,
  group: SymbolKind.Package,
  pool: SymbolKind.Array,
  pool6: SymbolKind.Array,
  range: SymbolKind.Array,
  range6: SymbolKind.Array,
  'dhcp-range': SymbolKind.Array,
  host: SymbolKind.Object,
  'dhcp-host': SymbolKind.Object,
  class: SymbolKind.Class,
  subclass: SymbolKind.Class,
  failover: SymbolKind.Interface,
  key: SymbolKind.Key,
  zone: SymbolKind.Namespace,
  include: SymbolKind.File,
  option: SymbolKind.Property,
  'dhcp-option': SymbolKind.Property,
};

/** Asks the worker about the version of a text that the editor shows. Undefined if it has changed meanwhile. */
async function about<T>(
  desk: Desk,
  document: vscode.TextDocument,
  ask: (at: At) => Promise<T>,
): Promise<T | undefined> {
  const at = { uri: document.uri.toString(), version: document.version };
  await desk.check(document);
  return document.version === at.version ? ask(at) : undefined;
}
interface At {
  readonly uri: string;
  readonly version: number;
}

export class Outline implements vscode.DocumentSymbolProvider, vscode.FoldingRangeProvider {
  constructor(private readonly desk: Desk) {}

  private async items(document: vscode.TextDocument): Promise<readonly OutlineItem[]> {
    return (await about(this.desk, document, (at) => this.desk.ask('outline', at)))?.items ?? [];
  }

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const symbol = ({ kind, name, area, head, children }: OutlineItem): vscode.DocumentSymbol => {
      const range = rangeOf(area);
      const made = new vscode.DocumentSymbol(
        name,
        '',
        SYMBOLS[kind] ?? SymbolKind.Field,
        range,
        range.intersection(rangeOf(head)) ?? range,
      );
      made.children = children.map(symbol);
      return made;
    };
    return (await this.items(document)).map(symbol);
  }

  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    const folds: vscode.FoldingRange[] = [];
    const visit = (items: readonly OutlineItem[]): void => {
      for (const { area, children } of items) {
        // Keeps the closing brace visible.
        if (area[2] - 1 > area[0]) folds.push(new vscode.FoldingRange(area[0], area[2] - 1));
        visit(children);
      }
    };
    visit(await this.items(document));
    let from: number | undefined;
    for (let line = 0; line <= document.lineCount; line++) {
      const comment = line < document.lineCount && /^\s*#/.test(document.lineAt(line).text);
      if (comment) from ??= line;
      else {
        if (from !== undefined && line - 1 > from)
          folds.push(new vscode.FoldingRange(from, line - 1, vscode.FoldingRangeKind.Comment));
        from = undefined;
      }
    }
    return folds;
  }
}

/** Hovers: the meaning of a word, a link to the guide, and what a capture has shown of it. */
export class Hovers implements vscode.HoverProvider {
  constructor(private readonly desk: Desk) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const offset = document.offsetAt(position);
    const found = await about(this.desk, document, (at) => this.desk.ask('hover', { ...at, offset }));
    if (!found?.hover) return undefined;
    const { area, title, text, reference, page, seen = [] } = found.hover;
    const words = new vscode.MarkdownString();
    // Only these two commands, with our own arguments: the rest of the text may come from a stranger.
    words.isTrusted = { enabledCommands: ['markdown.showPreview', 'port67.showFrame'] };
    words.appendMarkdown(`**${plain(title)}**\n\n${plain(text)}`);
    if (reference !== undefined) words.appendMarkdown(`\n\n${plain(reference)}`);
    for (const { capture, frames } of seen) {
      words.appendMarkdown(`\n\n${plain(vscode.l10n.t('Frames of {0} that it made:', capture))}`);
      for (const frame of frames) {
        const command = `command:port67.showFrame?${encodeURIComponent(JSON.stringify([capture, frame]))}`;
        words.appendMarkdown(` [${frame}](${command})`);
      }
    }
    if (page !== undefined)
      words.appendMarkdown(`\n\n[${vscode.l10n.t('Read more in the guide')}](${guideCommand(page).toString()})`);
    return new vscode.Hover(words, rangeOf(area));
  }
}

/** Escapes words for Markdown. `appendText` is not used because it turns spaces into no-break spaces. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&').replace(/\s+/g, ' ');

export class Definitions implements vscode.DefinitionProvider {
  constructor(private readonly desk: Desk) {}

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location[]> {
    const offset = document.offsetAt(position);
    const found = await about(this.desk, document, (at) => this.desk.ask('definition', { ...at, offset }));
    return (found?.places ?? []).map(({ path, area }) => {
      const uri = path === pathOf(document.uri) ? document.uri : vscode.Uri.file(path);
      return new vscode.Location(uri, rangeOf(area));
    });
  }
}

const KINDS: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  statement: CompletionItemKind.Keyword,
  option: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  name: CompletionItemKind.Reference,
};

/** Words suggested at the cursor. They do not wait for the text to be read, so that typing stays fast. */
export class Completions implements vscode.CompletionItemProvider {
  constructor(private readonly desk: Desk) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const language = languageOf(document);
    if (!language) return [];
    const before = document.lineAt(position).text.slice(0, position.character);
    const { uri, path } = configText(document);
    const whole = language === 'kea';
    const { items } = await this.desk.ask('complete', {
      uri,
      path,
      language,
      before,
      offset: document.offsetAt(position),
      // JSON is examined as a whole. In other languages, the beginning shows the kind.
      text: whole ? document.getText() : document.getText(new vscode.Range(0, 0, 200, 0)),
    });
    const typed = (/[\w.-]*$/.exec(before)?.[0] ?? '').length;
    const range = whole ? undefined : new vscode.Range(position.translate(0, -typed), position);
    return items.map(({ label, kind, detail, text, insert }) => {
      const item = new vscode.CompletionItem(label, KINDS[kind]);
      // A label with a colon (option:router) is replaced as a whole, from its beginning.
      if (range && !label.includes(':')) item.range = range;
      if (detail !== undefined) item.detail = detail;
      if (text !== undefined) item.documentation = text;
      if (insert !== undefined) item.insertText = insert;
      return item;
    });
  }
}

/** Quick fixes for problems with a certain solution. */
export class Fixes implements vscode.CodeActionProvider {
  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return diagnostics.flatMap((diagnostic) => {
      if (!(diagnostic instanceof ConfigDiagnostic) || !diagnostic.fix) return [];
      const action = new vscode.CodeAction(diagnostic.fix.title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      action.edit = new vscode.WorkspaceEdit();
      for (const { area, text } of diagnostic.fix.edits) action.edit.replace(document.uri, rangeOf(area), text);
      return [action];
    });
  }
}
