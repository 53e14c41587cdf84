import * as vscode from 'vscode';

/** A place in a capture: `traces/office.pcap#frame=12`. */
export interface Link {
  readonly path: string;
  readonly frame: number | undefined;
}

/** Reads a link; the part behind `#` may be left out. */
export function readLink(text: string): Link {
  const [, path = '', frame] = /^(.*?)(?:#frame=(\d{1,10}))?$/s.exec(text.trim()) ?? [];
  return { path, frame: frame === undefined || Number(frame) < 1 ? undefined : Number(frame) };
}

/** The link to a frame, as it is written in a mail or a ticket: relative to the folder that is open. */
export function linkTo(uri: vscode.Uri, frame: number): string {
  const path = uri.scheme === 'file' ? vscode.workspace.asRelativePath(uri) : uri.toString(true);
  return `${path}#frame=${frame}`;
}

/** The file that a link names: by its whole path, or by one that begins in a folder that is open. Undefined where there is none. */
export async function fileOf({ path }: Link): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const absolute = /^(?:[\\/]|[a-z]:[\\/])/i.test(path);
  const tried = absolute ? [vscode.Uri.file(path)] : folders.map(({ uri }) => vscode.Uri.joinPath(uri, path));
  for (const uri of tried) {
    try {
      if ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) return uri;
    } catch {
      // It is not in this folder.
    }
  }
  return undefined;
}
