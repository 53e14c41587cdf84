import { table, type Block, type Draft } from './page';

/* The life of a lease (RFC 2131 figure 5): the single source for its pages, its table and its drawing. */

/** A client state, and the column and row of its box in the drawing. */
export interface State {
  readonly name: string;
  readonly column: number;
  readonly row: number;
  readonly text: string;
}

/** A transition between two states. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** What causes it. */
  readonly label: string;
  /** The page that explains it. */
  readonly page: string;
  /** The corners of the line, and the position of the label, in units of the drawing. */
  readonly line: string;
  readonly at: readonly [x: number, y: number];
}

export const STATES: readonly State[] = [
  {
    name: 'INIT-REBOOT',
    column: 0,
    row: 0,
    text: 'The client has just started and remembers an address whose lease may still run. It asks for that one at once, without looking for servers.',
  },
  {
    name: 'INIT',
    column: 1,
    row: 0,
    text: 'The client has no address. It is about to look for servers.',
  },
  {
    name: 'SELECTING',
    column: 2,
    row: 0,
    text: 'The client has asked everybody, and collects offers for a moment. Then it takes one of them.',
  },
  {
    name: 'REBOOTING',
    column: 0,
    row: 1,
    text: 'The client waits for a word on its old address. If no server speaks, it may use that address until the old lease ends.',
  },
  {
    name: 'BOUND',
    column: 1,
    row: 1,
    text: 'The client has a lease and uses the address. Until T1 it sends no DHCP message.',
  },
  {
    name: 'REQUESTING',
    column: 2,
    row: 1,
    text: 'The client waits for the word of the server whose offer it took. It may not use the address yet.',
  },
  {
    name: 'RENEWING',
    column: 1,
    row: 2,
    text: 'Half of the time is over, and the client asks its own server for more, by unicast. Meanwhile it goes on using the address.',
  },
  {
    name: 'REBINDING',
    column: 2,
    row: 2,
    text: 'Its own server did not answer until T2, so the client asks every server, by broadcast. It still uses the address, until the lease ends.',
  },
];

export const ARROWS: readonly Arrow[] = [
  { from: 'INIT', to: 'SELECTING', label: 'DISCOVER', page: 'message/discover', line: '270 25 332 25', at: [301, 1] },
  {
    from: 'SELECTING',
    to: 'REQUESTING',
    label: 'REQUEST',
    page: 'message/request',
    line: '382 40 382 127',
    at: [416, 56],
  },
  { from: 'REQUESTING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '336 145 274 145', at: [303, 145] },
  { from: 'REQUESTING', to: 'INIT', label: 'NAK', page: 'message/nak', line: '336 134 262 43', at: [324, 66] },
  { from: 'REQUESTING', to: 'INIT', label: 'DECLINE', page: 'message/decline', line: '', at: [348, 86] },
  { from: 'BOUND', to: 'RENEWING', label: 'T1', page: 'topic/timers', line: '242 160 242 247', at: [256, 194] },
  { from: 'RENEWING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '210 250 210 163', at: [192, 194] },
  { from: 'RENEWING', to: 'REBINDING', label: 'T2', page: 'topic/timers', line: '270 265 332 265', at: [301, 243] },
  { from: 'REBINDING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '350 250 264 163', at: [330, 194] },
  { from: 'BOUND', to: 'INIT', label: 'RELEASE', page: 'message/release', line: '220 130 220 43', at: [254, 80] },
  {
    from: 'RENEWING',
    to: 'INIT',
    label: 'NAK',
    page: 'message/nak',
    line: '170 265 142 265 142 34 167 34',
    at: [157, 267],
  },
  {
    from: 'REBINDING',
    to: 'INIT',
    label: 'NAK',
    page: 'message/nak',
    line: '382 280 382 300 136 300 136 16 167 16',
    at: [262, 300],
  },
  { from: 'REBINDING', to: 'INIT', label: 'end of lease', page: 'topic/timers', line: '', at: [330, 300] },
  {
    from: 'INIT-REBOOT',
    to: 'REBOOTING',
    label: 'REQUEST',
    page: 'message/request',
    line: '52 40 52 127',
    at: [87, 56],
  },
  { from: 'REBOOTING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '104 145 166 145', at: [122, 145] },
  { from: 'REBOOTING', to: 'INIT', label: 'NAK', page: 'message/nak', line: '104 134 182 43', at: [110, 90] },
];

/** The id of a state's page. */
export const statePage = (name: string): `term/${string}` => `term/${name.toLowerCase()}`;

/** The transitions out of a state as table rows, such as `ACK`, `BOUND`. */
const ways = (name: string): string[][] =>
  ARROWS.filter(({ from }) => from === name).map(({ label, to }) => [label, to]);

/** A page for each state. */
export const statePages = (): Draft[] =>
  STATES.map(({ name, text }) => ({
    id: statePage(name),
    title: `The state ${name}`,
    aliases: [name, `state ${name}`],
    summary: text,
    blocks: [table(['What happens', 'Next state'], ...ways(name))],
    see: ['topic/lease', ...new Set(ARROWS.filter(({ from }) => from === name).map(({ page }) => page))],
    references: ['RFC 2131 §4.4 figure 5'],
  }));

/** The drawing, and the same as a table. */
export const lifeOfALease = (): Block[] => [
  { kind: 'diagram' },
  table(['From', 'What happens', 'To'], ...ARROWS.map(({ from, label, to }) => [from, label, to])),
];
