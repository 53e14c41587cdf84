import { family } from './kind';

export const SECURITY = family('security', [
  {
    id: 'multiple-servers',
    fields: ['dhcp.option.54'],
    severities: ['warning'],
    name: 'Several servers answer',
    meaning:
      'Two servers answer one client, and they agree on subnet, router and DNS. Failover pairs and split scopes look like this. Two servers that do not know of each other may give one address twice.',
    advice:
      'If both are yours, make sure that they share their leases (failover, high availability) or have separate pools. Enter your servers in the setting for authorised servers, so that any other stands out.',
    reference: 'RFC 2131 §3.1',
    related: ['rogue-server', 'wrong-server-acked', 'duplicate-address', 'server-identity-clash'],
  },
  {
    id: 'rogue-server',
    fields: ['dhcp.option.54'],
    severities: ['error', 'info'],
    name: 'Rogue DHCP server',
    meaning:
      'A server answers that should not: it contradicts another in subnet, router or DNS, or it is not among the authorised ones. Clients that believe it lose their connection, or send their traffic through a stranger. Usually it is a home router that was plugged in by one of its LAN ports.',
    advice:
      'Find the port by the server’s MAC address in the switch’s address table, and shut it. Then switch on DHCP snooping with only the real servers’ ports trusted. Clients keep the wrong lease until it ends, so release and renew it on them.',
    reference: 'RFC 2131 §7, RFC 7610',
    related: ['multiple-servers', 'conflicting-subnets', 'server-identity-clash', 'server-outside-subnet'],
    explains: [
      'nak',
      'router-outside-subnet',
      'conflicting-subnets',
      'multiple-servers',
      'wrong-server-acked',
      'unusable-router',
      'router-silent',
      'server-outside-subnet',
    ],
  },
  {
    id: 'server-identity-clash',
    fields: ['dhcp.option.54'],
    severities: ['error', 'info'],
    name: 'One server identifier, two machines',
    meaning:
      'Two link-layer addresses answer as the same server, or another machine speaks by ARP or ICMP as the server’s address. Either two machines have one IP address, or somebody poses as the server. Renewals then reach the wrong machine, which does not answer or refuses them. A cluster that moves its address between machines also looks like this, once at each move.',
    advice:
      'Ask by ARP who has the server’s address (`arping -D`), and look up both MAC addresses in the switch’s table. Give the second machine another address, or shut its port.',
    reference: 'RFC 2131 §7, RFC 5227 §2.4',
    related: ['rogue-server', 'duplicate-address', 'multiple-servers'],
    explains: ['duplicate-address', 'nak', 'port-unreachable', 'host-unreachable', 'renewal-unanswered'],
  },
  {
    id: 'starvation',
    fields: ['dhcp.chaddr'],
    severities: ['error'],
    name: 'Starvation attack',
    meaning:
      'Somebody invents many hardware addresses and asks for a lease with each, to empty the pool. Real clients then get no address, and a rogue server can step in. Many clients that start at once, as in the morning, are not an attack: they finish their exchanges.',
    advice:
      'Find the port of the link-layer source, and shut it. Port security that allows a few MAC addresses per port prevents it. So does DHCP snooping with rate limits and with the check of chaddr against the frame’s source.',
    reference: 'RFC 2131 §7',
    related: ['message-flood', 'chaddr-mismatch', 'address-churn', 'rogue-server', 'v6-starvation'],
    explains: ['no-offer', 'chaddr-mismatch', 'offer-not-taken', 'message-flood'],
  },
  {
    id: 'message-flood',
    fields: ['dhcp.option.53'],
    severities: ['warning'],
    name: 'Flood of messages',
    meaning:
      'One client sends a hundred messages or more within ten seconds, or a server sends it as many replies that it did not ask for. The RFC asks clients to wait 4 seconds, then 8, then 16. A program in a loop, a network loop or an attack can be the cause.',
    advice:
      'See whether the transaction ids differ: the same one over and over points to a loop in the network, new ones to the client. Limit the rate of DHCP on access ports.',
    reference: 'RFC 2131 §4.1',
    related: ['starvation', 'lease-loop', 'relay-loop'],
  },
  {
    id: 'address-churn',
    fields: ['dhcp.yiaddr'],
    severities: ['warning'],
    name: 'Ever new hardware addresses',
    meaning:
      'Hardware addresses made up by software come one after another, and each takes a lease of its own. Name, vendor and parameter list say that it is one device, or one kind of device. Phones do so for privacy, and farms of virtual machines because of the way they are cloned. One hardware address that takes many leases, each under another client identifier, eats the pool in the same way.',
    advice:
      'Shorten the lease time on this network, so that addresses come back soon. Set the devices to one fixed random address for this network, or give virtual machines fixed MAC addresses.',
    reference: 'RFC 7844',
    related: ['starvation', 'duplicate-client-id', 'lease-loop'],
  },
  {
    id: 'chaddr-mismatch',
    fields: ['dhcp.chaddr'],
    severities: ['warning'],
    name: 'Sender is not chaddr',
    meaning:
      'The hardware address in the message differs from the source address of its frame. Repeaters, some Wi-Fi bridges and virtual switches cause this. A forged RELEASE or DECLINE, which takes away somebody else’s lease, looks the same.',
    advice:
      'Find out whether the frame’s source is a bridge that you know. If not, DHCP snooping can verify the address (`ip dhcp snooping verify mac-address` on Cisco switches) and drop such messages.',
    reference: 'RFC 2131 §2, §7',
    related: ['starvation', 'reply-mismatch', 'address-churn'],
  },
  {
    id: 'option82-from-client',
    fields: ['dhcp.option.82'],
    severities: ['warning', 'info'],
    name: 'Option 82 before any relay',
    meaning:
      'A message that no relay has handled already carries option 82. A snooping switch on the way puts it in, or a client forges it. The next relay must drop such a message unless it was told to trust the port.',
    advice:
      'If the switch is yours, tell the relay to trust it (`ip dhcp relay information trusted` on Cisco). Or switch the insertion off at the access switch: `no ip dhcp snooping information option`.',
    reference: 'RFC 3046 §2.1, §5',
    related: ['relay-unanswered', 'option82-not-echoed', 'option82-to-client'],
  },
  {
    id: 'forcerenew-unauthenticated',
    fields: ['dhcp.option.53'],
    severities: ['warning'],
    name: 'FORCERENEW without authentication',
    meaning:
      'A FORCERENEW makes a client renew at once. Without option 90 nobody can tell whether the server sent it, so clients have to ignore it. Somebody who sends one may be trying to push clients to a server of their own.',
    advice:
      'Let server and clients authenticate it, most simply by the nonce of RFC 6704. If you do not use FORCERENEW at all, find its sender by the MAC address.',
    reference: 'RFC 3203 §6, RFC 6704',
    related: ['rogue-server', 'unsolicited-reply'],
  },
  {
    id: 'route-hijack',
    fields: ['dhcp.option.121', 'dhcp.option.249'],
    severities: ['error'],
    name: 'Routes that take over all traffic',
    meaning:
      'The server gives routes that together cover every address and are more specific than a default route. Traffic of a VPN then leaves the tunnel and goes in the clear to the router that the server names. This is the TunnelVision attack (CVE-2024-3661).',
    advice:
      'If the server is not yours, treat it as a rogue server. If it is, use one default route instead. On clients, let the VPN run in a network namespace of its own, or ignore option 121.',
    reference: 'RFC 3442, CVE-2024-3661',
    related: ['rogue-server', 'wpad-offered'],
  },
  {
    id: 'wpad-offered',
    fields: ['dhcp.option.252'],
    severities: ['info'],
    name: 'Proxy script offered',
    meaning:
      'The server gives the address of a script that tells browsers which proxy to use (option 252, WPAD). Whoever controls that script can read and change much of the traffic. Many networks use it on purpose.',
    advice: 'Check that the address is yours and uses HTTPS. If you have no proxy, remove the option.',
    reference: 'draft-ietf-wrec-wpad-01 §4.4.1',
    related: ['route-hijack', 'rogue-server', 'inform-unanswered'],
  },
]);
