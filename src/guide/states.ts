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
    text: 'The client waits for an answer about its old address. If none comes, it may use that address until the old lease ends.',
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
    text: 'The client waits for the ACK of the server whose offer it took. It may not use the address yet.',
  },
  {
    name: 'RENEWING',
    column: 1,
    row: 2,
    text: 'At T1, usually half of the lease time, the client asks its own server for more, by unicast. Meanwhile it goes on using the address.',
  },
  {
    name: 'REBINDING',
    column: 2,
    row: 2,
    text: 'Its own server did not answer until T2, so the client asks every server, by broadcast. It still uses the address, until the lease ends.',
  },
];

export const ARROWS: readonly Arrow[] = [
  { from: 'INIT', to: 'SELECTING', label: 'DISCOVER', page: 'message/discover', line: '286 25 364 25', at: [327, 1] },
  {
    from: 'SELECTING',
    to: 'REQUESTING',
    label: 'REQUEST',
    page: 'message/request',
    line: '414 40 414 127',
    at: [451, 56],
  },
  { from: 'REQUESTING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '368 145 290 145', at: [327, 145] },
  { from: 'REQUESTING', to: 'INIT', label: 'NAK', page: 'message/nak', line: '368 134 278 43', at: [340, 66] },
  { from: 'REQUESTING', to: 'INIT', label: 'DECLINE', page: 'message/decline', line: '', at: [379, 86] },
  { from: 'BOUND', to: 'RENEWING', label: 'T1', page: 'topic/timers', line: '258 160 258 247', at: [274, 194] },
  { from: 'RENEWING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '226 250 226 163', at: [206, 194] },
  { from: 'RENEWING', to: 'REBINDING', label: 'T2', page: 'topic/timers', line: '286 265 364 265', at: [327, 243] },
  { from: 'REBINDING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '382 250 280 163', at: [362, 194] },
  { from: 'BOUND', to: 'INIT', label: 'RELEASE', page: 'message/release', line: '236 130 236 43', at: [271, 80] },
  {
    from: 'RENEWING',
    to: 'INIT',
    label: 'NAK',
    page: 'message/nak',
    line: '186 265 148 265 148 34 183 34',
    at: [167, 267],
  },
  {
    from: 'REBINDING',
    to: 'INIT',
    label: 'NAK',
    page: 'message/nak',
    line: '414 280 414 300 138 300 138 16 183 16',
    at: [240, 302],
  },
  { from: 'REBINDING', to: 'INIT', label: 'end of lease', page: 'topic/timers', line: '', at: [340, 302] },
  {
    from: 'INIT-REBOOT',
    to: 'REBOOTING',
    label: 'REQUEST',
    page: 'message/request',
    line: '52 40 52 127',
    at: [87, 56],
  },
  { from: 'REBOOTING', to: 'BOUND', label: 'ACK', page: 'message/ack', line: '104 145 182 145', at: [120, 147] },
  { from: 'REBOOTING', to: 'INIT', label: 'NAK', page: 'message/nak', line: '104 134 198 43', at: [106, 86] },
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
  { kind: 'diagram', of: 'lease' },
  table(['From', 'What happens', 'To'], ...ARROWS.map(({ from, label, to }) => [from, label, to])),
];
