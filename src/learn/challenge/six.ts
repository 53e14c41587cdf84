import { encodeMessage6, type OptionSpec6 } from '../../codec/dhcpv6';
import { datagram6, neighbour, type Around } from '../made/frame';
import { association, delegated, duidOf, leased, linkLocalOf, suboption } from '../made/six';
import { hexOctet } from '../made/tape';
import type { Fault } from './fault';
import type { Line, Scene } from './scene';

/** How a DHCPv6 message differs from the usual one. */
interface Unusual6 {
  /** Options that replace the usual ones of the same codes, or are added; null leaves one out. */
  readonly over?: Readonly<Record<number, string | null>>;
  readonly around?: Partial<Around>;
  readonly damage?: (message: Uint8Array) => Uint8Array;
  /** The fault can be seen in this frame; a list: only if the message is of one of these types. */
  readonly showsFault?: true | readonly string[];
}

/** The status code NoAddrsAvail (RFC 9915 §21.13). */
const NO_ADDRESSES = '0002';

/** A DHCPv6 client and the server on its link. */
class Talk6 {
  readonly mac: string;
  readonly address: string;
  private readonly server: Partial<Around>;
  private readonly serverDuid: string;
  private xid = 0;

  constructor(
    readonly line: Line,
    private readonly scene: Scene,
    mac?: string,
  ) {
    this.mac = mac ?? scene.machine();
    this.address = scene.leased6();
    this.server = { ethSource: scene.serverMac, source: linkLocalOf(scene.serverMac) };
    this.serverDuid = duidOf(scene.serverMac);
  }

  anew(): this {
    this.xid = this.scene.random.below(0x1000000);
    return this;
  }

  /** Option 3 as filled in by the server. */
  given(t1 = 1500, t2 = 2400, preferred = 3000): string {
    return association(leased(this.address, preferred), t1, t2);
  }

  private put(type: string, usual: Record<number, string>, around: Partial<Around>, how: Unusual6): this {
    const options = Object.entries({ ...usual, ...how.over }).flatMap(([code, hex]): OptionSpec6[] =>
      hex === null ? [] : [{ code: Number(code), hex }],
    );
    const message = encodeMessage6({ type, xid: this.xid, options });
    const frame = datagram6(how.damage ? how.damage(message) : message, { ...around, ...how.around });
    this.line.frame(frame, how.showsFault === true || how.showsFault?.includes(type) === true);
    return this;
  }

  ask(type: string, how: Unusual6 = {}): this {
    const named = type === 'SOLICIT' ? {} : { 2: this.serverDuid };
    const usual = { 1: duidOf(this.mac), ...named, 3: association(), 6: '0017', 8: '0000' };
    return this.put(type, usual, { ethSource: this.mac, source: linkLocalOf(this.mac) }, how);
  }

  reply(type: string, how: Unusual6 = {}): this {
    const usual = { 1: duidOf(this.mac), 2: this.serverDuid, 3: this.given(), 23: `fd67${'00'.repeat(13)}01` };
    const to = { ethDestination: this.mac, destination: linkLocalOf(this.mac) };
    return this.put(type, usual, { ...this.server, ...to, sourcePort: 547, destinationPort: 546 }, how);
  }

  bind(gives: Unusual6 = {}, asks: Unusual6 = {}): this {
    this.anew().ask('SOLICIT', asks).reply('ADVERTISE', gives);
    return this.anew().ask('REQUEST', asks).reply('REPLY', gives);
  }
}

/** A fault of one DHCPv6 client, next to another one that is served normally. */
const six = (id: string, play: (talk: Talk6, scene: Scene) => void): Fault => ({
  id,
  play: (line, scene) => {
    new Talk6(line, scene).bind();
    play(new Talk6(line.wait(2), scene), scene);
  },
});

/** Faults of DHCPv6. */
export const SIX_FAULTS: readonly Fault[] = [
  six('v6-no-reply', (talk) => {
    talk.anew();
    for (const wait of [1, 2, 4, 8]) talk.ask('SOLICIT', { showsFault: true }).line.wait(wait);
  }),
  six('v6-decline', (talk, scene) => {
    talk.bind();
    const holder = scene.machine();
    const all = { ethDestination: '33:33:00:00:00:01', destination: 'ff02::1' };
    talk.line.frame(neighbour(136, talk.address, { ethSource: holder, source: linkLocalOf(holder), ...all }), true);
    talk.anew().ask('DECLINE', { over: { 3: talk.given(0, 0), 6: null }, showsFault: true });
    talk.reply('REPLY', { over: { 3: null, 23: null, 13: '0000' } });
  }),
  six('v6-starvation', ({ line }, scene) => {
    const attacker = { ethSource: scene.machine() };
    for (let i = 0; i < 60; i++) {
      const mac = `02:66:${hexOctet(scene.random.below(256))}:67:00:${hexOctet(i)}`;
      new Talk6(line, scene, mac).anew().ask('SOLICIT', { around: attacker, showsFault: true });
    }
  }),
  six('v6-ia-missing', (talk) => {
    const asks = { over: { 25: association() } };
    const prefix = association(delegated('fd67:1::', 56), 1500, 2400);
    talk
      .anew()
      .ask('SOLICIT', asks)
      .reply('ADVERTISE', { over: { 25: prefix } });
    talk
      .anew()
      .ask('REQUEST', { ...asks, showsFault: true })
      .reply('REPLY', { showsFault: true });
  }),
  six('v6-server-duid-changed', (talk, scene) => {
    talk.bind({ over: { 2: duidOf(scene.machine()) }, showsFault: ['ADVERTISE'] });
  }),
  six('v6-useless-duid', (talk) => {
    const nobody = { over: { 1: duidOf('00:00:00:00:00:00') } };
    talk.bind(nobody, { ...nobody, showsFault: true });
  }),
  six('v6-status', (talk) => {
    const over = { 3: association(suboption(13, NO_ADDRESSES)) };
    talk.anew().ask('SOLICIT').reply('ADVERTISE', { over, showsFault: true });
  }),
  six('v6-multiple-servers', (talk, scene) => {
    const mac = scene.machine();
    talk.anew().ask('SOLICIT').reply('ADVERTISE', { showsFault: true });
    talk.reply('ADVERTISE', {
      over: { 2: duidOf(mac) },
      around: { ethSource: mac, source: linkLocalOf(mac) },
      showsFault: true,
    });
    talk.anew().ask('REQUEST').reply('REPLY');
  }),
  six('v6-timer-order', (talk) => {
    talk
      .anew()
      .ask('SOLICIT')
      .reply('ADVERTISE', { over: { 3: talk.given(2400, 1500) }, showsFault: true });
  }),
  six('v6-malformed', (talk) => {
    const cut = (message: Uint8Array): Uint8Array => message.slice(0, -1);
    talk.anew().ask('SOLICIT', { damage: cut, showsFault: true }).bind();
  }),
];
