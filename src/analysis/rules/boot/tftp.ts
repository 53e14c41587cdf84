import { push } from '../../../codec/append';
import { parseIpv4 } from '../../../codec/bytes';
import { cause, ranked, type Detail } from '../../collector';
import { OPTION, type Exchange } from '../../conversations/model';
import {
  TFTP_PORT,
  bareName,
  served,
  bootInstructions,
  errorKey,
  icmpKey,
  transfersOf,
  type BootInstruction,
  type Transfer,
} from '../../evidence/transfers';
import type { IcmpError } from '../../evidence/neighbours';
import { hostBy } from '../../evidence/silence/scene';
import { icmpText, refusalKind, refusedAt } from '../../evidence/silence/refusals';
import { nearest } from './files';
import type { World } from '../../evidence/world';
import { count, frames, list, quote, times } from '../../words/words';
import * as advice from '../../words/advice';
import type { Cause } from '../../finding';
import type { WorldRule } from '../rule';

/** Loading a boot file by TFTP. */

// Error codes (RFC 1350 appendix, RFC 2347).
const FILE_NOT_FOUND = 1;
const ACCESS_VIOLATION = 2;
const OPTIONS_REFUSED = 8;

/** The boot server that DHCP named answers the read request for a required file with ERROR, or not at all. */
export const tftpError: WorldRule = function* (world) {
  if (world.observed.tftp.length === 0) return;
  const told = bootInstructions(world);
  const failed = new Map<string, Failed[]>();
  for (const [client, transfers] of transfersOf(world)) {
    const boot = told.get(client);
    if (!boot) continue;
    const end = endOf(transfers);
    for (const transfer of transfers) {
      if (served(transfer) || !isBootServer(transfer, boot, world)) continue;
      const { error, refused, requests } = transfer;
      const last = requests[requests.length - 1]!;
      if (!error && !refused && !world.observed.silenceProves(transfer.times, last.time, last.timed, requests[0]!.time))
        continue;
      const ends = (world.observed.tail(last.time, last.timed) ?? 0) >= world.limits.answerWithin;
      if (!isNamed(transfer, boot) && !isNeeded(transfer, transfers, boot, ends)) continue;
      // A client that goes on to another file, or starts again as another program, has got its file or does without it.
      if (end.served > last.frame || (!error && end.asked > last.frame)) continue;
      if (!error && beginsAsAnother(client, last.time, world)) continue;
      push(failed, transfer.server, { transfer, boot, loaded: transfers.some(served) });
    }
  }
  for (const [server, all] of failed) {
    yield {
      id: 'tftp-error',
      severity: 'error',
      subject: server,
      frames: all.flatMap(({ transfer: { errors, refusals, requests } }) => [
        ...errors.flatMap((one) => one.frames).reverse(),
        ...requests.map((one) => one.frame),
        ...refusals.map((one) => one.frame),
      ]),
      places: all.map(({ transfer: { error, requests } }) => error?.frame ?? requests[0]!.frame),
      detail: () => detailOf(all, world),
    };
  }
};

/** A request that failed, what its client was told, and whether the client got any file. */
interface Failed {
  readonly transfer: Transfer;
  readonly boot: BootInstruction;
  readonly loaded: boolean;
}

/** The last frame in which a client requests a file, and the last for a file that it gets. */
function endOf(transfers: readonly Transfer[]): { readonly asked: number; readonly served: number } {
  let asked = 0;
  let got = 0;
  for (const transfer of transfers) {
    const { frame } = transfer.requests[transfer.requests.length - 1]!;
    asked = Math.max(asked, frame);
    if (served(transfer)) got = Math.max(got, frame);
  }
  return { asked, served: got };
}

/**
 * Whether the boot depends on the host that is asked. A loader may ask the server that gave the lease, though another one serves the files;
 * and who asks another host for the very file that DHCP named has got a host name, or the wrong address.
 */
const isBootServer = (transfer: Transfer, boot: BootInstruction, { survey }: World): boolean =>
  boot.servers.has(transfer.server) || survey.servers.has(transfer.server) || isNamed(transfer, boot);

const isNamed = ({ file }: Transfer, { names }: BootInstruction): boolean => names.has(bareName(file));

/**
 * Files that loaders try from a list or can do without: configurations of PXELINUX, GRUB and iPXE, GRUB's lists and fonts, shim's
 * revocations, and everything that a Raspberry Pi looks for beside its kernel.
 */
const OPTIONAL =
  /(^|[\\/])(pxelinux\.cfg[\\/]|grub\.cfg|autoexec\.ipxe$|revocations\.efi$|certmule\.efi$|.*\.(lst|pf2|mo|gmo|cfg|conf|txt|sig|dat|dtb|dtbo|elf|bin|png|jpg)$)/i;

/** The last file of such a list: without it, PXELINUX and GRUB have nothing to load. */
const LAST_RESORT = /(^|[\\/])(pxelinux\.cfg[\\/]default|grub\.cfg)$/i;

/**
 * Whether the boot fails at a file that DHCP did not name: the first stage was loaded, or nothing at all, and this is the last file that the
 * client requests.
 * `ends` says that the capture goes on long enough afterwards to show that nothing follows.
 */
function isNeeded(transfer: Transfer, transfers: readonly Transfer[], boot: BootInstruction, ends: boolean): boolean {
  const optional = OPTIONAL.test(transfer.file) && !(ends && transfer.error && LAST_RESORT.test(transfer.file));
  if (optional || transfers[transfers.length - 1] !== transfer) return false;
  // Firmware that loads nothing at all is refused its first file, whatever name it asks by.
  // `boot-file-mismatch` tells of a name that is nearly the one that was told.
  if (transfer.error && boot.names.size > 0 && !transfers.some(served)) return !nearest(transfer.file, boot);
  return transfers.some((one) => one !== transfer && served(one) && isNamed(one, boot));
}

/** How many leases of one address are looked at. */
const MOST_LEASES = 50;

/** Whether the address is later leased to a client with another name: the loaded program runs and asks for itself. */
function beginsAsAnother(client: string, time: number, world: World): boolean {
  const leases = world.survey.leasesOf(parseIpv4(client) ?? 0);
  const [first] = leases;
  if (!first) return false;
  const before = nameOf(first.exchange);
  return leases
    .slice(0, MOST_LEASES)
    .some((lease) => lease.time > time && lease.fresh && nameOf(lease.exchange) !== before);
}

/** What distinguishes one program on a client from another: vendor class and user class. */
function nameOf(exchange: Exchange): string {
  const classes =
    exchange.messages
      .find((message) => message.fromClient)
      ?.dhcp.option(OPTION.userClass)
      ?.hex() ?? '';
  return `${exchange.vendorClass ?? ''} ${classes}`;
}

/** Each file that is refused, or not answered, in one way. */
function alike(failed: readonly Failed[]): Failed[][] {
  const all = new Map<string, Failed[]>();
  for (const one of failed) {
    const { file, errors, refusals, answered, server } = one.transfer;
    const ways = [...errors.map(errorKey), ...refusals.map(icmpKey), answered, one.boot.named.has(server)];
    push(all, `${file}\n${ways.join('\n')}`, one);
  }
  return [...all.values()];
}

/** How many ways in which requests failed are told in the text. */
const MOST_TOLD = 5;

function detailOf(failed: readonly Failed[], world: World): Detail {
  const [{ transfer, boot, loaded }] = failed as readonly [Failed];
  const groups = alike(failed);
  const { server, file, error, refused } = transfer;
  const named = boot.names.has(bareName(file));
  const icmp = error ? undefined : refused;
  const left = groups.slice(MOST_TOLD).flat().length;
  const byKind = new Map<string, Transfer>();
  for (const { transfer: one } of failed) if (!byKind.has(kindOf(one))) byKind.set(kindOf(one), one);
  const kinds = [...byKind.values()].slice(0, MOST_TOLD);
  const files = [...new Set(failed.flatMap(({ transfer: one }) => (kindOf(one) === kindOf(transfer) ? one.file : [])))];
  const codes = new Set(failed.flatMap(({ transfer: { errors } }) => errors.map((one) => one.code)));
  return {
    title: transfer.stopped
      ? `The transfer of ${quote(file)} from boot server ${server} is stopped on the way`
      : `Boot server ${server} ${error ? 'refuses' : 'does not answer the request for'} ${list(files.map(quote), 3)}`,
    explanation:
      `${toldText(boot)} ${named ? '' : loaded ? 'The client loaded that, and it needs another file. ' : 'The client asks for another file, and loads none. '}` +
      `${groups.slice(0, MOST_TOLD).map(askedText).join(' ')}${left > 0 ? ` So it is with ${count(left, 'more request')}.` : ''}`,
    causes: ranked(
      !boot.servers.has(server) && otherServerCause(server, boot, world),
      ...kinds.flatMap((one) =>
        one.error
          ? refusalCauses(codes)
          : one.refused
            ? [refusedAt(one.refused, 'TFTP server')]
            : silenceCauses(one, world),
      ),
    ),
    steps: advice.together(...kinds.map(stepsOf)),
    reference: icmp ? 'RFC 1350 §4, §5; RFC 792' : 'RFC 1350 §4, §5',
  };
}

/** How a request failed: the server refuses it, ICMP says so, or nobody answers. */
const kindOf = ({ error, refused }: Transfer): string => (error ? 'error' : refused ? icmpKey(refused) : '');

function stepsOf(transfer: Transfer): advice.Step[] {
  const { error, refused, server } = transfer;
  if (refused && !error) return refusedSteps(refused, transfer);
  return [
    ...fetchSteps(transfer),
    ...(error ? [] : advice.listens(TFTP_PORT, { server })),
    ...programSteps(),
    ...(error ? [] : [...advice.openPort(TFTP_PORT, { server }), ...advice.tftpThrough()]),
  ];
}

/** What clients asked for in vain, and what they got: all of them the same. */
function askedText(failed: readonly Failed[]): string {
  const all = failed.map(({ transfer }) => transfer);
  const [{ server, file, errors, refusals, answered }] = all as [Transfer];
  const one = all.length === 1;
  const framesOf = (pick: (transfer: Transfer) => number | readonly number[]): string => frames(all.flatMap(pick));
  const answers = errors.map(
    ({ code, message }, i) =>
      `ERROR ${code}${message === '' ? '' : `, ${quote(message)}`} (${framesOf((each) => each.errors[i]!.frames)})`,
  );
  const got =
    answers.length > 0
      ? `the server answered ${answers.join(', then ')}`
      : answered
        ? `${one ? 'it begins' : 'they begin'} anew after an answer, and ${one ? 'is' : 'are'} stopped again`
        : 'no answer is in this capture';
  const icmp = refusals.map(
    (error, i) => `${icmpText(error)}${one ? '' : ` and so on (${framesOf((each) => each.refusals[i]!.frame)})`}`,
  );
  const requests = all.flatMap((each) => each.requests.map(({ frame }) => frame));
  return `The ${one ? 'client' : 'clients'} at ${list(all.map(({ client }) => client))} asked ${failed[0]!.boot.named.has(server) ? '' : `${server} `}for ${quote(file)} by TFTP ${times(requests.length)} (${frames(requests)}); ${got}${icmp.length === 0 ? '' : `: ${list(icmp)}`}.`;
}

/** Fetching the file from another host. */
const fetchSteps = ({ server, file }: Transfer): advice.Step[] =>
  advice.onSystem('on another host', {
    linux: `\`tftp ${server} -c get ${inQuotes(file)}\` fetches the file.`,
    windows: `\`tftp -i ${server} GET ${forShell(file)}\` fetches the file.`,
  });

/** Where programs that serve files are set up. */
const programSteps = (): advice.Step[] => [
  'tftpd-hpa: `systemctl status tftpd-hpa` shows whether it runs; its directory stands in /etc/default/tftpd-hpa.',
  advice.stepFor(
    'server',
    'dnsmasq',
    'dnsmasq',
    '`enable-tftp` switches TFTP on, `tftp-root=/srv/tftp` names its directory.',
  ),
  advice.stepFor(
    'server',
    'windows',
    'Windows Deployment Services',
    '`wdsutil /Get-Server /Show:Config` shows whether it runs, and its directory.',
  ),
];

/** The steps where ICMP says why a request does not arrive, or what follows it. */
function refusedSteps(icmp: IcmpError, transfer: Transfer): advice.Step[] {
  const { server } = transfer;
  const kind = refusalKind(icmp);
  if (kind === 'host-unreachable')
    return [...advice.stepsToward(icmp.quotedDestination, icmp.source), ...fetchSteps(transfer)];
  if (icmp.quotedPort !== TFTP_PORT) return advice.tftpThrough();
  if (kind === 'port-unreachable')
    return [...advice.listens(TFTP_PORT, { server }), ...programSteps(), ...fetchSteps(transfer)];
  return [
    ...(icmp.source === server ? advice.openPort(TFTP_PORT, { server }) : advice.openFirewall(TFTP_PORT, icmp.source)),
    ...advice.tftpThrough(),
  ];
}

/** What DHCP told the client to load, and from where. */
function toldText({ named, files, frame }: BootInstruction): string {
  const file = quote([...files][0]!);
  return named.size === 0
    ? `DHCP named ${file} as boot file (frame ${frame}), and no boot server: siaddr, sname and options 66 and 150 are empty. A client then asks the server that gave the lease.`
    : `DHCP named ${list([...named])} as boot server and ${file} as boot file (frame ${frame}).`;
}

/** The client asks a server that DHCP did not name for files. */
function otherServerCause(server: string, { named, servers, frame }: BootInstruction, world: World): Cause {
  const told = list([...(named.size > 0 ? named : servers)]);
  const evidence = `${told} is named in frame ${frame}, and ${server} is asked`;
  if (world.survey.servers.has(server))
    return cause(
      'likely',
      `The client asks ${server}, which gave the lease, and the files are on ${told}: some loaders keep the address of the first server`,
      evidence,
    );
  return [...named].some((one) => parseIpv4(one) === undefined)
    ? cause('likely', `The name of the boot server, ${told}, leads to ${server}, and the files are not there`, evidence)
    : cause(
        'likely',
        `The client asks ${server}, and the files are on ${told}: it has the address from elsewhere`,
        evidence,
      );
}

const refusalCauses = (codes: ReadonlySet<number>): Detail['causes'] =>
  ranked(
    cause(
      codes.has(FILE_NOT_FOUND) ? 'likely' : codes.has(ACCESS_VIOLATION) ? 'unlikely' : 'possible',
      'The file is not in the TFTP server’s directory under this name',
      codes.has(FILE_NOT_FOUND)
        ? `ERROR ${FILE_NOT_FOUND}`
        : codes.has(ACCESS_VIOLATION) &&
            `ERROR ${ACCESS_VIOLATION} is access violation; of a missing file it is ERROR ${FILE_NOT_FOUND}`,
    ),
    cause(
      codes.has(ACCESS_VIOLATION) ? 'likely' : 'possible',
      'The TFTP server may not read the file (permissions, SELinux)',
      codes.has(ACCESS_VIOLATION) && `ERROR ${ACCESS_VIOLATION}`,
    ),
    codes.has(OPTIONS_REFUSED) &&
      cause('likely', 'The server does not accept the options of the request (block size, window size …)', 'ERROR 8'),
  );

/** A host that is up says by ICMP where nothing listens: if it is silent, a firewall is more likely. */
function silenceCauses({ server, requests }: Transfer, world: World): Detail['causes'] {
  const address = parseIpv4(server);
  const { up } = address === undefined ? {} : hostBy(address, requests[0]!.time, Infinity, world);
  return ranked(
    cause(up ? 'possible' : 'likely', 'No TFTP server runs there'),
    cause(
      'likely',
      'A firewall blocks UDP port 69, or the server’s replies, which come from another port',
      up && `the host of ${server} is up: it ${up.text}; it sends no ICMP port unreachable`,
    ),
    cause('possible', 'The server has no route back to the client'),
  );
}

/** A name from the capture, made safe to paste into a command of Windows. */
const forShell = (file: string): string => file.replace(/[^\w./\\-]/g, '?');

/** The same for a shell, to which a backslash means something outside quotes. */
const inQuotes = (file: string): string => (file.includes('\\') ? `'${forShell(file)}'` : forShell(file));
