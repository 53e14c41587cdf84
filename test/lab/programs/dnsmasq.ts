/**
 * dnsmasq 2.90. Reads a UDP socket, so that the host's firewall governs it. Before it offers a new address it pings it and waits 3 s,
 * unless told not to. Always fills siaddr with its own address.
 */
import { colons, type Scope, type Server } from './program';

function scope(s: Scope, index: number): string[] {
  const lease = s.lease === 'infinite' ? 'infinite' : String(s.lease);
  // Options are the whole server's, unless the tag of a range binds them to it.
  const tag = `s${index}`;
  const option = (name: string, value: string): string => `${name}=tag:${tag},${value}`;
  // dnsmasq sends options 3 and 6 of its own accord (its own address); an option without a value silences it.
  return [
    `dhcp-range=set:${tag},${s.first},${s.last},${s.mask},${lease}`,
    option('dhcp-option', `3${s.router.map((r) => `,${r}`).join('')}`),
    option('dhcp-option', `6${s.dns.map((d) => `,${d}`).join('')}`),
    option('dhcp-option', `15,${s.domain}`),
    s.sentMask === undefined ? '' : option('dhcp-option', `1,${s.sentMask}`),
    s.broadcast === undefined ? '' : option('dhcp-option', `28,${s.broadcast}`),
    s.t1 === undefined ? '' : option('dhcp-option-force', `58,${s.t1}`),
    s.t2 === undefined ? '' : option('dhcp-option-force', `59,${s.t2}`),
    s.bootFile === undefined ? '' : `dhcp-boot=${s.bootFile}${s.bootServer === undefined ? '' : `,,${s.bootServer}`}`,
    ...Object.entries(s.options ?? {}).map(([code, hex]) => option('dhcp-option-force', `${code},${colons(hex)}`)),
  ];
}

export const dnsmasq: Server = {
  name: 'dnsmasq',
  async start(host, config) {
    const conf = host.file(
      'dnsmasq',
      'dnsmasq.conf',
      [
        'port=0', // no DNS
        'interface=eth0',
        'bind-interfaces',
        'dhcp-sequential-ip',
        'user=root',
        'log-dhcp',
        'log-facility=-',
        'keep-in-foreground',
        `dhcp-leasefile=${host.folder('dnsmasq')}/leases`,
        `pid-file=${host.folder('dnsmasq')}/pid`,
        config.authoritative ? 'dhcp-authoritative' : '',
        config.probe ? '' : 'no-ping',
        config.tftp === undefined ? '' : `enable-tftp\ntftp-root=${config.tftp}`,
        ...config.scopes.flatMap(scope),
      ]
        .filter(Boolean)
        .join('\n') + '\n',
    );
    const process = host.start('dnsmasq', ['dnsmasq', `--conf-file=${conf}`]);
    await process.says(/sockets bound exclusively to interface eth0/, 5);
    return process;
  },
};
