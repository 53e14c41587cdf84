import { cause } from '../../collector';
import { OFFER, OPTION, type Client, type Exchange, type Message } from '../../conversations/model';
import { sharedCards } from '../../evidence/identity';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import * as advice from '../../words/advice';
import { frames, ip } from '../../words/words';
import { loaderOf } from '../boot/architecture';
import type { Loss } from './sums';

/** Clients that boot from the network and take no OFFER that does not say where from. */

interface NoBoot {
  readonly cause: Cause;
  readonly steps: advice.Step[];
}

const HTTP_CLIENT = 'HTTPClient';
const isHttp = ({ vendorClass }: Pick<Exchange, 'vendorClass'>): boolean =>
  vendorClass?.startsWith(HTTP_CLIENT) === true;

/** The first step where the machine has started all the same. */
export const notToBoot = ({ label }: Client): string =>
  `If ${label} is not to boot from the network, nothing needs to be done; without network boot in its boot order it starts sooner.`;

const framesIn = (replies: readonly Message[]): number[] => replies.map(({ frame }) => frame);

/**
 * A PXE client waits for an OFFER, or a proxyDHCP answer, that says where to boot from; if none comes, it asks on and gives up (PXE 2.1
 * §2.2.2).
 */
export function noBoot({ client, replies, exchanges }: Loss): NoBoot | undefined {
  if (isHttp(client)) return noHttp(replies);
  if (!client.pxe || !replies.every((one) => one.type === OFFER && one.packet.cut === 0 && !namesBoot(one)))
    return undefined;
  const { siaddr } = replies[0]!.dhcp;
  return {
    cause: cause(
      'likely',
      'The PXE client waits for an OFFER that says where to boot from, and none does',
      `no boot file, no option 43 and no option 60 “PXEClient” in ${frames(framesIn(replies))}`,
    ),
    steps: advice.bootSetting(loaderOf(exchanges[0]!), siaddr === 0 ? undefined : ip(siaddr)),
  };
}

const BOOT_OPTIONS = [OPTION.bootFile, OPTION.vendor, OPTION.vendorClass];
const namesBoot = ({ dhcp }: Message): boolean => dhcp.file !== '' || BOOT_OPTIONS.some((code) => dhcp.has(code));

/** An HTTP boot client takes an OFFER only if its option 60 begins with “HTTPClient” (UEFI 2.10 §24.7.3). */
function noHttp(replies: readonly Message[]): NoBoot | undefined {
  const isFor = ({ dhcp }: Message): boolean => dhcp.text(OPTION.vendorClass)?.startsWith(HTTP_CLIENT) === true;
  if (replies.some((one) => one.type !== OFFER || one.packet.cut > 0 || isFor(one))) return undefined;
  const uri = replies.every(({ dhcp }) => dhcp.file === '' && !dhcp.has(OPTION.bootFile));
  return {
    cause: cause(
      'likely',
      `The HTTP boot client waits for an OFFER with option 60 “${HTTP_CLIENT}”${uri ? ' and a boot URI (option 67)' : ''}, and none has ${uri ? 'them' : 'it'}`,
      `no option 60 “${HTTP_CLIENT}”${uri ? ' and no boot file' : ''} in ${frames(framesIn(replies))}`,
    ),
    steps: [
      ...advice.settings({
        dhcpd: `\`class "http" { match if substring(option vendor-class-identifier, 0, 10) = "${HTTP_CLIENT}"; option vendor-class-identifier "${HTTP_CLIENT}"; }\``,
        kea: `\`{ "name": "http", "test": "substring(option[60].hex,0,10) == '${HTTP_CLIENT}'", "option-data": [ { "name": "vendor-class-identifier", "data": "${HTTP_CLIENT}", "always-send": true } ] }\` in \`client-classes\``,
        dnsmasq: `\`dhcp-vendorclass=set:http,${HTTP_CLIENT}\` and \`dhcp-option-force=tag:http,60,${HTTP_CLIENT}\``,
        windows: `a policy for vendor class \`${HTTP_CLIENT}*\` with option 60 “${HTTP_CLIENT}”`,
      }),
      ...(uri ? ['In the same place, name the boot file as a URI: `http://…` in option 67.'] : []),
    ],
  };
}

/** By the number of their card: the clients that share one. */
const clientsOfCard = ({ clients }: World): ReadonlyMap<number, readonly Client[]> =>
  new Map([...sharedCards(clients).values()].map((card) => [card[0]!.macNumber, card]));

/** The exchange in which another program on the same card gets a lease after the firmware has given up. */
export function leasedAfter(loss: Loss, world: World): Exchange | undefined {
  if (!noBoot(loss)) return undefined;
  const { client, again } = loss;
  const card = world.once(clientsOfCard).get(client.macNumber) ?? [client];
  const since = again[again.length - 1]!.time;
  return card
    .flatMap(({ exchanges }) => exchanges)
    .find((one) => one.start > since && one.outcome === 'bound' && !isHttp(one) && !isPxe(one));
}

const isPxe = ({ vendorClass }: Exchange): boolean => vendorClass?.startsWith('PXEClient') === true;

/** The same in words. */
export const leasedText = ({ address, messages }: Exchange): string =>
  ` The firmware gave up: another program on the same card asks in frame ${messages[0]!.frame} and gets ${ip(address ?? 0)}, so the machine has started all the same.`;
