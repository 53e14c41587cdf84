import { t } from './l10n';
import type { Session } from './session';

/** What is shown in the place of a capture that cannot be: why, and what the person may do then. */
export function Failure({ failure, session }: { failure: string; session: Session }) {
  return (
    <main class="message">
      <div role="alert">
        <h1>{t('This capture cannot be shown')}</h1>
        <p class="packet-text">{failure}</p>
      </div>
      <vscode-button onClick={() => void session.openAgain()}>{t('Open again')}</vscode-button>
    </main>
  );
}
