import { t } from './l10n';
import type { Session } from './session';

/** Shown in place of a capture that cannot be shown: the reason, and what the user can do. */
export function Failure({ failure, session }: { failure: string; session: Session }) {
  return (
    <main class="message">
      <div role="alert">
        <h1>{t('This capture cannot be shown')}</h1>
        <p class="packet-text">{failure}</p>
      </div>
      <div class="buttons">
        <vscode-button onClick={() => void session.openAgain()}>{t('Open again')}</vscode-button>
        <vscode-button appearance="secondary" onClick={() => session.tell('instead', { what: 'hex' })}>
          {t('Decode as hex')}
        </vscode-button>
        <vscode-button appearance="secondary" onClick={() => session.tell('instead', { what: 'text' })}>
          {t('Open as text')}
        </vscode-button>
      </div>
    </main>
  );
}
