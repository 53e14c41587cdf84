import './nonce';
import { render } from 'preact';
import { App } from './App';
import type { VsCodeApi } from './bridge';
import { bootOf } from './boot';
import { loadTranslations } from './l10n';
import { Session } from './session';
import { registerToolkit } from './toolkit';

declare function acquireVsCodeApi(): VsCodeApi;

loadTranslations(document.getElementById('l10n')?.textContent ?? '');
registerToolkit();

const session = new Session(acquireVsCodeApi(), bootOf(document.getElementById('boot')?.textContent ?? ''));
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  // The host's messages come from VS Code's own frames, which share this page's origin. Nothing else has a say. (Which frame
  // it is differs between desktop and browser, so that `event.source` tells nothing.)
  if (event.origin === window.origin) {
    session.receive(event.data);
  }
});
window.addEventListener('pagehide', () => session.dispose());
render(<App session={session} />, document.getElementById('app')!);
void session.start();
