import { CLIENT_KINDS } from '../clients';
import type { Fault } from './fault';
import type { Unusual } from './scene';

/** Offset of the UDP checksum in an Ethernet frame with an IPv4 header without options. */
const UDP_CHECKSUM = 40;

/** A client’s requests contain something wrong. */
const asks = (id: string, unusual: Unusual, remarks?: readonly string[]): Fault => ({
  id,
  play: (line, scene) => void line.bind(scene.client(), {}, { ...unusual, showsFault: true }),
  ...(remarks ? { remarks } : {}),
});

/** The replies to a client contain something wrong. */
const replies = (id: string, unusual: Unusual): Fault => ({
  id,
  play: (line, scene) => void line.bind(scene.client(), { ...unusual, showsFault: true }),
});

/** PXE firmware does not get what it asks for, or gets it wrong. */
const boots = (id: string, kind: string, unusual: Unusual): Fault => ({
  id,
  play: (line, scene) => {
    const client = scene.client(
      CLIENT_KINDS.find((one) => one.id === kind),
      0,
    );
    line.bind(client, { ...unusual, showsFault: 2 });
  },
});

/** Messages that take the wrong way or break the rules of the format. */
export const MESSAGE_FAULTS: readonly Fault[] = [
  asks('client-on-port-67', { around: { sourcePort: 67 } }),
  replies('reply-to-wrong-port', { around: { destinationPort: 1068 } }),
  {
    id: 'request-to-wrong-port',
    play: (line, scene) => {
      const client = scene.client();
      line.bindUntilT1(client);
      const spec = { ciaddr: client.address };
      line.ask(3, client, { spec, around: { destinationPort: 68 }, showsFault: true }).wait(60);
      line.ask(3, client, { spec: { ...spec, secs: 60 } }).reply(5, client, { spec });
    },
  },
  {
    id: 'nonstandard-port',
    play: (line, scene) => {
      line.ask(1, scene.client(), { around: { sourcePort: 1068, destinationPort: 1067 }, showsFault: true });
    },
  },
  {
    id: 'malformed-message',
    play: (line, scene) => {
      const client = scene.client();
      // Its last option claims more octets than there are.
      const cut = (message: Uint8Array): Uint8Array => message.slice(0, message.lastIndexOf(255) - 2);
      line.ask(1, client, { spec: { minimumSize: 0 }, damage: cut, showsFault: true });
      line.reply(2, client).take(client).reply(5, client);
    },
  },
  asks('missing-end-option', {
    damage: (message) => message.slice(0, message.lastIndexOf(255)),
    spec: { minimumSize: 0 },
  }),
  {
    id: 'bad-option-length',
    play: (line, scene) => {
      const client = scene.client();
      line.bind(client, { spec: { options: [{ code: 28, hex: '0a00' }] }, showsFault: true });
    },
  },
  asks('bad-option-value', {
    over: { 81: null },
    spec: { options: [{ code: 81, hex: '0500007072696e7465722d726f6f6d2d3132' }] },
  }),
  {
    id: 'missing-required-option',
    play: (line, scene) => {
      const client = scene.client();
      line
        .ask(1, client)
        .reply(2, client)
        .take(client)
        .reply(5, client, { over: { 54: null }, showsFault: true });
    },
  },
  asks('forbidden-field', { spec: { yiaddr: '10.1.2.3' } }),
  replies('op-type-mismatch', { spec: { op: 1 } }),
  asks('reserved-flags', { spec: { flags: 0x0001 } }),
  asks('duplicate-option', {
    spec: {
      options: [
        { code: 57, hex: '0240' },
        { code: 57, hex: '05dc' },
      ],
    },
    over: { 57: null },
  }),
  {
    id: 'bad-checksum',
    play: (line, scene) => {
      const client = scene.client();
      const damaged = line.asking(1, client);
      damaged[UDP_CHECKSUM]! ^= 0x55;
      line
        .frame(damaged, true)
        .wait(4)
        .ask(1, client, { spec: { secs: 4 } })
        .reply(2, client)
        .take(client)
        .reply(5, client);
    },
  },
  {
    id: 'reply-mismatch',
    play: (line, scene) => {
      const client = scene.client(CLIENT_KINDS.find(({ identifies }) => identifies));
      line
        .ask(1, client)
        .reply(2, client, { over: { 61: null }, spec: { options: [{ code: 61, hex: '00616263' }] }, showsFault: true });
    },
  },
  {
    id: 'broadcast-flag-ignored',
    play: (line, scene) => {
      const client = scene.client(undefined, 0x8000);
      line.bind(client, { around: { ethDestination: client.mac, destination: client.address }, showsFault: true });
    },
  },
  boots('pxe-no-boot-file', 'pxe-bios', {}),
  boots('boot-arch-mismatch', 'pxe-bios', { spec: { siaddr: '10.0.0.1', file: 'ipxe.efi' } }),
  {
    id: 'reply-to-wrong-address',
    play: (line, scene) => {
      const client = scene.client(undefined, 0);
      const astray = { around: { destination: scene.host(240) }, showsFault: true };
      line.ask(1, client).reply(2, client, astray);
    },
  },
  {
    id: 'reply-without-options',
    play: (line, scene) => {
      const client = scene.client();
      const bare = (message: Uint8Array): Uint8Array => message.slice(0, 236);
      line.ask(1, client, { showsFault: true }).reply(2, client, { damage: bare, showsFault: true });
    },
  },
  {
    id: 'unsolicited-reply',
    play: (line, scene) => {
      const client = scene.client();
      line.bind(client).wait(10).anew().reply(5, client, { showsFault: true });
    },
  },
  {
    id: 'message-too-large',
    play: (line, scene) => {
      const client = scene.client(CLIENT_KINDS.find(({ id }) => id === 'printer'));
      line.bind(client, {
        over: { 43: '67'.repeat(200) },
        spec: { options: [{ code: 43, hex: '67'.repeat(250) }] },
        showsFault: true,
      });
    },
  },
  {
    id: 'request-mismatch',
    play: (line, scene) => {
      const client = scene.client();
      line.ask(1, client).reply(2, client, { showsFault: true });
      line.take(client, { over: { 50: scene.host(188) }, showsFault: true }).wait(10);
      line.anew().bind(client);
    },
    // The fault implies that nobody answers such a REQUEST.
    remarks: ['no-ack'],
  },
  {
    id: 'early-renewal',
    play: (line, scene) => {
      const client = scene.client();
      const spec = { ciaddr: client.address };
      line.bind(client).wait(60).anew().ask(3, client, { spec, showsFault: true }).reply(5, client, { spec });
    },
  },
  {
    id: 'secs-stuck',
    play: (line, scene) => {
      const client = scene.client();
      for (const wait of [4, 8]) line.ask(1, client, { showsFault: true }).wait(wait);
      line.bind(client, {}, { showsFault: 1 });
    },
  },
];
