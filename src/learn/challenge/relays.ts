import type { OptionSpec4 } from '../../codec/dhcpv4';
import type { Fault } from './fault';
import type { Scene, Unusual } from './scene';

interface Relay {
  readonly address: string;
  readonly asks: Unusual;
  readonly gives: Unusual;
}

/** A relay for another network of the same site, as the server sees it: its address, and how messages sent through it differ. */
function relayOf(scene: Scene, agent?: OptionSpec4['data']): Relay {
  const address = scene.net.startsWith('10.') ? '192.168.251.1' : '10.251.0.1';
  const mac = scene.machine();
  const over = agent === undefined ? {} : { 82: agent };
  const spec = { giaddr: address, hops: 1 };
  return {
    address,
    asks: {
      spec,
      over,
      around: {
        ethSource: mac,
        ethDestination: scene.serverMac,
        source: address,
        destination: scene.server,
        sourcePort: 67,
      },
    },
    gives: {
      spec: { giaddr: address },
      over,
      around: { ethDestination: mac, destination: address, destinationPort: 67 },
    },
  };
}

const inNetOf = (address: string, host: number): string => address.replace(/\d+$/, String(host));

/** Faults behind a relay, captured at the server. */
export const RELAY_FAULTS: readonly Fault[] = [
  {
    id: 'address-outside-scope',
    play: (line, scene) => {
      const { asks, gives, address } = relayOf(scene);
      const elsewhere = address.replace(/\d+\.1$/, '9.1');
      const client = { ...scene.client(), address: inNetOf(elsewhere, 60) };
      line.bind(client, { ...gives, over: { ...gives.over, 3: [elsewhere] }, showsFault: true }, asks);
    },
  },
  {
    id: 'relay-unanswered',
    play: (line, scene) => {
      const { asks } = relayOf(scene);
      const client = scene.client();
      for (const secs of [0, 4, 12])
        line.ask(1, client, { ...asks, spec: { ...asks.spec, secs }, showsFault: true }).wait(5);
    },
  },
  {
    id: 'option82-not-echoed',
    play: (line, scene) => {
      const { asks, gives, address } = relayOf(scene, [{ code: 1, hex: '67652d302f302f37' }]);
      const client = { ...scene.client(), address: inNetOf(address, 60) };
      line.bind(client, { ...gives, over: { 3: [address] }, showsFault: true }, asks);
    },
  },
  {
    id: 'relay-loop',
    play: (line, scene) => {
      const client = scene.client();
      const { asks, gives, address } = relayOf(scene);
      const other = scene.machine();
      for (let hops = 1; hops <= 6; hops++) {
        const ethSource = hops % 2 === 1 ? asks.around!.ethSource! : other;
        line.ask(1, client, {
          ...asks,
          spec: { ...asks.spec, hops },
          around: { ...asks.around, ethSource },
          showsFault: true,
        });
      }
      const there = { ...client, address: inNetOf(address, 60) };
      line.reply(2, there, { ...gives, over: { 3: [address] } });
      line.take(there, asks).reply(5, there, { ...gives, over: { 3: [address] } });
    },
  },
  {
    id: 'option82-to-client',
    play: (line, scene) => {
      const client = scene.client();
      line.bind(client, { over: { 82: [{ code: 1, hex: '67652d302f302f37' }] }, showsFault: true });
    },
  },
];
