import './nonce';
import { render } from 'preact';
import { App } from './App';
import type { VsCodeApi } from './bridge';
import { bootOf } from './boot';
import { loadTranslations } from './l10n';
import { startPage } from './leases/start';
import { LEARN_PAGES } from './learn';
import { Session } from './session';
import { registerToolkit } from './toolkit';

declare function acquireVsCodeApi(): VsCodeApi;

loadTranslations(document.getElementById('l10n')?.textContent ?? '');
const api = acquireVsCodeApi();

const app = document.getElementById('app')!;
const { page = '' } = app.dataset;
const Learn = LEARN_PAGES[page];
if (Learn) render(<Learn api={api} />, app);
else {
  registerToolkit();
  if (page === 'leases' || page === 'report') startPage(page, api, app);
  else showCapture();
}

function showCapture(): void {
  const session = new Session(api, bootOf(document.getElementById('boot')?.textContent ?? ''));
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    // The host's messages come from VS Code's own frames, which share this page's origin; all others are ignored.
    // (Which frame it is differs between desktop and browser, so `event.source` does not help.)
    if (event.origin === window.origin) {
      session.receive(event.data);
    }
  });
  window.addEventListener('pagehide', () => session.dispose());
  render(<App session={session} />, app);
  void session.start();
}
