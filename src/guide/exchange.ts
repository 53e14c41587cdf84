import { table, type Block } from './page';

/* The four messages of DHCP (RFC 2131 figure 3): the single source for their table and their drawing. */

/** One of the four messages. */
export interface Step {
  readonly message: string;
  readonly fromClient: boolean;
  readonly broadcast: boolean;
  /** What the message says, in plain words. */
  readonly says: string;
}

export const STEPS: readonly Step[] = [
  { message: 'DISCOVER', fromClient: true, broadcast: true, says: 'Is there a server?' },
  { message: 'OFFER', fromClient: false, broadcast: false, says: 'You could have this address.' },
  { message: 'REQUEST', fromClient: true, broadcast: true, says: 'I take it, from this server.' },
  { message: 'ACK', fromClient: false, broadcast: false, says: 'It is yours for so many seconds.' },
];

/** The id of a message's page. */
export const stepPage = ({ message }: Step): `message/${string}` => `message/${message.toLowerCase()}`;

/** The drawing, and the same as a table. */
export const fourMessages = (): Block[] => [
  { kind: 'diagram', of: 'exchange' },
  table(
    ['Step', 'Message', 'From', 'To', 'What it says'],
    ...STEPS.map(({ message, fromClient, broadcast, says }, i) => [
      String(i + 1),
      message,
      fromClient ? 'client' : 'server',
      broadcast ? 'everybody: broadcast' : 'the client: unicast',
      says,
    ]),
  ),
];
