import { encodeMessage4 } from '../../codec/dhcpv4';
import { CLIENT_KINDS } from '../clients';
import { datagram4 } from '../made/frame';
import type { Fault } from './fault';
import type { Client, Line, Scene } from './scene';

/** A text as octets, one per character. */
const text = (value: string): Uint8Array => Uint8Array.from(value, (one) => one.charCodeAt(0));
const FILE = 'undionly.kpxe';

/** A PXE client that gets a lease with a boot server and a boot file. */
function booting(line: Line, scene: Scene): Client {
  const client = scene.client(
    CLIENT_KINDS.find(({ id }) => id === 'pxe-bios'),
    0,
  );
  line.bind(client, { spec: { siaddr: scene.server, file: FILE } }).wait(1);
  return client;
}

/** Asks the server for a file by TFTP (RFC 1350 §5) from a port of the client's choice. */
const asksFor = (line: Line, { server, serverMac }: Scene, client: Client, file: string, port: number): Line =>
  line.frame(
    datagram4(text(`\0\x01${file}\0octet\0`), {
      ethSource: client.mac,
      ethDestination: serverMac,
      source: client.address,
      destination: server,
      sourcePort: port,
      destinationPort: 69,
    }),
    true,
  );

/** The server's answer, from a port of its choice. */
const answers = (line: Line, { server, serverMac }: Scene, client: Client, packet: Uint8Array, port: number): Line =>
  line.frame(
    datagram4(packet, {
      ethSource: serverMac,
      ethDestination: client.mac,
      source: server,
      destination: client.address,
      sourcePort: 50_067,
      destinationPort: port,
    }),
    true,
  );

const NOT_FOUND = text('\0\x05\0\x01File not found\0');

/** Faults on the way to a boot file. */
export const BOOT_FAULTS: readonly Fault[] = [
  {
    id: 'tftp-error',
    play: (line, scene) => {
      const client = booting(line, scene);
      if (scene.random.once(2)) {
        answers(asksFor(line, scene, client, FILE, 2070), scene, client, NOT_FOUND, 2070);
        return;
      }
      for (const port of [2070, 2071, 2072]) asksFor(line, scene, client, FILE, port).wait(4);
    },
  },
  {
    id: 'boot-file-mismatch',
    play: (line, scene) => {
      const client = booting(line, scene);
      answers(asksFor(line, scene, client, `${FILE}\xff`, 2070), scene, client, NOT_FOUND, 2070);
    },
  },
  {
    id: 'pxe-server-silent',
    play: (line, scene) => {
      const kind = CLIENT_KINDS.find(({ id }) => id === 'pxe-bios');
      const client = scene.client(kind, 0);
      line
        .bind(client, { over: { 60: 'PXEClient' } })
        .anew()
        .wait(1);
      for (const secs of [0, 4, 12])
        line
          .ask(3, client, {
            spec: { ciaddr: client.address, secs },
            around: { destinationPort: 4011 },
            showsFault: true,
          })
          .wait(4);
    },
  },
  {
    id: 'bootp-unanswered',
    play: (line, scene) => {
      const { mac } = scene.client();
      for (const secs of [0, 4, 12])
        line
          .frame(datagram4(encodeMessage4({ chaddr: mac, xid: scene.random.next(), secs }), { ethSource: mac }), true)
          .wait(4);
    },
  },
];
