import type { Draft } from '../collector';
import type { Exchange } from '../conversations/model';
import type { World } from '../evidence/world';

/** A rule about one exchange of one client. Pure: it reads the exchange and the world, and yields its findings as drafts. */
export type ExchangeRule = (exchange: Exchange, world: World) => Iterable<Draft>;

/** A rule about a link, a server, or the capture as a whole. Runs after every exchange has been surveyed. */
export type WorldRule = (world: World) => Iterable<Draft>;
