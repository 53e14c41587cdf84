import { useEffect, useState } from 'preact/hooks';
import type { RequestName, Requests } from '../../src/protocol';
import type { Session } from '../session';

/**
 * The host's answer to a question, which is asked again whenever the question or `age` changes; until then the
 * previous answer is returned. Undefined before the first answer, and if `params` is undefined.
 */
export function useAnswer<N extends RequestName>(
  session: Session,
  request: N,
  params: Requests[N]['params'] | undefined,
  age: unknown,
): Requests[N]['result'] | undefined {
  const [answer, setAnswer] = useState<Requests[N]['result']>();
  const key = JSON.stringify(params);
  useEffect(() => {
    if (params === undefined) return;
    let wanted = true;
    session.ask(request, params).then(
      (result) => wanted && setAnswer(result),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
    // The key represents the params.
  }, [session, request, key, age]);
  return answer;
}
