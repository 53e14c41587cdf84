import { family } from './kind';

export const BOOT = family('boot', [
  {
    id: 'ipv6-only-preferred',
    fields: ['dhcp.option.108'],
    severities: ['info', 'warning'],
    name: 'Client does without IPv4',
    meaning:
      'The server lets clients do without IPv4 (option 108), and the client agrees: it stops asking for an address. That is success, not failure. A client that keeps asking did not accept it.',
    advice:
      'There is nothing to do as long as the network translates to IPv4 (NAT64) or the like. Otherwise remove option 108 from this subnet.',
    reference: 'RFC 8925 §3.2, §3.3',
    related: ['unusable-address', 'no-offer'],
  },
  {
    id: 'pxe-no-boot-file',
    withLease: true,
    fields: ['dhcp.file', 'dhcp.option.67', 'dhcp.option.66'],
    severities: ['warning'],
    name: 'Network boot without a boot file',
    meaning:
      'A machine wants to boot over the network. It gets an address, but no server tells it which file to load. Its firmware then reports something like “no boot filename received” and tries the next boot device.',
    advice:
      'Set boot server and boot file for its architecture (option 93), in next-server and filename or in options 66 and 67. Or start the proxyDHCP service that should have answered.',
    reference: 'RFC 2132 §9.5, RFC 4578 §2.1',
    related: ['pxe-server-silent', 'boot-arch-mismatch', 'tftp-error'],
    explains: ['tftp-error'],
  },
  {
    id: 'pxe-server-silent',
    withLease: true,
    severities: ['error'],
    name: 'Boot server silent on port 4011',
    meaning:
      'The offer said “PXEClient”, so the firmware asks the boot server on UDP port 4011 for its file. Nobody answers there. The machine has its lease and does not boot.',
    advice:
      'If the DHCP server itself names boot server and file, do not send option 60 back. If a boot service should answer, start it and open UDP 4011. When both run on one Windows server, WDS must not listen on port 67.',
    reference: 'PXE specification 2.1 §2.2, RFC 4578',
    related: ['pxe-no-boot-file', 'tftp-error'],
  },
  {
    id: 'boot-file-mismatch',
    withLease: true,
    severities: ['warning'],
    name: 'Another boot file is asked for',
    meaning:
      'The client asks the TFTP server for a file whose name is almost the one that it was told. Octets are added at the end, the name is cut, or case and slashes differ. The server does not find such a file.',
    advice:
      'Add a zero octet after the name if the firmware needs one, or remove it. Use forward slashes and the exact case, and shorten long paths.',
    reference: 'RFC 2131 §2, RFC 2132 §9.5, RFC 1350 §5',
    related: ['tftp-error', 'pxe-no-boot-file', 'boot-arch-mismatch'],
    explains: ['tftp-error'],
  },
  {
    id: 'boot-arch-mismatch',
    withLease: true,
    fields: ['dhcp.option.93', 'dhcp.option.67', 'dhcp.file'],
    severities: ['warning'],
    name: 'Boot file for another architecture',
    meaning:
      'The firmware states its architecture (option 93), and the file that it is given is for another one. BIOS cannot start a program for UEFI, UEFI cannot start pxelinux.0, and 32 bit cannot start 64 bit.',
    advice:
      'Choose the file by option 93: 0 is BIOS, 6 UEFI on 32-bit x86, 7 and 9 UEFI on x64, 11 UEFI on ARM64. Classes or matching rules in the server do that.',
    reference: 'RFC 4578 §2.1, RFC 5970 §3.3',
    related: ['pxe-no-boot-file', 'boot-file-mismatch', 'tftp-error'],
  },
  {
    id: 'tftp-error',
    withLease: true,
    fields: ['tftp'],
    severities: ['error'],
    name: 'TFTP fails',
    meaning:
      'The boot server refuses the file that the client asks for, or does not answer at all. A wrong path, missing permissions or a blocked port 69 are the usual reasons. Boot loaders also look for some files in vain on purpose, which is not counted.',
    advice:
      'Try it yourself: `curl -o /dev/null tftp://SERVER/FILE`. Look at the server’s root folder and its log. A firewall has to let the whole transfer through, since the server answers from a new port.',
    reference: 'RFC 1350 §4, §5',
    related: ['boot-file-mismatch', 'pxe-no-boot-file', 'boot-arch-mismatch'],
  },
  {
    id: 'bootp-unanswered',
    severities: ['warning', 'info'],
    name: 'BOOTP unanswered',
    meaning:
      'A device asks by BOOTP, the forerunner of DHCP, and nobody answers. Its request has no message type, and many servers of today ignore such requests. Old printers, controllers and boot firmware still send them.',
    advice:
      'Reserve an address for its MAC address, and allow BOOTP: `allow bootp` and a host entry in ISC dhcpd, the BOOTP hook in Kea, `bootp-dynamic` in dnsmasq.',
    reference: 'RFC 951 §7, RFC 1534 §2',
    related: ['reply-without-options', 'rarp-unanswered', 'no-offer'],
  },
  {
    id: 'rarp-unanswered',
    severities: ['warning', 'info'],
    name: 'RARP unanswered',
    meaning:
      'A device asks for its address by RARP, which is older than BOOTP and not routed. No RARP server answers on this link. Virtual machines that move also send RARP frames, only to teach switches, and expect no answer.',
    advice:
      'Set the device to DHCP or to a fixed address. A RARP server is needed only for hardware that knows nothing else.',
    reference: 'RFC 903',
    related: ['bootp-unanswered', 'no-dhcp'],
  },
]);
