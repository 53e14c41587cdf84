import { cause } from '../../collector';
import type { Message } from '../../conversations/model';
import { withFinding } from '../../draft';
import { requestFloods, type Flood } from '../../evidence/floods';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { count, span } from '../../words/words';

/** A flood of requests keeps a server from answering, the client that floods and others. */

/** How many frames of a flood show that it is the one. */
const MOST_FRAMES = 10;

/**
 * The flood during which messages were asked in vain: it was there when the first was sent, and the last was sent before the server can have
 * recovered.
 */
function floodAround(asked: readonly Message[], world: World): Flood | undefined {
  const [first] = asked;
  const last = asked[asked.length - 1];
  if (!first?.timed) return undefined;
  return requestFloods(world).find(
    ({ client, sent }) =>
      client.linksAsked.includes(first.link) &&
      sent[0]!.time <= first.time &&
      last!.time <= sent[sent.length - 1]!.time + world.limits.answerWithin,
  );
}

/** The flood during which messages were asked in vain, as their cause; `served`: others are answered meanwhile, or something else is known. */
export function floodCause(asked: readonly Message[], world: World, served = false): Cause | undefined {
  const flood = floodAround(asked, world);
  if (!flood) return undefined;
  const { client, sent } = flood;
  const [first] = sent as readonly [Flood['sent'][number]];
  const last = sent[sent.length - 1]!;
  return withFinding(
    'message-flood',
    sent.slice(0, MOST_FRAMES).map(({ frame }) => frame),
    cause(
      served ? 'possible' : 'likely',
      `The flood of ${client.label} is more than the server can answer, or than a rate limit on the way lets through (DHCP snooping drops the rest, or shuts the port)`,
      `${count(sent.length, 'request')} within ${span(last.time - first.time)}, from frame ${first.frame} to frame ${last.frame}`,
      asked[0]!.frame !== first.frame && `what is asked in vain begins within it, in frame ${asked[0]!.frame}`,
      'see the finding message-flood',
    ),
  );
}
