/** ISC dhcpd 4.4. Reads a packet socket: an nftables input rule on its own host does not keep requests from it. */
import { colons, type Scope, type Server } from './program';

function scope(s: Scope, probe: boolean): string {
  const lines = [
    `range ${s.first} ${s.last};`,
    `option subnet-mask ${s.sentMask ?? s.mask};`,
    s.router.length ? `option routers ${s.router.join(', ')};` : '',
    s.dns.length ? `option domain-name-servers ${s.dns.join(', ')};` : '',
    `option domain-name "${s.domain}";`,
    `default-lease-time ${s.lease === 'infinite' ? -1 : s.lease};`,
    `max-lease-time ${s.lease === 'infinite' ? -1 : s.lease};`,
    `min-lease-time ${s.lease === 'infinite' ? -1 : s.lease};`,
    s.t1 === undefined ? '' : `option dhcp-renewal-time ${s.t1};`,
    s.t2 === undefined ? '' : `option dhcp-rebinding-time ${s.t2};`,
    s.broadcast === undefined ? '' : `option broadcast-address ${s.broadcast};`,
    s.bootFile === undefined ? '' : `filename "${s.bootFile}";`,
    s.bootServer === undefined ? '' : `next-server ${s.bootServer};`,
    `ping-check ${probe ? 'on' : 'off'};`,
    ...Object.entries(s.options ?? {}).map(([code, hex]) => `option lab-${code} ${colons(hex)};`),
    // dhcpd sends a client that lists what it wants nothing else, so what the scenario wants sent joins the list.
    ...Object.keys(s.options ?? {}).map(
      (code) =>
        `if exists dhcp-parameter-request-list { option dhcp-parameter-request-list = concat(option dhcp-parameter-request-list, ${Number(code).toString(16)}); }`,
    ),
  ];
  return `subnet ${s.network} netmask ${s.mask} {\n  ${lines.filter(Boolean).join('\n  ')}\n}\n`;
}

export const dhcpd: Server = {
  name: 'dhcpd',
  async start(host, config) {
    const codes = new Set(config.scopes.flatMap((s) => Object.keys(s.options ?? {})));
    const conf = host.file(
      'dhcpd',
      'dhcpd.conf',
      [
        config.authoritative ? 'authoritative;' : 'not authoritative;',
        'ddns-update-style none;',
        ...[...codes].map((code) => `option lab-${code} code ${code} = string;`),
        ...config.scopes.map((s) => scope(s, config.probe)),
      ].join('\n'),
    );
    const leases = host.file('dhcpd', 'dhcpd.leases', '');
    const process = host.start('dhcpd', [
      ...['dhcpd', '-4', '-d', '--no-pid', '-user', 'root', '-group', 'root'],
      ...['-cf', conf, '-lf', leases, 'eth0'],
    ]);
    await process.says(/Server starting service/, 5);
    return process;
  },
};
