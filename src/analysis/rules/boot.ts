import { RARP_REQUEST, rarpHost } from '../evidence/rarp';
import { ipv4ToText } from '../../codec/bytes';
import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import { OFFER, OPTION, isProxy, isPxe, type Exchange, type Message } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import type { WorldRule } from './rule';
import type { World } from '../evidence/world';
import { count, frames, ip, quote } from '../words/words';

/* Boot and other protocols beside port 67. */

/** Tags of option 43 that lead a PXE client to a boot server or menu (PXE 2.1 §2.2.3: discovery control, boot servers, menu). */
const MENU_TAGS: ReadonlySet<number> = new Set([6, 8, 9]);

/** Whether a reply names a boot file or a boot menu. siaddr alone does not count: dnsmasq always fills it. */
function namesBootFile(message: Message): boolean {
  const { dhcp } = message;
  if (dhcp.file !== '' || (dhcp.option(OPTION.bootFile)?.length ?? 0) > 0) return true;
  const vendor = dhcp.option(OPTION.vendor);
  if (!vendor) return false;
  for (let at = 0; at + 2 <= vendor.length; at += 2 + vendor.u8(at + 1)) {
    if (MENU_TAGS.has(vendor.u8(at))) return true;
    if (vendor.u8(at) === 255) break;
  }
  return false;
}

const asksForPxe = (exchange: Exchange): boolean =>
  exchange.messages.some((message) => message.fromClient && isPxe(message.dhcp));

/** A PXE client gets its lease, and nobody tells it what to boot. */
export const pxeNoBootFile: WorldRule = function* (world) {
  for (const client of world.clients) {
    if (client.answers === 0 || !client.pxe) continue;
    let leased: Message | undefined;
    let named = false;
    let proxy = false;
    let last: Exchange | undefined;
    for (const exchange of client.exchanges) {
      if (exchange.replies === 0 || !asksForPxe(exchange)) continue;
      for (const message of exchange.messages) {
        if (message.fromClient) continue;
        if (namesBootFile(message)) named = true;
        // Option 60 in a reply sends the client to the boot service on port 4011, of this server or of another.
        if (isProxy(message) || isPxe(message.dhcp)) proxy = true;
      }
      if (exchange.outcome === 'bound') {
        last = exchange;
        leased = exchange.leaseReplies.at(-1);
      }
    }
    // A proxyDHCP that answers may tell the rest on port 4011, by unicast that need not pass here.
    // One that answered the DISCOVER may have done so before the capture began.
    if (!leased || !last?.holds(OFFER) || named || proxy || leased.packet.cut > 0) continue;
    const ack = leased;
    const exchange = last;
    yield {
      id: 'pxe-no-boot-file',
      severity: 'warning',
      subject: client.label,
      frames: [...ack.frames, ...exchange.frames.filter((frame) => frame !== ack.frame)],
      detail: () => ({
        title: `${client.label}: a PXE client gets ${ip(ack.dhcp.yiaddr)}, and no boot file`,
        explanation: `The client says in option 60 that it boots by PXE (${quote(client.vendorClass!)}). It gets its lease in frame ${ack.frame}, but no OFFER, ACK or proxyDHCP reply names a boot file (field file, option 67) or a boot menu (option 43). siaddr is ${ip(ack.dhcp.siaddr)}, which alone says nothing. The firmware gives up (“PXE-E53: No boot filename received”).`,
        causes: ranked(
          cause(
            'likely',
            'No boot file is configured for this client’s architecture or class',
            ack.dhcp.siaddr !== 0 && `siaddr ${ip(ack.dhcp.siaddr)} is filled in, the file is not`,
          ),
          cause(
            'possible',
            'A proxyDHCP service should answer beside the DHCP server, and does not: it is down, or the broadcasts do not reach it',
            'no reply with option 60 “PXEClient” and without address is in this capture',
          ),
          cause('possible', 'The client is not meant to boot from the network: its boot order is wrong'),
        ),
        steps: [...advice.bootSetting(), advice.otherNetwork()],
        reference: 'PXE 2.1 §2.2; RFC 2131 §2; RFC 2132 §9.4, §9.5',
      }),
    };
  }
};

interface Transfer {
  readonly client: string;
  readonly server: string;
  readonly file: string;
  readonly requests: { readonly frame: number; readonly time: number; readonly timed: boolean }[];
  /** How often it was sent: copies of one request are one. */
  times: number;
  /** The server's last word, where that is an ERROR. */
  error: { readonly frame: number; readonly code: number; readonly message: string } | undefined;
  answered: boolean;
  /**
   * Whether the client waits for the beginning of the file. An ERROR at any other time does not refuse it: the server gives up on a
   * client that wanted to know the size only, or on one that is gone.
   */
  waits: boolean;
}

// TFTP messages (RFC 1350 §5, RFC 2347).
const READ_REQUEST = 1;
const DATA = 3;
const ACKNOWLEDGMENT = 4;
const ERROR = 5;
const OPTION_ACKNOWLEDGMENT = 6;

// Error codes (RFC 1350 appendix, RFC 2347).
const FILE_NOT_FOUND = 1;
const ACCESS_VIOLATION = 2;
const OPTIONS_REFUSED = 8;

/** The boot server that DHCP named answers the read request for the boot file with ERROR, or not at all. */
export const tftpError: WorldRule = function* (world) {
  if (world.tftp.length === 0) return;
  const named = bootFiles(world.exchanges);
  const transfers = new Map<string, Transfer>();
  /** By client, its port and server: the read request that is going on. */
  const open = new Map<string, Transfer>();
  for (const seen of world.tftp) {
    const packet: Packet = world.packets.get(seen.index);
    const { tftp, source, destination, sourcePort, destinationPort } = packet;
    if (!tftp || source === undefined || destination === undefined) continue;
    if (tftp.operation === READ_REQUEST && tftp.file !== undefined) {
      const key = `${source} ${destination} ${tftp.file}`;
      let transfer = transfers.get(key);
      if (!transfer) {
        transfer = {
          client: source,
          server: destination,
          file: tftp.file,
          requests: [],
          times: 0,
          error: undefined,
          answered: false,
          waits: true,
        };
        transfers.set(key, transfer);
      }
      const before = transfer.requests.at(-1);
      if (!before || !packet.timed || packet.time - before.time > world.limits.copyWindow) transfer.times++;
      transfer.requests.push({ frame: packet.frame, time: packet.time, timed: packet.timed });
      transfer.waits = true;
      open.set(`${source} ${sourcePort ?? ''} ${destination}`, transfer);
      continue;
    }
    // A client that goes on has had its answer, though it may have gone by elsewhere. That it has had an ERROR, or gives up, is none.
    const own = open.get(`${source} ${sourcePort ?? ''} ${destination}`);
    if (own && !own.error && tftp.operation === ACKNOWLEDGMENT) {
      own.answered = true;
      own.waits = (tftp.block ?? 0) === 0;
    } else if (own && tftp.operation === ERROR) own.waits = false;
    const transfer = open.get(`${destination} ${destinationPort ?? ''} ${source}`);
    if (!transfer) continue;
    if (tftp.operation === DATA || tftp.operation === OPTION_ACKNOWLEDGMENT) {
      transfer.answered = true;
      transfer.error = undefined;
      transfer.waits = false;
    } else if (tftp.operation === ERROR && transfer.waits) {
      transfer.error = { frame: packet.frame, code: tftp.errorCode ?? 0, message: tftp.errorMessage ?? '' };
    }
  }
  for (const transfer of transfers.values()) {
    const boot = named.get(transfer.client);
    if (!boot || (transfer.answered && !transfer.error)) continue;
    // A loader looks for its configuration under many names and expects most of them to be missing: only the file that DHCP
    // named must be there.
    if (!boot.servers.has(transfer.server) || !boot.files.has(bare(transfer.file))) continue;
    const { error, requests } = transfer;
    const last = requests[requests.length - 1]!;
    if (!error && !world.silenceProves(transfer.times, last.time, last.timed)) continue;
    yield {
      id: 'tftp-error',
      severity: 'error',
      subject: transfer.server,
      frames: [...(error ? [error.frame] : []), ...requests.map((one) => one.frame)],
      detail: () => ({
        title: `Boot server ${transfer.server} ${error ? 'refuses' : 'does not answer the request for'} ${quote(transfer.file)}`,
        explanation: `DHCP named ${transfer.server} as boot server and ${quote(transfer.file)} as boot file (frame ${boot.frame}). The client at ${transfer.client} asked for it by TFTP ${count(requests.length, 'time')} (${frames(requests.map((one) => one.frame))}); ${error ? `the server answered ERROR ${error.code}${error.message === '' ? '' : `, ${quote(error.message)}`} (frame ${error.frame})` : 'no answer is in this capture'}.`,
        causes: error
          ? ranked(
              cause(
                error.code === FILE_NOT_FOUND ? 'likely' : 'possible',
                'The file is not in the TFTP server’s directory under this name',
                `ERROR ${error.code}`,
              ),
              cause(
                error.code === ACCESS_VIOLATION ? 'likely' : 'possible',
                'The TFTP server may not read the file (permissions, SELinux)',
              ),
              error.code === OPTIONS_REFUSED &&
                cause(
                  'likely',
                  'The server does not accept the options of the request (block size, window size …)',
                  'ERROR 8',
                ),
            )
          : ranked(
              cause('likely', 'No TFTP server runs there'),
              cause('likely', 'A firewall blocks UDP port 69, or the server’s replies, which come from another port'),
              cause('possible', 'The server has no route back to the client'),
            ),
        steps: [
          `Try it by hand: \`tftp ${transfer.server} -c get ${JSON.stringify(transfer.file)
            .slice(1, -1)
            .replace(/[^\w./-]/g, '?')}\` (Linux), \`tftp -i ${transfer.server} GET FILE\` (Windows).`,
          'tftpd-hpa: `systemctl status tftpd-hpa`, directory in /etc/default/tftpd-hpa. dnsmasq: `enable-tftp`, `tftp-root=/srv/tftp`. Windows: the WDS service.',
          'Firewall: UDP 69 in, and the connection helper for TFTP: `nft add ct helper …`, `iptables -t raw -A PREROUTING -p udp --dport 69 -j CT --helper tftp`, `firewall-cmd --add-service=tftp`, `ufw allow 69/udp`.',
        ],
        reference: 'RFC 1350 §4, §5',
      }),
    };
  }
};

const bare = (file: string): string => file.replace(/^[\\/]+/, '').replace(/\0.*$/, '');

/** By client address: what DHCP named as boot servers and files. */
function bootFiles(
  exchanges: readonly Exchange[],
): Map<string, { servers: Set<string>; files: Set<string>; frame: number }> {
  const out = new Map<string, { servers: Set<string>; files: Set<string>; frame: number }>();
  for (const exchange of exchanges) {
    if (exchange.replies === 0) continue;
    for (const message of exchange.messages) {
      if (message.fromClient) continue;
      const { dhcp } = message;
      const address = dhcp.yiaddr || dhcp.ciaddr || exchange.address;
      const files = [dhcp.file, dhcp.text(OPTION.bootFile) ?? ''].filter((file) => file !== '').map(bare);
      if (!address || files.length === 0) continue;
      const key = ipv4ToText(address);
      let known = out.get(key);
      if (!known) out.set(key, (known = { servers: new Set(), files: new Set(), frame: message.frame }));
      for (const file of files) known.files.add(file);
      if (dhcp.siaddr !== 0) known.servers.add(ipv4ToText(dhcp.siaddr));
      const name = dhcp.text(OPTION.tftpServer);
      if (name !== undefined) known.servers.add(name.trim());
      if (dhcp.sname !== '') known.servers.add(dhcp.sname.trim());
      const server = dhcp.ip(OPTION.server);
      if (dhcp.siaddr === 0 && server !== undefined) known.servers.add(ipv4ToText(server));
    }
  }
  return out;
}

/**
 * Since when a hardware address is known to have an IP address: it was leased one, or speaks ARP with one. Such a host does not ask
 * by RARP who it is: the hypervisor of a virtual machine that moved tells the switches so (QEMU’s and VMware’s announcement).
 */
function addressedSince(world: World): Map<string, number> {
  const since = new Map<string, number>();
  const leased = new Set<string>();
  const note = (mac: string, time: number): void => void since.set(mac, Math.min(time, since.get(mac) ?? Infinity));
  for (const lease of world.leases) {
    leased.add(lease.mac);
    note(lease.mac, lease.time);
  }
  // Who speaks ARP and was not leased its address has it by hand, or from before: it had it all the time.
  for (const seen of world.arpSeen.values())
    for (const arp of seen) if (arp.senderIp !== 0) note(arp.senderMac, leased.has(arp.senderMac) ? arp.time : 0);
  return since;
}

/** A RARP request is unanswered. */
export const rarpUnanswered: WorldRule = function* (world) {
  const asked = new Map<string, { frames: number[]; time: number; timed: boolean }>();
  for (const seen of world.rarp) {
    const packet = world.packets.get(seen.index);
    const arp = packet.arp;
    const host = arp && rarpHost(arp);
    if (host === undefined) continue;
    const key = `${packet.link} ${host}`;
    if (arp!.operation !== RARP_REQUEST) asked.delete(key);
    else {
      const entry = asked.get(key);
      if (!entry) asked.set(key, { frames: [packet.frame], time: packet.time, timed: packet.timed });
      else {
        entry.frames.push(packet.frame);
        entry.time = packet.time;
      }
    }
  }
  const since = asked.size > 0 ? addressedSince(world) : new Map<string, number>();
  for (const [key, { frames: sent, time, timed }] of asked) {
    if (!world.silenceProves(sent.length, time, timed)) continue;
    const client = key.slice(key.indexOf(' ') + 1);
    const moved = (since.get(client) ?? Infinity) <= time;
    yield {
      id: 'rarp-unanswered',
      severity: moved ? 'info' : 'warning',
      subject: client,
      frames: sent,
      detail: () => ({
        title: `${client}: RARP request unanswered`,
        explanation: `The host asks by RARP for its own IP address ${count(sent.length, 'time')} (${frames(sent)}), and no RARP reply is in this capture. RARP is an Ethernet protocol of its own (EtherType 0x8035) and has no port; BOOTP and DHCP replaced it long ago.`,
        causes: ranked(
          cause(
            moved ? 'unlikely' : 'likely',
            'No RARP server runs on this link (hardly any network has one)',
            moved && 'this capture shows that the host has an IP address',
          ),
          cause(
            moved ? 'likely' : 'possible',
            'A virtual machine host announces a moved machine by RARP, and expects no answer',
            sent.length > 1 && `${sent.length} requests`,
          ),
        ),
        steps: [
          'Set the device to BOOTP or DHCP. Where it knows RARP only: `rarpd` with /etc/ethers on a Linux host of the same link.',
        ],
        reference: 'RFC 903; RFC 1542',
      }),
    };
  }
};
