import * as vscode from 'vscode';
import type { ReportPage } from '../../pages';
import { tellError, type Desk } from './desk';
import { openLine, showPage } from './pagePanel';

/** Shows a report as a page. Its links open lines of files, and frames through `openFrame`. */
export function showReport(
  report: ReportPage,
  { desk, extensionUri }: { readonly desk: Desk; readonly extensionUri: vscode.Uri },
  uris: ReadonlyMap<string, vscode.Uri> = new Map(),
  openFrame: (frame: number) => Promise<void> = () => Promise.resolve(),
): void {
  const panel = vscode.window.createWebviewPanel('port67.report', report.title, vscode.ViewColumn.Active, {
    enableFindWidget: true,
  });
  showPage(panel, extensionUri, 'report', report.title, {
    report: () => Promise.resolve(report),
    open: async (target) => {
      try {
        await (target.kind === 'file' ? openLine(target, uris) : openFrame(target.frame));
      } catch (error) {
        tellError(error);
      }
      return {};
    },
    save: async () => {
      const { text } = await desk.ask('markdown', { report });
      const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: text });
      await vscode.window.showTextDocument(document);
      return {};
    },
  });
}
