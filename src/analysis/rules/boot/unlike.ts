import { OPTION, isProxy, serverOf, type Exchange, type Message } from '../../conversations/model';
import { cause } from '../../collector';
import type { Cause } from '../../finding';
import type { Step } from '../../words/steps';
import { ip, list, quote } from '../../words/words';
import { filesOf } from '../../evidence/transfers';
import { architectureSteps, declaredBy } from './architecture';

/** What tells a boot client that is named no file from those that are. */

/** The first reply that names a boot file or menu to one client, and the exchange that it is in. */
export interface Told {
  readonly exchange: Exchange;
  readonly reply: Message;
}

/** What clients are told apart by. */
const PROPERTIES: readonly ((exchange: Exchange) => string)[] = [
  (exchange) => {
    const { code, architecture } = declaredBy(exchange) ?? {};
    return code === undefined
      ? 'no architecture'
      : `architecture ${code}${architecture ? ` (${architecture.name})` : ''}`;
  },
  ({ vendorClass }) => (vendorClass === undefined ? 'no vendor class' : `vendor class ${quote(vendorClass)}`),
  ({ messages }) => {
    const text = messages.find((message) => message.fromClient)?.dhcp.text(OPTION.userClass);
    return text === undefined ? 'no user class' : `user class ${quote(text)}`;
  },
  ({ messages }) => {
    const giaddr = messages.find((message) => message.fromClient)?.dhcp.giaddr ?? 0;
    return giaddr === 0 ? 'no relay' : `relay ${ip(giaddr)}`;
  },
];

/** For each property: a client that is told, by the value that it has. */
export type Compared = readonly ReadonlyMap<string, Told>[];
export const comparedBy = (told: readonly Told[]): Compared =>
  PROPERTIES.map((of) => new Map(told.map((one) => [of(one.exchange), one])));

/** What distinguishes a client that is told nothing from all that are; undefined if nobody is told. */
export interface Unlike {
  readonly told: Told;
  readonly cause: Cause;
  readonly steps: readonly Step[] | undefined;
}

export function unlike(exchange: Exchange, compared: Compared): Unlike | undefined {
  const [any] = compared[0]?.values() ?? [];
  if (!any) return undefined;
  const at = PROPERTIES.findIndex((of, i) => !compared[i]!.has(of(exchange)));
  const told = at < 0 ? any : [...compared[at]!.values()][0]!;
  const own = PROPERTIES[at]?.(exchange);
  const { reply } = told;
  const who = `${isProxy(reply) ? 'proxyDHCP service' : 'server'} ${serverOf(reply) ?? reply.packet.source ?? ''}`;
  const { code, architecture } = declaredBy(exchange) ?? {};
  const files = filesOf(reply);
  return {
    told,
    cause: cause(
      'likely',
      own === undefined
        ? `The ${who} names a boot file to others, and not to this client`
        : `The ${who} names a boot file for ${list([...compared[at]!.keys()], 3)}, and none for ${own}`,
      `${told.exchange.client.label} is told ${files.length > 0 ? quote(files[0]!) : 'a boot menu'} in frame ${reply.frame}`,
    ),
    steps:
      at === 0 && architecture && files.length > 0
        ? architectureSteps({ code: code!, architecture, files, reply }, [code!])
        : undefined,
  };
}
