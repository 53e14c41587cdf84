import * as vscode from 'vscode';

/** Milliseconds to wait after a change before examining the file, because the writer may not have finished. */
const PAUSE = 500;
/** A capture still being written changes constantly, so the pause after reading it is this many times the reading time. */
const REST = 4;

/**
 * Calls `changed` when a file has changed on disk, and says whether it still exists; one call at a time. A change that leaves size and
 * modification time alone is not noticed.
 */
export function watchFile(uri: vscode.Uri, changed: (there: boolean) => Promise<void>): vscode.Disposable {
  // A pattern with the file's own name would need escaping.
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  let seen = stampOf(uri);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  let pause = PAUSE;

  const look = async (): Promise<void> => {
    const before = await seen;
    const now = await stampOf(uri);
    if (now !== before && now !== UNKNOWN) {
      seen = Promise.resolve(now);
      const start = Date.now();
      await changed(now !== GONE);
      pause = Math.max(PAUSE, REST * (Date.now() - start));
    }
    timer = undefined;
    if (again) schedule();
  };
  const schedule = (): void => {
    again = timer !== undefined;
    timer ??= setTimeout(() => void look(), pause);
  };
  const onEvent = (of: vscode.Uri): void => {
    if (of.toString() === uri.toString()) schedule();
  };
  const listening = [watcher, watcher.onDidChange(onEvent), watcher.onDidCreate(onEvent), watcher.onDidDelete(onEvent)];
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    again = false;
    for (const one of listening) one.dispose();
  });
}

const GONE = 'gone';
const UNKNOWN = 'unknown';

/** A string that differs between versions of a file. */
async function stampOf(uri: vscode.Uri): Promise<string> {
  try {
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return `${mtime} ${size}`;
  } catch (error) {
    return error instanceof vscode.FileSystemError && error.code === 'FileNotFound' ? GONE : UNKNOWN;
  }
}
