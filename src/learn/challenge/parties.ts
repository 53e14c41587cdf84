import { resolution } from '../made/frame';
import { hexOctet } from '../made/tape';
import { CLIENT_KINDS } from '../clients';
import type { Fault } from './fault';
import { elsewhere, type Client, type Line, type Scene, type Unusual } from './scene';

/** The second server of a fault: how its replies differ. */
function stranger(scene: Scene, address: string): Unusual {
  return {
    over: { 54: address, 3: [address], 6: [address] },
    around: { ethSource: scene.machine(), source: address },
  };
}

/** An ARP request. */
const asksWho = (senderMac: string, senderIp: string, targetIp: string): Uint8Array =>
  resolution(0x0806, { operation: 1, senderMac, senderIp, targetMac: '00:00:00:00:00:00', targetIp });

/** Two parties where there should be one, or one that looks like many. */
export const PARTY_FAULTS: readonly Fault[] = [
  {
    id: 'rogue-server',
    play: (line, scene) => {
      const client = scene.client();
      const rogue = stranger(scene, scene.host(66));
      line.ask(1, client).reply(2, client, { showsFault: true });
      line.reply(2, client, {
        ...rogue,
        spec: { yiaddr: scene.host(200) },
        around: { ...rogue.around, destination: scene.host(200) },
        showsFault: true,
      });
      line.take(client).reply(5, client);
    },
  },
  {
    id: 'server-outside-subnet',
    play: (line, scene) => {
      const client = scene.client();
      const server = elsewhere(scene, 10);
      const replies = {
        over: { 54: server },
        around: { source: server, ethSource: scene.machine() },
        showsFault: true,
      };
      line.ask(1, client).reply(2, client, replies);
      line.take(client, { over: { 54: server } }).reply(5, client, replies);
    },
  },
  {
    id: 'starvation',
    play: (line, scene) => {
      const attacker = scene.machine();
      for (let i = 0; i < 60; i++) {
        const mac = `02:66:${[0, 0, 0].map(() => hexOctet(scene.random.below(256))).join(':')}:${hexOctet(i)}`;
        const invented: Client = { kind: CLIENT_KINDS[0]!, mac, address: '', options: [], flags: 0 };
        line.anew().ask(1, invented, { around: { ethSource: attacker }, showsFault: true });
      }
    },
  },
  {
    id: 'duplicate-client-id',
    play: (line, scene) => {
      const [one, other] = [scene.client(), scene.client()];
      const identifier = {
        code: 61,
        hex: `ff01020304000200 00ab11${hexOctet(scene.random.below(256))}02030405060708`.replace(' ', ''),
      };
      const same = (client: Client): Client => ({
        ...client,
        address: one.address,
        options: [identifier, ...client.options.filter(({ code }) => code !== 61)],
      });
      for (const client of [one, other, one]) line.anew().bind(same(client), {}, { showsFault: true }).wait(20);
    },
  },
  {
    id: 'decline',
    play: (line, scene) => {
      const client = scene.client();
      const holder = scene.machine();
      line.bind(client);
      line
        .frame(asksWho(client.mac, '0.0.0.0', client.address))
        .frame(
          resolution(
            0x0806,
            { operation: 2, senderMac: holder, senderIp: client.address, targetMac: client.mac, targetIp: '0.0.0.0' },
            client.mac,
          ),
          true,
        );
      const options = client.options.filter(({ code }) => code === 61);
      line.anew().ask(4, { ...client, options }, { over: { 50: client.address, 54: scene.server }, showsFault: true });
    },
  },
  {
    id: 'nak',
    play: (line, scene) => {
      const client = scene.client();
      const remembered = scene.net.startsWith('10.') ? '192.168.250.33' : '10.250.0.33';
      line.ask(3, client, { over: { 50: remembered }, showsFault: true }).reply(6, client, { showsFault: true });
      line.anew().bind(client);
    },
  },
  {
    id: 'nak-not-broadcast',
    play: (line, scene) => {
      const client = scene.client();
      const remembered = scene.net.startsWith('10.') ? '192.168.250.33' : '10.250.0.33';
      const alone = { destination: remembered, ethDestination: client.mac };
      line.ask(3, client, { over: { 50: remembered } }).reply(6, client, { around: alone, showsFault: true });
      line.anew().bind(client);
    },
    remarks: ['nak'],
  },
  {
    id: 'lease-loop',
    play: (line, scene) => {
      const client = scene.client();
      for (let i = 0; i < 4; i++) line.anew().bind(client, { showsFault: 5 }).wait(8);
    },
  },
  {
    id: 'chaddr-mismatch',
    play: (line, scene) => {
      const client = scene.client();
      const sender = { ethSource: scene.machine() };
      line.bind(client, {}, { around: sender, showsFault: true });
    },
  },
  {
    id: 'address-churn',
    play: (line, scene) => {
      const kind = CLIENT_KINDS.find(({ id }) => id === 'android')!;
      for (let i = 0; i < 12; i++) {
        const client = scene.client(kind, 0);
        const named = {
          ...client,
          options: [...client.options.filter(({ code }) => code !== 61), { code: 12, data: 'visitors-tablet' }],
        };
        line.anew().bind(named, {}, { showsFault: 1 }).wait(5);
      }
    },
  },
  {
    id: 'option82-from-client',
    play: (line, scene) => {
      const client = scene.client();
      line.bind(client, {}, { over: { 82: [{ code: 1, hex: '67652d302f302f37' }] }, showsFault: true });
    },
  },
  {
    id: 'forcerenew-unauthenticated',
    play: (line, scene) => {
      const client = scene.client();
      line.bind(client).wait(30).anew();
      line.reply(9, client, {
        spec: { yiaddr: '0.0.0.0' },
        over: { 51: null, 1: null, 3: null, 6: null, 15: null },
        around: { destination: client.address },
        showsFault: true,
      });
    },
  },
  {
    id: 'server-identity-clash',
    play: (line, scene) => {
      const client = scene.client();
      const address = scene.host(200);
      const twin = { spec: { yiaddr: address }, around: { ethSource: scene.machine(), destination: address } };
      line
        .ask(1, client)
        .reply(2, client)
        .reply(2, client, { ...twin, showsFault: true });
      line.take(client).reply(5, client);
    },
  },
  {
    id: 'duplicate-address',
    play: (line, scene) => {
      const client = scene.client();
      line.bind(client).wait(5);
      const claims = (senderMac: string, showsFault: boolean): Line =>
        line.frame(asksWho(senderMac, client.address, client.address), showsFault);
      claims(client.mac, false).wait(20);
      claims(scene.machine(), true);
    },
  },
  {
    id: 'wrong-server-acked',
    play: (line, scene) => {
      const client = scene.client();
      const other = stranger(scene, scene.host(3));
      line
        .ask(1, client)
        .reply(2, client)
        .take(client)
        .reply(5, client, { over: { 54: scene.host(3) }, around: other.around!, showsFault: true });
    },
  },
  {
    id: 'source-not-server-id',
    play: (line, scene) => {
      const client = scene.client();
      const over = { 54: scene.host(99) };
      line
        .ask(1, client)
        .reply(2, client, { over, showsFault: true })
        .take(client, { over })
        .reply(5, client, { over });
    },
  },
  {
    id: 'rarp-unanswered',
    play: (line, scene) => {
      const { mac } = scene.client();
      for (let i = 0; i < 3; i++)
        line
          .frame(
            resolution(0x8035, {
              operation: 3,
              senderMac: mac,
              senderIp: '0.0.0.0',
              targetMac: mac,
              targetIp: '0.0.0.0',
            }),
            true,
          )
          .wait(5);
    },
  },
  {
    id: 'multiple-servers',
    play: (line, scene) => {
      const client = scene.client();
      const partner = scene.host(20);
      const other = {
        over: { 54: partner },
        spec: { yiaddr: scene.host(210) },
        around: { ethSource: scene.machine(), source: partner, destination: scene.host(210) },
      };
      line
        .ask(1, client)
        .reply(2, client, { showsFault: true })
        .reply(2, client, { ...other, showsFault: true });
      line.take(client).reply(5, client);
    },
  },
  {
    id: 'client-id-changed',
    play: (line, scene) => {
      const client = scene.client(CLIENT_KINDS.find(({ identifies }) => identifies));
      line.bindUntilT1(client);
      const options = client.options.filter(({ code }) => code !== 61);
      const spec = { ciaddr: client.address };
      line.ask(3, { ...client, options }, { spec, showsFault: true }).reply(5, client, { spec });
    },
  },
  {
    id: 'used-without-lease',
    play: (line, scene) => {
      const client = scene.client();
      const options = client.options.filter(({ code }) => code === 61);
      line.bind(client).wait(60).anew();
      line.ask(7, { ...client, options }, { spec: { ciaddr: client.address }, over: { 54: scene.server } }).wait(60);
      for (let i = 0; i < 3; i++) line.frame(asksWho(client.mac, client.address, scene.router), true).wait(20);
    },
  },
  {
    id: 'router-silent',
    play: (line, scene) => {
      const client = scene.client();
      const router = scene.host(253);
      line.bind(client, { over: { 3: [router] } }).wait(1);
      line.frame(asksWho(client.mac, client.address, scene.host(77)));
      const neighbour = scene.machine();
      line.frame(
        resolution(
          0x0806,
          {
            operation: 2,
            senderMac: neighbour,
            senderIp: scene.host(77),
            targetMac: client.mac,
            targetIp: client.address,
          },
          client.mac,
        ),
      );
      for (let i = 0; i < 4; i++) line.frame(asksWho(client.mac, client.address, router), true).wait(1);
    },
  },
  {
    id: 'message-flood',
    play: (line, scene) => {
      const client = scene.client();
      const spec = { ciaddr: client.address };
      for (let i = 0; i < 110; i++)
        line
          .anew()
          .ask(8, client, { spec, showsFault: true })
          .reply(5, client, { spec: { ...spec, yiaddr: '0.0.0.0' }, over: { 51: null } });
    },
  },
  {
    id: 'conflicting-subnets',
    play: (line, scene) => {
      const server = elsewhere(scene, 1);
      const client = { ...scene.client(), address: elsewhere(scene, 60) };
      const other = stranger(scene, server);
      line.ask(1, client).reply(2, client, other);
      line.take(client, { over: { 54: server } }).reply(5, client, { ...other, showsFault: true });
    },
  },
];
