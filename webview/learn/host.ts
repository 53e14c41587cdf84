import { useEffect, useState } from 'preact/hooks';
import type { LearnAction, LearnMessage } from '../../src/protocol';
import type { VsCodeApi } from '../bridge';

/** The connection of a learning page to the host, which holds all data of the page. */
export interface Host<Page> {
  /** Undefined until the host has sent it. */
  readonly page: Page | undefined;
  readonly act: (action: LearnAction) => void;
}

/** Listens to the host, and requests the page's data. */
export function useHost<Page>(api: VsCodeApi): Host<Page> {
  const [page, setPage] = useState<Page>();
  const act = (action: LearnAction): void => api.postMessage({ act: action });
  useEffect(() => {
    const take = ({ origin, data }: MessageEvent<unknown>): void => {
      // As in the capture's page, the host's messages come from the page's own origin.
      if (origin === window.origin && isMessage<Page>(data)) setPage(data.learn);
    };
    window.addEventListener('message', take);
    act({ do: 'ready' });
    return () => window.removeEventListener('message', take);
  }, [api]);
  return { page, act };
}

function isMessage<Page>(data: unknown): data is LearnMessage<Page> {
  return (
    typeof data === 'object' &&
    data !== null &&
    'learn' in data &&
    typeof data.learn === 'object' &&
    data.learn !== null
  );
}
