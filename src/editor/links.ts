import * as vscode from 'vscode';

/** A place in a capture: `traces/office.pcap#frame=12`. */
export interface Link {
  readonly path: string;
  readonly frame: number | undefined;
}

/** Parses a link. The part from `#` on is optional. */
export function readLink(text: string): Link {
  const [, path = '', frame] = /^(.*?)(?:#frame=(\d{1,10}))?$/s.exec(text.trim()) ?? [];
  return { path, frame: frame === undefined || Number(frame) < 1 ? undefined : Number(frame) };
}

/** A link to a frame, for mails and tickets. Relative to the open folder, if possible. */
export function linkTo(uri: vscode.Uri, frame: number): string {
  const path = uri.scheme === 'file' ? vscode.workspace.asRelativePath(uri) : uri.toString(true);
  return `${path}#frame=${frame}`;
}

/** The file that a link names, by an absolute path or one relative to an open folder. Undefined if there is none. */
export async function fileOf({ path }: Link): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const absolute = /^(?:[\\/]|[a-z]:[\\/])/i.test(path);
  const tried = absolute ? [vscode.Uri.file(path)] : folders.map(({ uri }) => vscode.Uri.joinPath(uri, path));
  for (const uri of tried) {
    try {
      if ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) return uri;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
