import { code, command, items, list, paragraph, table, type Draft } from '../page';

/** The most common servers, and how to back up each of them. */
export const SERVERS: readonly Draft[] = [
  {
    id: 'topic/backup',
    title: 'Backing up a DHCP server, and restoring it',
    aliases: [
      'backup',
      'lease file',
      'lease database',
      'configuration',
      'restore',
      'back up',
      'disaster recovery',
      'export',
      'migration',
    ],
    summary:
      'Back up the configuration and the leases: without the leases a restored server gives addresses away that are in use. Copy the leases while the server is stopped, or by its own command, so that the file is whole.',
    blocks: [
      table(
        ['Server', 'Configuration', 'Leases'],
        ['ISC dhcpd', '/etc/dhcp/dhcpd.conf', '/var/lib/dhcp/dhcpd.leases'],
        ['Kea', '/etc/kea/*.conf', '/var/lib/kea/kea-leases4.csv, or the database'],
        ['dnsmasq', '/etc/dnsmasq.conf, /etc/dnsmasq.d', '/var/lib/misc/dnsmasq.leases'],
        ['systemd-networkd', '/etc/systemd/network', '/var/lib/systemd/network'],
        ['udhcpd (BusyBox)', '/etc/udhcpd.conf', '/var/lib/misc/udhcpd.leases'],
        ['Microsoft', 'by Export-DhcpServer', 'by Export-DhcpServer -Leases'],
      ),
      command('checkBackup', 'port67 leases LEASES --config CONF'),
      code('OpenWrt', 'sysupgrade -b /tmp/backup.tar.gz\nsysupgrade -r /tmp/backup.tar.gz   # to restore'),
      code(
        'Cisco IOS: leases go to an FTP server and come back from there',
        'ip dhcp database ftp://USER:PASSWORD@HOST/FILE\ncopy running-config ftp://USER:PASSWORD@HOST/FILE',
      ),
      code('MikroTik', '/system backup save name=dhcp\n/system backup load name=dhcp   # to restore'),
      list(
        'After a restore',
        'Start only one server of the old and the new.',
        'Let the server probe addresses before it offers them (ping check) for one lease time.',
      ),
      paragraph('Test it once: restore the backup on a spare machine that is not connected to the network.'),
    ],
    see: [
      'topic/isc',
      'topic/kea',
      'topic/dnsmasq',
      'topic/microsoft',
      'topic/networkd',
      'finding/v6-server-duid-changed',
    ],
    references: ['The manuals of the servers'],
  },
  {
    id: 'topic/isc',
    title: 'ISC dhcpd',
    aliases: [
      'isc',
      'end of life',
      'isc dhcp end of life',
      'isc dhcp',
      'dhcpd',
      'isc-dhcp-server',
      'dhcpd.conf',
      'dhcpd.leases',
    ],
    summary:
      'The classic server of Unix systems, in use since the 1990s. ISC ended its maintenance in 2022 and points to Kea as its successor.',
    blocks: [
      code(
        'A small dhcpd.conf',
        'authoritative;\nsubnet 192.168.1.0 netmask 255.255.255.0 {\n  range 192.168.1.100 192.168.1.199;\n  option routers 192.168.1.1;\n  option domain-name-servers 192.168.1.1;\n  default-lease-time 28800;\n}',
      ),
      code('Test the configuration', 'dhcpd -t -cf /etc/dhcp/dhcpd.conf'),
      command('checkConfiguration', 'port67 check /etc/dhcp/dhcpd.conf'),
      code(
        'Back up',
        'systemctl stop isc-dhcp-server\ntar czf dhcpd-backup.tgz /etc/dhcp /var/lib/dhcp/dhcpd.leases\nsystemctl start isc-dhcp-server',
      ),
      code(
        'Restore',
        'systemctl stop isc-dhcp-server\ntar xzf dhcpd-backup.tgz -C /\ndhcpd -T -cf /etc/dhcp/dhcpd.conf -lf /var/lib/dhcp/dhcpd.leases\nsystemctl start isc-dhcp-server',
      ),
      items(
        'Without the word authoritative it sends no NAK, and moved clients wait long.',
        'Red Hat’s systems call the service dhcpd and keep leases in /var/lib/dhcpd.',
        'ISC’s migration assistant, keama, translates dhcpd.conf for Kea.',
      ),
    ],
    see: ['topic/kea', 'topic/backup', 'check/not-authoritative'],
    references: ['dhcpd.conf(5)', 'dhcpd.leases(5)', 'isc.org, “ISC DHCP end of life”'],
  },
  {
    id: 'topic/kea',
    title: 'Kea',
    aliases: ['kea dhcp', 'kea-dhcp4', 'kea-dhcp6', 'kea-dhcp4.conf', 'memfile'],
    summary:
      'ISC’s present server, with one program each for DHCPv4 and DHCPv6. It is configured in JSON, can be changed while it runs, and keeps leases in a file or a database.',
    blocks: [
      code(
        'A small kea-dhcp4.conf',
        '{ "Dhcp4": {\n  "interfaces-config": { "interfaces": [ "eth0" ] },\n  "lease-database": { "type": "memfile" },\n  "valid-lifetime": 28800,\n  "subnet4": [ {\n    "id": 1,\n    "subnet": "192.168.1.0/24",\n    "pools": [ { "pool": "192.168.1.100 - 192.168.1.199" } ],\n    "option-data": [ { "name": "routers", "data": "192.168.1.1" } ]\n  } ]\n} }',
      ),
      code('Test a Kea configuration', 'kea-dhcp4 -t /etc/kea/kea-dhcp4.conf'),
      command('checkConfiguration', 'port67 check /etc/kea/kea-dhcp4.conf'),
      code(
        'Back up Kea with memfile',
        'systemctl stop kea-dhcp4-server\ntar czf kea-backup.tgz /etc/kea /var/lib/kea\nsystemctl start kea-dhcp4-server',
      ),
      code(
        'Back up a lease database',
        'mysqldump kea > kea.sql   # or: pg_dump kea > kea.sql\nmysql kea < kea.sql        # to restore; or: psql kea < kea.sql\nkea-admin lease-dump mysql -4 -u USER -p PASSWORD -n kea -o leases4.csv',
      ),
      code(
        'Restore Kea with memfile',
        'systemctl stop kea-dhcp4-server\ntar xzf kea-backup.tgz -C /\nkea-dhcp4 -t /etc/kea/kea-dhcp4.conf\nsystemctl start kea-dhcp4-server',
      ),
      items(
        'Each subnet needs a number of its own, and always keeps it: leases refer to it.',
        'A cleanup of the lease file leaves parts beside it (.1, .2, .completed). They belong together.',
        'Kea sends NAK only for what it knows, unless authoritative is true.',
      ),
    ],
    see: ['topic/isc', 'topic/backup', 'topic/prefix-delegation', 'check/duplicate-subnet-id'],
    references: ['Kea Administrator Reference Manual'],
  },
  {
    id: 'topic/dnsmasq',
    title: 'dnsmasq',
    aliases: ['dnsmasq.conf', 'dnsmasq.leases', 'pi-hole', 'openwrt', 'libvirt'],
    summary:
      'A small program that is DHCP server, DNS forwarder and TFTP server in one. It works in home routers, in virtual networks of libvirt, and in network boot.',
    blocks: [
      code(
        'A small dnsmasq.conf',
        'interface=eth0\ndhcp-range=192.168.1.100,192.168.1.199,255.255.255.0,8h\ndhcp-option=option:router,192.168.1.1\ndhcp-authoritative\nlog-dhcp',
      ),
      code('Test a dnsmasq configuration', 'dnsmasq --test'),
      command('checkConfiguration', 'port67 check /etc/dnsmasq.conf'),
      code(
        'Back up dnsmasq',
        'systemctl stop dnsmasq\ntar czf dnsmasq-backup.tgz /etc/dnsmasq.conf /etc/dnsmasq.d /var/lib/misc/dnsmasq.leases\nsystemctl start dnsmasq',
      ),
      code(
        'Restore dnsmasq',
        'systemctl stop dnsmasq\ntar xzf dnsmasq-backup.tgz -C /\ndnsmasq --test\nsystemctl start dnsmasq',
      ),
      items(
        'It pings an address for up to three seconds before it offers it.',
        'A range needs an address of the machine in the same subnet, or a relay’s.',
        'OpenWrt writes its configuration from /etc/config/dhcp; leases are in /tmp/dhcp.leases and do not survive a restart.',
      ),
    ],
    see: ['topic/backup', 'topic/pxe', 'finding/slow-server'],
    references: ['dnsmasq(8)'],
  },
  {
    id: 'topic/microsoft',
    title: 'Microsoft DHCP Server',
    aliases: [
      'windows dhcp',
      'windows server',
      'microsoft dhcp',
      'windows dhcp server',
      'dhcpserver',
      'superscope',
      'dhcpmgmt.msc',
    ],
    summary:
      'The server role of Windows Server, managed by console or PowerShell. In a domain it answers only after it has been authorised in Active Directory.',
    blocks: [
      code(
        'Look at it',
        'Get-Service DHCPServer\nGet-DhcpServerInDC\nGet-DhcpServerv4Binding\nGet-DhcpServerv4ScopeStatistics',
      ),
      code(
        'Make a scope',
        'Add-DhcpServerv4Scope -Name Office -StartRange 192.168.1.100 -EndRange 192.168.1.199 -SubnetMask 255.255.255.0\nSet-DhcpServerv4OptionValue -ScopeId 192.168.1.0 -Router 192.168.1.1 -DnsServer 192.168.1.5',
      ),
      code(
        'Back up a Microsoft server',
        'Backup-DhcpServer -Path C:\\DhcpBackup\nExport-DhcpServer -File C:\\DhcpBackup\\dhcp.xml -Leases',
      ),
      command('checkBackup', 'port67 check dhcp.xml'),
      code('Restore on the same server', 'Restore-DhcpServer -Path C:\\DhcpBackup\nRestart-Service DHCPServer'),
      code(
        'Restore on another server',
        'Import-DhcpServer -File C:\\DhcpBackup\\dhcp.xml -Leases -BackupPath C:\\DhcpBefore',
      ),
      items(
        'Its own backup is made every hour, to %windir%\\System32\\dhcp\\backup.',
        'The audit log of each weekday is in %windir%\\System32\\dhcp.',
        'WDS on the same machine takes port 67 as well: tell it not to.',
      ),
    ],
    see: ['topic/backup', 'port/647', 'finding/pxe-server-silent'],
    references: ['Microsoft Learn, module DhcpServer'],
  },
  {
    id: 'topic/networkd',
    title: 'systemd-networkd',
    aliases: ['systemd', 'networkctl', 'networkd server'],
    summary:
      'The network manager of systemd is a DHCP client on many Linux servers, and can be a small server. Its client identifies itself by a DUID made from the machine id, not by the hardware address.',
    blocks: [
      code(
        'Client, in /etc/systemd/network/10-lan.network',
        '[Match]\nName=eth0\n[Network]\nDHCP=yes\n[DHCPv4]\nClientIdentifier=mac',
      ),
      code(
        'Server, in the .network file of its interface',
        '[Network]\nAddress=192.168.1.1/24\nDHCPServer=yes\n[DHCPServer]\nPoolOffset=100\nPoolSize=100\nEmitDNS=yes\nDNS=192.168.1.1',
      ),
      code(
        'Back up networkd',
        'tar czf networkd-backup.tgz /etc/systemd/network /etc/machine-id /var/lib/systemd/network',
      ),
      code('Restore networkd', 'tar xzf networkd-backup.tgz -C /\nsystemctl restart systemd-networkd'),
      paragraph('Do not restore the machine id on a second machine: both would be one client.'),
    ],
    see: ['topic/backup', 'option/61', 'finding/duplicate-client-id', 'finding/client-id-changed'],
    references: ['systemd.network(5), [DHCPv4], [DHCPServer]'],
  },
];
