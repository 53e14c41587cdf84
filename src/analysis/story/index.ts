import { LEASEQUERY } from '../../codec/dhcpv4/options/message-types';
import { MESSAGE_TYPES } from '../../codec/dhcpv4/message';
import {
  ACK,
  BOOTP,
  UNSEEN,
  DECLINE,
  DISCOVER,
  FORCERENEW,
  INFORM,
  NAK,
  OFFER,
  RELEASE,
  REQUEST,
  isDamaged,
  showsAddresses,
} from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { Frames } from './frames';
import type { World } from '../evidence/world';
import { bootRequest, decline, discover, inform, release, request } from './client4';
import { leaseQuery, queryAnswer } from './queries';
import { clientOf, sceneOf, serverName, type Scene } from './scene';
import { paragraph, wayIn, type Sentences } from './sentences';
import { ack, bootReply, forceRenew, nak, offer } from './server4';
import { happened6 } from './story6';

/** Explains what happened in single messages, one frame on request. */
export class Stories {
  private readonly frames: Frames;

  constructor(private readonly world: World) {
    this.frames = new Frames(world.packets);
  }

  /**
   * What happened in a frame: a paragraph of two to four sentences for a learner, about this message in its exchange. Undefined for frames
   * that hold no DHCP message.
   */
  happened(frame: number): string | undefined {
    const sentences = this.sentences(frame);
    return sentences && paragraph(sentences);
  }

  /** One sentence on how the message of a frame travels, and why. Undefined for frames that hold no DHCP message. */
  way(frame: number): string | undefined {
    const sentences = this.sentences(frame);
    return sentences && wayIn(sentences);
  }

  /** Index of the packet of a frame; undefined if it is not among the capture's packets. */
  indexOf(frame: number): number | undefined {
    return this.frames.indexOf(frame);
  }

  private sentences(frame: number): Sentences | undefined {
    const { world, frames } = this;
    const index = frames.indexOf(frame);
    if (index === undefined) return undefined;
    const packet = world.packets.get(index);
    if (packet.dhcpv6) return happened6(world, frames, packet, packet.dhcpv6);
    return packet.dhcp ? happened4(world, index, packet) : undefined;
  }
}

function happened4(world: World, index: number, packet: Packet): Sentences {
  const exchange = world.observed.conversations.exchangeOf(index);
  const scene = exchange && sceneOf(exchange, packet);
  if (!scene) return ['The analysis was stopped before it came to this message, so what happened in it is not told'];
  if (!showsAddresses(packet))
    return [
      'The capture holds only the beginning of this message, so neither the client nor what it is for can be told',
    ];
  const sentences = tell(scene);
  return isDamaged(scene.message)
    ? ['The octets of this message are damaged, so what is said here may be wrong', ...sentences]
    : sentences;
}

const TELLERS: Readonly<Record<number, (scene: Scene) => Sentences>> = {
  [DISCOVER]: discover,
  [OFFER]: offer,
  [REQUEST]: request,
  [DECLINE]: decline,
  [ACK]: ack,
  [NAK]: nak,
  [RELEASE]: release,
  [INFORM]: inform,
  [FORCERENEW]: forceRenew,
  [LEASEQUERY]: leaseQuery,
};

function tell(scene: Scene): Sentences {
  const { message } = scene;
  const { type, fromClient } = message;
  if (type === BOOTP) return fromClient ? bootRequest(scene) : bootReply(scene);
  if (type === UNSEEN)
    return [
      `${fromClient ? clientOf(scene) : serverName(message)} sends a ${fromClient ? 'request' : 'reply'}; which one is not in the capture, because the message is cut before its type (option 53)`,
    ];
  const teller = TELLERS[type];
  if (teller) return teller(scene);
  if (MESSAGE_TYPES[type] !== undefined) return queryAnswer(scene);
  return [
    `${fromClient ? clientOf(scene) : serverName(message)} sends a message of type ${type} (option 53), which no RFC defines`,
    'Others on the network should ignore it',
  ];
}
