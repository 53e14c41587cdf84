import { ipv4ToText } from '../../codec/bytes';
import { addressesInText } from '../../codec/dhcpv4/values/text-rule';
import { readsAsText } from '../../codec/values/text-or-octets';
import { OPTION, isProxy, type Exchange } from '../conversations/model';
import type { TftpPacket } from '../conversations/packet';
import type { IcmpError } from './neighbours';
import { refusalKind } from './silence/refusals';
import type { World } from './world';

/** What clients load by TFTP, and what DHCP told them to load. */

/** One file that a client requests from a server, however often. */
export interface Transfer {
  readonly client: string;
  readonly server: string;
  /** As the client wrote it: not `printable`. */
  readonly file: string;
  readonly requests: { readonly frame: number; readonly time: number; readonly timed: boolean }[];
  /** How often it was requested; copies of one request count once. */
  times: number;
  /** The server's last message, if it is an ERROR; and each different ERROR since it last served the file, the last one last. */
  readonly error: TftpRefusal | undefined;
  readonly errors: TftpRefusal[];
  /** The last ICMP error about a request, or about what is sent after it; and each different one, the last one last. */
  readonly refused: IcmpError | undefined;
  readonly refusals: IcmpError[];
  /** The client began again after an ICMP error about the data, and is stopped by another. */
  stopped: boolean;
  answered: boolean;
  /**
   * Whether the client is waiting for the beginning of the file. An ERROR at any other time is not a refusal: the server gives up on a
   * client that only wanted to know the size, or on one that is gone.
   */
  waits: boolean;
}

export interface TftpRefusal {
  /** The last frame that has it, and all of them. */
  readonly frame: number;
  readonly frames: number[];
  readonly code: number;
  readonly message: string;
}

/** How many different refusals of one file are kept. */
const MOST_REFUSALS = 4;

/** Keeps each different refusal once, the last one last. */
function keep<T>(all: T[], one: T, keyOf: (one: T) => string): void {
  const known = all.findIndex((other) => keyOf(other) === keyOf(one));
  if (known >= 0) all.splice(known, 1);
  else if (all.length === MOST_REFUSALS) all.shift();
  all.push(one);
}

export const errorKey = ({ code, message }: TftpRefusal): string => `${code} ${message}`;
export const icmpKey = ({ type, code, source }: IcmpError): string => `${type} ${code} ${source}`;

/** Whether the client got the file, as far as the capture shows it. */
export const served = ({ answered, error, stopped }: Transfer): boolean => answered && !error && !stopped;

/**
 * Whether nobody answers a request. If it was sent once and the capture shows no datagram from a server's own port at all, the answer may
 * have gone unseen.
 */
export function unanswered({ error, answered, times, requests }: Transfer, world: World): boolean {
  if (error || answered) return false;
  const last = requests[requests.length - 1]!;
  if (times === 1 && !world.once(showsReplies)) return false;
  return world.observed.silenceProves(times, last.time, last.timed, requests[0]!.time);
}

const showsReplies = (world: World): boolean =>
  world.observed.tftp.some((index) => world.packets.get(index).destinationPort !== TFTP_PORT);
export const TFTP_PORT = 69;

// TFTP messages (RFC 1350 §5, RFC 2347).
const READ_REQUEST = 1;
const DATA = 3;
const ACKNOWLEDGMENT = 4;
const ERROR = 5;
const OPTION_ACKNOWLEDGMENT = 6;

/** By client address: the files it requests by TFTP, in the order of their first request. */
export const transfersOf = (world: World): ReadonlyMap<string, readonly Transfer[]> => world.once(readTransfers);
const readTransfers = (world: World): ReadonlyMap<string, readonly Transfer[]> => new Reader(world).read();

/** Reads the TFTP messages of a capture in time order. */
class Reader {
  private readonly byClient = new Map<string, Transfer[]>();
  private readonly byName = new Map<string, Transfer>();
  /** The read request in progress, by client, client port and server. */
  private readonly open = new Map<string, Transfer>();

  constructor(private readonly world: World) {}

  read(): ReadonlyMap<string, readonly Transfer[]> {
    const errors = this.world.neighbours.otherErrors;
    let next = 0;
    for (const index of this.world.observed.tftp) {
      const { tftp, source, destination, sourcePort, destinationPort, frame, time, timed } =
        this.world.packets.get(index);
      while (next < errors.length && errors[next]!.time < time) this.refuse(errors[next++]!);
      if (!tftp || source === undefined || destination === undefined) continue;
      const own = `${source} ${sourcePort ?? ''} ${destination}`;
      if (tftp.operation === READ_REQUEST && tftp.file !== undefined) {
        const transfer = this.transfer(source, destination, tftp.file);
        const before = transfer.requests.at(-1);
        if (!before || !timed || time - before.time > this.world.limits.copyWindow) transfer.times++;
        transfer.requests.push({ frame, time, timed });
        transfer.waits = true;
        transfer.stopped = false;
        this.open.set(own, transfer);
        continue;
      }
      const asked = this.open.get(own);
      if (asked) hearClient(asked, tftp);
      const answered = this.open.get(`${destination} ${destinationPort ?? ''} ${source}`);
      if (answered) hearServer(answered, tftp, frame);
    }
    while (next < errors.length) this.refuse(errors[next++]!);
    return this.byClient;
  }

  /** Notes an ICMP error about a request, or about the data of the transfer that it asks for, in either direction. */
  private refuse(error: IcmpError): void {
    const { quotedSource: from, quotedFromPort = '', quotedDestination: to, quotedPort, source, time } = error;
    const transfer = this.open.get(`${from} ${quotedFromPort} ${to}`) ?? this.open.get(`${to} ${quotedPort} ${from}`);
    if (!transfer || !refusalKind(error)) return;
    if (quotedPort !== TFTP_PORT) {
      // A program that has ended, at the end of a transfer, is no fault: its host says so itself.
      if (source === to) return;
      // One error may be about one block. Blocks are seldom in the capture, but who begins anew has failed.
      const { refused, requests } = transfer;
      transfer.stopped = refused !== undefined && refused.time < requests.at(-1)!.time && requests.at(-1)!.time <= time;
    }
    keep(transfer.refusals, error, icmpKey);
  }

  private transfer(client: string, server: string, file: string): Transfer {
    const key = `${client} ${server} ${file}`;
    let transfer = this.byName.get(key);
    if (transfer) return transfer;
    transfer = {
      ...{ client, server, file, requests: [], times: 0 },
      ...{ errors: [], refusals: [], stopped: false, answered: false, waits: true },
      get error() {
        return this.errors.at(-1);
      },
      get refused() {
        return this.refusals.at(-1);
      },
    };
    this.byName.set(key, transfer);
    const all = this.byClient.get(client);
    if (all) all.push(transfer);
    else this.byClient.set(client, [transfer]);
    return transfer;
  }
}

/**
 * A client that continues has got its answer, even if the answer was not seen. An ERROR, or the client giving up, does not count as one.
 */
function hearClient(transfer: Transfer, { operation, block }: TftpPacket): void {
  if (!transfer.error && operation === ACKNOWLEDGMENT) {
    transfer.answered = true;
    transfer.waits = (block ?? 0) === 0;
  } else if (operation === ERROR) transfer.waits = false;
}

function hearServer(transfer: Transfer, { operation, errorCode, errorMessage }: TftpPacket, frame: number): void {
  if (operation === DATA || operation === OPTION_ACKNOWLEDGMENT) {
    transfer.answered = true;
    transfer.errors.length = 0;
    transfer.waits = false;
  } else if (operation === ERROR && transfer.waits) {
    const one: TftpRefusal = { frame, frames: [], code: errorCode ?? 0, message: errorMessage ?? '' };
    const { frames } = transfer.errors.find((other) => errorKey(other) === errorKey(one)) ?? one;
    frames.push(frame);
    keep(transfer.errors, { ...one, frames }, errorKey);
  }
}

/** What DHCP told one client to load. */
export interface BootInstruction {
  /** Boot servers that it names, in siaddr, sname, option 66 or 150: addresses or host names. */
  readonly named: Set<string>;
  /** These, and the server that a client takes where none is named. */
  readonly servers: Set<string>;
  /** As the server wrote them: not `printable`. */
  readonly files: Set<string>;
  /** The same names as TFTP servers take them (`bareName`). */
  readonly names: Set<string>;
  /** A frame that says so. */
  readonly frame: number;
}

/** By client address: what DHCP named as boot servers and files. */
export const bootInstructions = (world: World): ReadonlyMap<string, BootInstruction> => world.once(readInstructions);
function readInstructions({ exchanges }: World): ReadonlyMap<string, BootInstruction> {
  const all = new Map<string, BootInstruction>();
  for (const exchange of exchanges) if (exchange.replies > 0) noteInstruction(exchange, all);
  return all;
}

function noteInstruction(exchange: Exchange, all: Map<string, BootInstruction>): void {
  for (const message of exchange.messages) {
    if (message.fromClient) continue;
    const { dhcp } = message;
    const address = dhcp.yiaddr || dhcp.ciaddr || exchange.address;
    const files = filesOf(message);
    if (!address || files.length === 0) continue;
    const key = ipv4ToText(address);
    let known = all.get(key);
    if (!known)
      all.set(
        key,
        (known = { named: new Set(), servers: new Set(), files: new Set(), names: new Set(), frame: message.frame }),
      );
    for (const file of files) {
      known.files.add(file);
      known.names.add(bareName(file));
    }
    for (const one of bootServersOf(message)) {
      known.named.add(one);
      known.servers.add(one);
    }
    const server = dhcp.ip(OPTION.server);
    if (dhcp.siaddr === 0 && server !== undefined) known.servers.add(ipv4ToText(server));
    // A proxyDHCP service serves the files itself if it names no other host.
    if (isProxy(message) && message.packet.source !== undefined && dhcp.siaddr === 0)
      known.servers.add(message.packet.source);
  }
}

/** How many addresses of option 150 are looked at. */
const MOST_SERVERS = 8;

/** The boot servers that a reply names, in siaddr, options 66 and 150, and sname. */
export function bootServersOf({ dhcp }: Exchange['messages'][number]): string[] {
  const names = [dhcp.text(OPTION.tftpServer) ?? '', dhcp.sname].map((name) => name.trim());
  return [dhcp.siaddr === 0 ? '' : ipv4ToText(dhcp.siaddr), ...names, ...tftpServersOf(dhcp)].filter(
    (one) => one !== '',
  );
}

/** The addresses in option 150; some boot programs use it for a text, which may be an address as well. */
function tftpServersOf(dhcp: Exchange['messages'][number]['dhcp']): readonly string[] {
  const view = dhcp.option(OPTION.tftpServers);
  if (!view || readsAsText(view)) return view ? addressesInText(view) : [];
  return view.length % 4 === 0 ? dhcp.ips(OPTION.tftpServers).slice(0, MOST_SERVERS).map(ipv4ToText) : [];
}

/** The boot files that a reply names, in field file and option 67, each once. */
export function filesOf({ dhcp }: Exchange['messages'][number]): string[] {
  return [...new Set([dhcp.file, dhcp.text(OPTION.bootFile) ?? ''])].filter((file) => file !== '');
}

/** A file's name as TFTP servers take it: without slashes in front, and up to the first zero octet. */
export const bareName = (file: string): string => file.replace(/^[\\/]+/, '').replace(/\0.*$/s, '');
