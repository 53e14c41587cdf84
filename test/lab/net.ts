/**
 * Networks made of namespaces: hosts, switches (a namespace with a bridge in it) and cables (veth pairs). Nothing of the machine's own
 * network is touched: both ends of every cable are born inside a namespace of the lab.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, Process } from './process';

let runs = 0;

/** One laboratory: everything it starts or makes is gone after `close`, or when this process ends for whatever reason. */
export class Lab {
  /** A folder for configurations, leases and captures, which goes with the lab. */
  readonly folder: string;
  private readonly id = `p67-${process.pid.toString(36)}-${(runs++).toString(36)}`;
  private readonly namespaces: string[] = [];
  private readonly processes: Process[] = [];

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'port67-lab-'));
    // Servers that give up root's rights must still reach their files here.
    chmodSync(this.folder, 0o755);
    open.add(this);
  }

  private async namespace(name: string): Promise<string> {
    const full = `${this.id}-${name}`;
    this.namespaces.push(full);
    await execute('ip', ['netns', 'add', full]);
    return full;
  }

  /** A host with a loopback interface. IPv6 is off unless asked for: its router solicitations would only be noise in an IPv4 capture. */
  async host(name: string, ipv6 = false): Promise<Host> {
    const host = new Host(this, name, await this.namespace(name));
    const off = ipv6 ? 0 : 1;
    await host.shell(
      `echo ${off} >/proc/sys/net/ipv6/conf/default/disable_ipv6; echo ${off} >/proc/sys/net/ipv6/conf/all/disable_ipv6
       echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
       echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad
       ip link set lo up`,
    );
    return host;
  }

  /** A switch: a host that carries a bridge, and no addresses. */
  async switch(name: string): Promise<Host> {
    const host = await this.host(name);
    await host.shell('ip link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0; ip link set br0 up');
    return host;
  }

  /**
   * A cable from a host's new interface to a new port of a switch.
   * @param mac the interface's address, colon hex
   * @param offload leave transmit checksum offloading on: the kernel then fills in only the pseudo-header's sum, as with a real card
   */
  async cable(host: Host, name: string, mac: string, bridge: Host, port: string, offload = false): Promise<void> {
    await execute('ip', [
      ...['-n', host.namespace, 'link', 'add', name, 'address', mac, 'type', 'veth'],
      ...['peer', 'name', port, 'netns', bridge.namespace],
    ]);
    await bridge.shell(`ip link set ${port} master br0; ip link set ${port} up`);
    if (!offload) await host.shell(`perl -e '${CHECKSUMS_BY_KERNEL}' ${name}`);
    await host.shell(`ip link set ${name} up`);
  }

  /** Keeps a program in mind, so that it is stopped with the lab. */
  keep(process: Process): Process {
    this.processes.push(process);
    return process;
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop('SIGKILL').catch(() => undefined)));
    this.closeNow();
  }

  /** The same without waiting, for the end of the process. */
  closeNow(): void {
    open.delete(this);
    for (const program of this.processes) {
      program.killNow();
      program.release();
    }
    for (const name of this.namespaces.splice(0)) {
      // What a program has left behind (dhcpcd splits itself into several) lives in the namespace, and nothing else does.
      const pids = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
      for (const pid of pids) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // it has just ended by itself
        }
      }
      spawnSync('ip', ['netns', 'del', name]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What `ethtool -K IFACE tx off` does (SIOCETHTOOL 0x8946, ETHTOOL_STXCSUM 0x17), for machines without ethtool. */
const CHECKSUMS_BY_KERNEL =
  'socket(S,2,2,0); ioctl(S,0x8946,pack("a16 P",$ARGV[0],pack("LL",0x17,0))) or die "tx checksums: $!\\n"';

/** One network namespace. */
export class Host {
  constructor(
    readonly lab: Lab,
    readonly name: string,
    readonly namespace: string,
  ) {}

  /** Runs a small script inside, by sh. Throws when its last command fails, with what it said. */
  shell(script: string): Promise<string> {
    return execute('ip', ['netns', 'exec', this.namespace, 'sh', '-c', script]);
  }

  /** Loads nftables rules inside. */
  async nft(rules: string): Promise<void> {
    await execute('ip', ['netns', 'exec', this.namespace, 'nft', '-f', '-'], rules);
  }

  /** A folder of this host's own in the lab's folder. */
  folder(name: string): string {
    const path = join(this.lab.folder, this.name, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Writes a file into such a folder and gives its path. */
  file(folder: string, name: string, text: string, mode = 0o644): string {
    const path = join(this.folder(folder), name);
    writeFileSync(path, text, { mode });
    return path;
  }

  /**
   * Starts a program inside that goes on running. It sees a host name of the lab's (some programs send it), and its private `mounts`
   * (folder of the lab → place in the file system) in the place of the machine's.
   */
  start(
    name: string,
    argv: readonly string[],
    options: { mounts?: Readonly<Record<string, string>>; env?: Readonly<Record<string, string>> } = {},
  ): Process {
    const mounts = Object.entries(options.mounts ?? {}).map(([from, to]) => `mount --bind ${from} ${to} && `);
    const script = `echo learner-laptop >/proc/sys/kernel/hostname && ${mounts.join('')}exec "$@"`;
    const inside = ['ip', 'netns', 'exec', this.namespace, 'unshare', '--uts', 'sh', '-c', script, 'sh', ...argv];
    return this.lab.keep(new Process(`${name} on ${this.name}`, inside, options.env));
  }
}

const open = new Set<Lab>();
const closeAll = (): void => {
  for (const lab of [...open]) lab.closeNow();
};
process.on('exit', closeAll);
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const) {
  process.on(signal, () => process.exit(128 + number)); // 'exit' then closes what is open
}
