import { OPTION } from '../conversations/names';
import { isBroadcast, isClientSide, isUnicast } from '../conversations/model';
import { frames, ip } from '../words/words';
import { asked, type Scene } from './scene';

/** How a message travels: broadcast or unicast, through which relay, and where else the capture shows it. */

/** Where the octets begin at the message, or a text does not tell its addresses. */
export const UNTOLD = 'This capture does not show how it travelled';

/** The other frames that show the same message, on the client's side of a relay and beyond it. */
function elsewhere({ message, packet }: Scene): { clientSide: number[]; beyond: number[] } {
  const clientSide: number[] = [];
  const beyond: number[] = [];
  for (const one of message.packetsSeen())
    if (one.frame !== packet.frame) (isClientSide(one, message.fromClient) ? clientSide : beyond).push(one.frame);
  return { clientSide, beyond };
}

const shows = (list: readonly number[]): string => `${frames(list)} ${list.length === 1 ? 'shows' : 'show'}`;

/** How a client's message travels. `broadcast` and `unicast` complete the sentence with the reason. */
export function wayOut(scene: Scene, broadcast: string, unicast: string): string {
  const { packet, dhcp } = scene;
  if (!isClientSide(packet, true)) return handedOn(scene);
  const copies = joined('; ', seenAgain(scene));
  const tag =
    dhcp.giaddr === 0 && dhcp.has(OPTION.relayAgent)
      ? '. Option 82 says where the client is attached: a switch on the way may have added it'
      : '';
  if (isBroadcast(packet)) return `It goes by broadcast, ${broadcast}${copies}${tag}`;
  if (packet.destination === undefined) return `${UNTOLD}${copies}${tag}`;
  return `It goes by unicast to ${packet.destination}, ${unicast}${copies}${tag}`;
}

const joined = (before: string, text: string | undefined): string => (text === undefined ? '' : before + text);

/** Where else the capture shows a client's message that was seen on the client's side. */
function seenAgain(scene: Scene): string | undefined {
  const { clientSide, beyond } = elsewhere(scene);
  if (scene.message.relayed && beyond.length > 0) return `${shows(beyond)} how a relay hands it on`;
  const others = [...clientSide, ...beyond];
  return others.length === 0 ? undefined : `${shows(others)} the same message (a copy)`;
}

/** For a message whose sentences already say how it travels: what happens to it on the way, if anything. */
export function onTheWay(scene: Scene): string | undefined {
  return isClientSide(scene.packet, true) ? seenAgain(scene) : handedOn(scene);
}

/** How a client's message travels after a relay. */
function handedOn(scene: Scene): string {
  const { packet, dhcp } = scene;
  const { giaddr, hops } = dhcp;
  const { clientSide } = elsewhere(scene);
  const to = isBroadcast(packet)
    ? ' by broadcast'
    : packet.destination === undefined
      ? ''
      : ` to ${packet.destination}`;
  const option82 = dhcp.has(OPTION.relayAgent) ? ', with option 82, which says where the client is attached' : '';
  const seen = clientSide.length > 0 ? `; ${shows(clientSide)} it as the client sent it` : '';
  if (giaddr === 0) return `Here a relay hands it on${to}, but leaves its own address out (giaddr 0)${option82}${seen}`;
  const relay = `Relay ${ip(giaddr)} (giaddr) heard it`;
  return hops > 1
    ? `${relay}; having passed ${hops} relays (hops) it goes${to || ' on'}${option82}${seen}`
    : `${relay} and hands it on${to}${option82}${seen}`;
}

/** How a reply travels to a client, and why (RFC 2131 §4.1). */
export function wayBack(scene: Scene): string {
  const { packet, dhcp } = scene;
  const { clientSide, beyond } = elsewhere(scene);
  const { giaddr } = dhcp;
  if (giaddr !== 0 && packet.destinationPort === 67) {
    const seen = clientSide.length > 0 ? `; ${shows(clientSide)} it on the side of the client` : '';
    return `It goes to relay ${ip(giaddr)} (giaddr), which handed on the question and hands on the answer${seen}`;
  }
  const others = [...clientSide, ...beyond];
  const copies =
    others.length === 0
      ? ''
      : giaddr !== 0 && beyond.length > 0
        ? `; ${shows(beyond)} it on its way to the relay`
        : `; ${shows(others)} the same message (a copy)`;
  if (!isBroadcast(packet) && packet.destination === undefined) return `${UNTOLD}${copies}`;
  const lost = astray(scene);
  if (lost !== undefined) return `${lost}${copies}`;
  return `${giaddr === 0 ? 'It goes' : `Relay ${ip(giaddr)} (giaddr) hands it on`} ${reason(scene)}${copies}`;
}

/** A reply that goes neither to the client's address nor to everybody: it misses its way. */
function astray(scene: Scene): string | undefined {
  const { packet, dhcp } = scene;
  const own = [dhcp.ciaddr, asked(scene)?.dhcp.ciaddr ?? 0, dhcp.yiaddr].filter((address) => address !== 0).map(ip);
  if (!isUnicast(packet) || own[0] === undefined || own.includes(packet.destination!)) return undefined;
  const relay = dhcp.giaddr === 0 ? '' : `, nor to relay ${ip(dhcp.giaddr)} (giaddr)`;
  return `It goes by unicast to ${packet.destination!}, and not to the client at ${own[0]}${relay}`;
}

/** How a reply reaches the client, and why. */
function reason(scene: Scene): string {
  const { packet, dhcp } = scene;
  const question = asked(scene)?.dhcp ?? dhcp;
  if (isBroadcast(packet)) {
    if (dhcp.ciaddr !== 0 || question.ciaddr !== 0)
      return question.broadcast
        ? 'by broadcast, because the client set the broadcast flag, though it has an address already (ciaddr)'
        : 'by broadcast, although the client has an address already (ciaddr)';
    return question.broadcast
      ? 'by broadcast, because the client set the broadcast flag: it takes no unicast before it has an address'
      : 'by broadcast, although the client did not ask for that (its broadcast flag is 0)';
  }
  const to = packet.destination!;
  if (dhcp.ciaddr !== 0 || (question.ciaddr !== 0 && to === ip(question.ciaddr)))
    return `by unicast to ${to}, because the client has an address already (ciaddr)`;
  return question.broadcast
    ? `by unicast to ${to}, although the client asked for broadcast (its broadcast flag is 1)`
    : `by unicast to ${to}, because the client left its broadcast flag at 0: it takes a unicast before it has an address`;
}
