import type { Fault } from './fault';
import { elsewhere, type Client, type Over, type Scene } from './scene';

/** Both replies to a client contain something wrong. */
const says = (
  id: string,
  over: (scene: Scene, client: Client) => Over,
  showsFault: boolean | number = true,
): Fault => ({
  id,
  play: (line, scene) => {
    const client = scene.client();
    line.bind(client, { over: over(scene, client), showsFault });
  },
});

/** A client asks for an option and does not get it. Only the ACK counts as showing the fault. */
const leavesOut = (id: string, code: number): Fault => says(id, () => ({ [code]: null }), 5);

/** The client gets the first or last address of the network. */
const edge: Fault = {
  id: 'network-or-broadcast-address',
  play: (line, scene) => {
    const client = { ...scene.client(), address: scene.host(scene.random.pick([0, 255])) };
    line.bind(client, {
      showsFault: true,
      around: { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' },
    });
  },
};

const nothing: Fault = {
  id: 'unusable-address',
  play: (line, scene) => {
    const client = scene.client();
    const all = { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' };
    line.ask(1, client).reply(2, client, { spec: { yiaddr: '0.0.0.0' }, around: all, showsFault: true });
  },
};

const another: Fault = {
  id: 'ack-other-address',
  play: (line, scene) => {
    const client = scene.client();
    line.ask(1, client).reply(2, client).take(client, { showsFault: true });
    line.reply(5, client, { spec: { yiaddr: scene.host(90) }, showsFault: true });
  },
};

/** Each renewal comes on time, but its lease is half as long as the one before. */
const shrinks: Fault = {
  id: 'lease-shrinks',
  play: (line, scene) => {
    const client = scene.client();
    const spec = { ciaddr: client.address };
    line.bind(client);
    for (const part of [1, 2, 4])
      line
        .anew()
        .wait(scene.leaseTime / part / 2)
        .ask(3, client, { spec })
        .reply(5, client, { spec, over: { 51: scene.leaseTime / part / 2 }, showsFault: true });
  },
};

/** Faults in the addresses and times of a lease. */
export const ADDRESS_FAULTS: readonly Fault[] = [
  says('router-outside-subnet', (scene) => ({ 3: [elsewhere(scene, 1)] })),
  says('invalid-subnet-mask', ({ random }) => ({ 1: random.pick(['255.0.255.0', '255.255.1.0', '255.255.128.128']) })),
  says('broadcast-address-mismatch', (scene) => ({ 28: scene.host(127) })),
  says('unusable-router', (_, { address }) => ({ 3: [address] })),
  says('timer-order', ({ leaseTime }) => ({ 58: leaseTime - 100, 59: leaseTime / 2 })),
  says('short-lease', ({ random }) => ({ 51: random.pick([10, 20, 30]) })),
  says('route-hijack', (scene) => ({
    121: [
      { destination: '0.0.0.0/1', router: scene.host(66) },
      { destination: '128.0.0.0/1', router: scene.host(66) },
    ],
  })),
  says('wpad-offered', (scene) => ({ 252: `http://${scene.host(66)}/wpad.dat` })),
  says('infinite-lease', () => ({ 51: 0xffffffff })),
  leavesOut('missing-subnet-mask', 1),
  leavesOut('missing-router', 3),
  leavesOut('missing-dns', 6),
  edge,
  nothing,
  another,
  shrinks,
];
