/** Builds the network of one scenario, goes through its steps, and gives what was captured. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pcap } from '../capture/build';
import { ANY_FILTER, Capture } from './capture';
import { Lab, type Host } from './net';
import { ourLease, ourLease6 } from './ours';
import { CLIENTS, SERVERS } from './programs';
import { dhcrelay, dhcrelay6 } from './programs/dhcrelay';
import type { ClientConfig, RunningClient, Scope, ServerConfig, ServerName, Six } from './programs/program';
import type { Process } from './process';
import type { HostName, Point, Scenario, Step } from './scenario';

export const MACS: Readonly<Record<HostName | 'relay-up' | 'relay2-up', string>> = {
  server: '02:67:00:00:00:01',
  rival: '02:67:00:00:00:02',
  relay: '02:67:00:00:00:0a',
  'relay-up': '02:67:00:00:00:0b',
  relay2: '02:67:00:00:00:1a',
  'relay2-up': '02:67:00:00:00:1b',
  client: '02:67:00:00:00:0c',
  neighbour: '02:67:00:00:00:0d',
};

const SCOPE: Scope = {
  network: '10.67.0.0',
  mask: '255.255.255.0',
  first: '10.67.0.100',
  last: '10.67.0.150',
  router: ['10.67.0.1'],
  dns: ['10.67.0.1'],
  domain: 'example.net',
  lease: 3600,
};
/** The clients' network behind the relay, which is its router. */
const RELAYED: Scope = {
  ...SCOPE,
  network: '10.67.8.0',
  first: '10.67.8.100',
  last: '10.67.8.150',
  router: ['10.67.8.1'],
};
const SIX: Six = {
  subnet: 'fd67::/64',
  pool: 'fd67::100 - fd67::1ff',
  dns: 'fd67::1',
  t1: 900,
  t2: 1800,
  preferred: 2700,
  valid: 3600,
};
const RELAYED6: Partial<Six> = { subnet: 'fd67:8::/64', pool: 'fd67:8::100 - fd67:8::1ff', relayed: true };
const CLIENT: ClientConfig = { hostname: 'learner-laptop', probe: false, broadcast: false, retry: 3 };

/** The stage of one scenario. */
class Stage {
  private readonly hosts = new Map<HostName, Host>();
  private readonly switches = new Map<HostName, { bridge: Host; port: string }>();
  private readonly captures: Capture[] = [];
  private readonly servers: Process[] = [];
  private client: RunningClient | undefined;
  private thaw: Promise<void> | undefined;
  private faults = 0;

  constructor(
    private readonly lab: Lab,
    private readonly scenario: Scenario,
  ) {}

  private host(name: HostName): Host {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`the scenario has no host ${name}`);
    return host;
  }

  private async join(name: HostName, bridge: Host, addresses: readonly string[] = []): Promise<void> {
    const { row } = this.scenario;
    const host = await this.lab.host(name, row.six !== undefined);
    this.hosts.set(name, host);
    await this.lab.cable(host, 'eth0', MACS[name], bridge, `p-${name}`, row.offload);
    this.switches.set(name, { bridge, port: `p-${name}` });
    for (const address of addresses) await host.shell(`ip address add ${address} dev eth0`);
  }

  async build(): Promise<void> {
    const { row, server } = this.scenario;
    const near = await this.lab.switch('switch');
    const far = row.relay ? await this.lab.switch('switch2') : near;
    await this.join('client', near);
    await this.join('neighbour', row.neighbourFar ? far : near);
    await this.join('server', far, row.six ? ['fd67::1/64'] : ['10.67.0.1/24']);
    if (row.rival) await this.join('rival', far, [row.rival.address]);
    if (row.relay && row.six) await this.relay6(near, far);
    else if (row.relay) await this.relay(near, far);
    const steps = row.steps ?? (['bind'] as const);
    if (!steps.includes('capture')) await this.step('capture');
    if (server && !steps.includes('serve')) await this.step('serve');
  }

  /** The relay, which is the clients' router: 10.67.8.1 on their link, 10.67.0.2 on the server's; or a chain of two, with 10.67.9.0/24 between. */
  private async relay(near: Host, far: Host): Promise<void> {
    const { row } = this.scenario;
    const option82 = row.relay === 'option 82';
    await this.join('relay', near);
    const relay = this.host('relay');
    await relay.shell('echo 1 >/proc/sys/net/ipv4/ip_forward');
    const next = row.chain ? await this.lab.switch('switch3') : far;
    await this.lab.cable(relay, 'eth1', MACS['relay-up'], next, 'p-relay-up', row.offload);
    if (row.chain) {
      await this.join('relay2', next, ['10.67.9.2/24']);
      const relay2 = this.host('relay2');
      await this.lab.cable(relay2, 'eth1', MACS['relay2-up'], far, 'p-relay2-up', row.offload);
      await relay2.shell(
        'echo 1 >/proc/sys/net/ipv4/ip_forward; ip address add 10.67.0.2/24 dev eth1; ip route add 10.67.8.0/24 via 10.67.9.1',
      );
      await dhcrelay(relay2, '10.67.0.1', false);
    }
    await relay.shell(
      `ip address add 10.67.8.1/24 dev eth0; ip address add ${row.chain ? '10.67.9.1' : '10.67.0.2'}/24 dev eth1`,
    );
    if (row.chain) await relay.shell('ip route add 10.67.0.0/24 via 10.67.9.2');
    await this.host('server').shell('ip route add 10.67.8.0/24 via 10.67.0.2; ip route add 10.67.9.0/24 via 10.67.0.2');
    if (row.relay !== 'none') await dhcrelay(relay, row.chain ? '10.67.9.2' : '10.67.0.1', option82);
  }

  /** The same for DHCPv6: fd67:8::/64 is the clients' network, fd67:9::/64 that between two relays. */
  private async relay6(near: Host, far: Host): Promise<void> {
    const { row } = this.scenario;
    const forward = 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding';
    await this.join('relay', near, ['fd67:8::1/64']);
    const relay = this.host('relay');
    const next = row.chain ? await this.lab.switch('switch3') : far;
    await this.lab.cable(relay, 'eth1', MACS['relay-up'], next, 'p-relay-up');
    await relay.shell(`${forward}; ip address add ${row.chain ? 'fd67:9::1' : 'fd67::2'}/64 dev eth1`);
    if (row.chain) {
      await this.join('relay2', next, ['fd67:9::2/64']);
      const relay2 = this.host('relay2');
      await this.lab.cable(relay2, 'eth1', MACS['relay2-up'], far, 'p-relay2-up');
      await relay2.shell(`${forward}; ip address add fd67::2/64 dev eth1; ip -6 route add fd67:8::/64 via fd67:9::1`);
      await relay.shell('ip -6 route add fd67::/64 via fd67:9::2');
      await dhcrelay6(relay2, 'fd67::1');
    }
    await this.host('server').shell('ip -6 route add fd67:8::/63 via fd67::2');
    await dhcrelay6(relay, row.chain ? 'fd67:9::2' : 'fd67::1');
  }

  private config(over: Partial<Scope> = {}): ServerConfig {
    const { row } = this.scenario;
    const local = { ...SCOPE, ...(row.relay ? {} : row.scope), ...over };
    return {
      // The server's own link comes first in every configuration: dhcpd wants it declared.
      scopes: row.relay ? [{ ...RELAYED, ...row.scope }, local] : [local],
      authoritative: true,
      probe: false,
      ...row.server,
      ...(row.tftp ? { tftp: this.bootFolder() } : {}),
      ...(row.six ? { six: { ...SIX, ...(row.relay ? RELAYED6 : {}), ...row.six } } : {}),
    };
  }

  private bootFolder(): string {
    const host = this.host('server');
    host.file('tftp', 'undionly.kpxe', 'A boot file of the lab: two blocks long.\n'.repeat(20));
    return host.folder('tftp');
  }

  private async serve(name: ServerName, host: Host, config: ServerConfig): Promise<void> {
    this.servers.push(await SERVERS[name].start(host, config));
  }

  private async fault(rule: string, where: { firewall: HostName } | { from: HostName }): Promise<void> {
    const table = `lab${this.faults++}`;
    if ('firewall' in where) {
      const hook = 'type filter hook input priority 0;';
      await this.host(where.firewall).nft(`table ip ${table} { chain c { ${hook} policy accept; ${rule}; }; }`);
    } else {
      const at = this.switches.get(where.from)!;
      const hook = `type filter hook ingress device "${at.port}" priority 0;`;
      await at.bridge.nft(`table netdev ${table} { chain c { ${hook} policy accept; ${rule}; }; }`);
    }
  }

  private tap(point: Point): Promise<Capture> {
    if (point === 'relay') return Capture.start(point, this.host('relay'), 'any', ANY_FILTER);
    return Capture.start(point, this.host(point), 'eth0');
  }

  async step(step: Step): Promise<void> {
    const { row, server, client } = this.scenario;
    const settings = { ...CLIENT, ...row.client };
    if (typeof step !== 'string') {
      if ('wait' in step) return sleep(step.wait * 1000);
      if ('fault' in step) return this.fault(step.fault.rule, step.fault);
      if ('run' in step) return void (await this.host(step.on).shell(step.run));
      if ('freeze' in step) {
        for (const process of this.servers) process.signal('SIGSTOP');
        this.thaw = sleep(step.freeze * 1000).then(() => {
          for (const process of this.servers) process.signal('SIGCONT');
        });
        return;
      }
      await this.step('stop server');
      const { address, ...scope } = step.becomes;
      if (address) await this.host('server').shell(`ip address flush dev eth0; ip address add ${address} dev eth0`);
      return this.serve(server!, this.host('server'), this.config(scope));
    }
    switch (step) {
      case 'capture':
        for (const point of row.points ?? (['client'] as const)) this.captures.push(await this.tap(point));
        return;
      case 'serve':
        await this.serve(server!, this.host('server'), this.config());
        if (row.rival) await this.serve(row.rival.program ?? server!, this.host('rival'), this.config(row.rival.scope));
        return;
      case 'stop server':
        await Promise.all(this.servers.splice(0).map((process) => process.stop()));
        return;
      case 'start':
        this.client = CLIENTS[client!].start(this.host('client'), settings);
        return;
      case 'bind':
        await this.step('start');
        return this.client!.bound(20);
      case 'renew':
        return this.client!.renew();
      case 'release':
        return this.client!.release();
      case 'stop client':
        return this.client!.process.stop('SIGKILL');
      case 'our encoder binds':
        return (row.six ? ourLease6 : ourLease)(this.host('client'), MACS.client);
      case 'neighbour binds': {
        const other = CLIENTS.udhcpc.start(this.host('neighbour'), { ...settings, hostname: 'learner-desktop' });
        return other.bound(20);
      }
    }
  }

  async play(): Promise<Map<Point, Buffer>> {
    const { row } = this.scenario;
    await this.build();
    for (const step of row.steps ?? (['bind'] as const)) await this.step(step);
    await this.thaw;
    await sleep(200); // what the last step set off may still be on its way
    const files = new Map<Point, Buffer>();
    for (const capture of this.captures) files.set(capture.point as Point, await capture.stop());
    return files;
  }
}

/** Plays a scenario in a lab of its own. The capture files by point, the row's first point first. */
export async function play(scenario: Scenario): Promise<Map<Point, Buffer>> {
  if (scenario.row.forged) return new Map([['client', Buffer.from(pcap(scenario.row.forged()))]]);
  const lab = new Lab();
  const limit = scenario.row.limit ?? 40;
  const late = new AbortController();
  try {
    return await Promise.race([
      new Stage(lab, scenario).play(),
      sleep(limit * 1000, undefined, { signal: late.signal, ref: false }).then(() => {
        throw new Error(`took more than ${limit} s`);
      }),
    ]);
  } finally {
    late.abort();
    await lab.close();
  }
}
