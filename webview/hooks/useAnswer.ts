import { useEffect, useState } from 'preact/hooks';
import type { RequestName, Requests } from '../../src/protocol';
import type { Session } from '../session';

/**
 * What the host answers to a question, asked anew whenever the question or `age` is another one; the answer before is shown until then.
 * Undefined before the first, and where `params` is.
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
    // The key stands for the params.
  }, [session, request, key, age]);
  return answer;
}
