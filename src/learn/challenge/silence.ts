import { loadBalanceHash } from '../../analysis/evidence/silence/loadBalance';
import { concat, parseHex } from '../../codec/bytes';
import { CLIENT_KINDS } from '../clients';
import { unreachable } from '../made/frame';
import type { Fault } from './fault';
import type { Client } from './scene';

/** A frame with a VLAN tag (IEEE 802.1Q §9.6). */
const tagged = (frame: Uint8Array, vlan: number): Uint8Array =>
  concat([frame.subarray(0, 12), Uint8Array.of(0x81, 0, vlan >> 8, vlan & 255), frame.subarray(12)]);

/** A renewal is answered by an ICMP error with this code (RFC 792, RFC 1812 §5.2.7.1); the next attempt succeeds. */
const refused = (id: string, code: number): Fault => ({
  id,
  play: (line, scene) => {
    const client = scene.client();
    line.bindUntilT1(client);
    const renews = { spec: { ciaddr: client.address } };
    const asked = line.asking(3, client, renews);
    const byRouter = code === 1;
    const back = {
      ethSource: byRouter ? scene.machine() : scene.serverMac,
      ethDestination: client.mac,
      source: byRouter ? scene.host(254) : scene.server,
      destination: client.address,
    };
    line.frame(asked).frame(unreachable(code, asked, back), true);
    line
      .wait(60)
      .ask(3, client, { spec: { ...renews.spec, secs: 60 } })
      .reply(5, client, renews);
  },
});

/** Clients of a failover pair: enough answered ones that the healthy clients, which are of both halves, do not hide the silent half. */
const ANSWERED = 18;
const SILENT = 9;

/** The half of the hash of RFC 3074 §6 that a client falls into, by its identifier or else its address. */
function halfOf({ mac, options }: Client): 0 | 1 {
  const identifier = options.find(({ code }) => code === 61)?.hex;
  return loadBalanceHash(parseHex(identifier ?? mac)!) < 128 ? 0 : 1;
}

/** A client asks but is not heard, or does not hear the answer. */
export const SILENT_FAULTS: readonly Fault[] = [
  {
    id: 'no-offer',
    play: (line, scene) => {
      const client = scene.client();
      for (const secs of [0, 4, 12]) line.ask(1, client, { spec: { secs }, showsFault: true }).wait(4 + secs / 2);
    },
  },
  {
    id: 'no-ack',
    play: (line, scene) => {
      const client = scene.client();
      line.ask(1, client).reply(2, client);
      for (const secs of [0, 4, 12]) line.take(client, { spec: { secs }, showsFault: true }).wait(4 + secs / 2);
    },
  },
  {
    id: 'renewal-unanswered',
    play: (line, scene) => {
      const client = scene.client();
      line.bindUntilT1(client);
      for (const secs of [0, 30, 90])
        line.ask(3, client, { spec: { ciaddr: client.address, secs }, showsFault: true }).wait(30);
    },
  },
  {
    id: 'inform-unanswered',
    play: (line, scene) => {
      const client = { ...scene.client(), address: scene.host(50) };
      for (const secs of [0, 4, 12])
        line.ask(8, client, { spec: { ciaddr: client.address, secs }, showsFault: true }).wait(5);
    },
  },
  {
    id: 'offer-not-taken',
    play: (line, scene) => {
      const client = scene.client();
      for (const secs of [0, 4, 12])
        line
          .ask(1, client, { spec: { secs } })
          .reply(2, client, { showsFault: true })
          .wait(4 + secs / 2);
    },
  },
  {
    id: 'answer-ignored',
    play: (line, scene) => {
      const client = scene.client();
      line.bind(client);
      for (const secs of [4, 12])
        line.wait(4).take(client, { spec: { secs }, showsFault: true }).reply(5, client, { showsFault: true });
    },
  },
  {
    id: 'slow-server',
    play: (line, scene) => {
      const client = scene.client();
      line.ask(1, client).wait(3.2).reply(2, client, { showsFault: true }).take(client).reply(5, client);
    },
  },
  {
    id: 'failover-half-silent',
    play: (line, scene) => {
      const deaf = scene.random.below(2);
      const waiting = { answered: ANSWERED, silent: SILENT };
      while (waiting.answered + waiting.silent > 0) {
        const client = scene.client();
        const fate = halfOf(client) === deaf ? 'silent' : 'answered';
        if (waiting[fate]-- <= 0) {
          waiting[fate] = 0;
          continue;
        }
        line.anew().wait(10);
        if (fate === 'answered') line.bind(client);
        else for (const secs of [0, 4]) line.ask(1, client, { spec: { secs }, showsFault: true }).wait(4);
      }
    },
    // That half of the clients gets no OFFER is told too.
    remarks: ['no-offer'],
  },
  refused('port-unreachable', 3),
  refused('firewall-reject', 13),
  refused('host-unreachable', 1),
  {
    id: 'vlan-mismatch',
    play: (line, scene) => {
      const client = scene.client();
      line.frame(tagged(line.asking(1, client), 10), true).frame(tagged(line.replying(2, client), 20), true);
    },
  },
  {
    id: 'ipv6-only-preferred',
    play: (line, scene) => {
      const client = scene.client(CLIENT_KINDS.find(({ id }) => id === 'ios'));
      const asks = { over: { 55: [1, 121, 3, 6, 15, 108] } };
      line.ask(1, client, asks).reply(2, client, { over: { 108: 1800 }, showsFault: true });
    },
  },
];
