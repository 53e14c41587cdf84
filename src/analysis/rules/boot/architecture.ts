import { ipv4ToText, printable } from '../../../codec/bytes';
import { append } from '../../../codec/append';
import { cause, ranked } from '../../collector';
import {
  ACK,
  BOOTP,
  OFFER,
  OPTION,
  isProxy,
  serverOf,
  type Client,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { needsOf } from '../../conversations/traits';
import { commonServerNamed } from '../../evidence/subjects';
import { bareName, filesOf, served, transfersOf } from '../../evidence/transfers';
import type { World } from '../../evidence/world';
import * as advice from '../../words/advice';
import { list, quote, where } from '../../words/words';
import type { WorldRule } from '../rule';

/** Whether a client's firmware can run the boot file that the client is told. */

/** The firmware that a boot file is made for, as far as its name tells. */
type Program = 'bios' | 'efi';
/** Processors that names tell: 32-bit or 64-bit Intel, ARM. */
type Processor = 'ia32' | 'x64' | 'arm';

interface Architecture {
  readonly name: string;
  readonly runs: Program;
  readonly processor: Processor;
}

/** Architectures of option 93 (RFC 4578 §2.1, IANA “Processor Architecture Types”) that PCs have. */
const ARCHITECTURES: Readonly<Record<number, Architecture>> = {
  0: { name: 'x86 BIOS', runs: 'bios', processor: 'ia32' },
  6: { name: 'x86 UEFI, 32 bit', runs: 'efi', processor: 'ia32' },
  7: { name: 'x64 UEFI', runs: 'efi', processor: 'x64' },
  9: { name: 'x64 UEFI (EBC)', runs: 'efi', processor: 'x64' },
  10: { name: 'ARM UEFI, 32 bit', runs: 'efi', processor: 'arm' },
  11: { name: 'ARM UEFI, 64 bit', runs: 'efi', processor: 'arm' },
  15: { name: 'x86 UEFI by HTTP', runs: 'efi', processor: 'ia32' },
  16: { name: 'x64 UEFI by HTTP', runs: 'efi', processor: 'x64' },
};

/** What the name of a boot file says about the program in it; undefined if it says nothing. */
function programOf(file: string): { readonly runs: Program; readonly processor: Processor | undefined } | undefined {
  const name = file.toLowerCase().replace(/[?#].*$/s, '');
  if (/\.efi$/.test(name)) {
    const base = name.replace(/^.*[\\/]/, '');
    const processor = /x64|x86_64|amd64/.test(base)
      ? 'x64'
      : /ia32|i386/.test(base)
        ? 'ia32'
        : /aa64|arm/.test(base)
          ? 'arm'
          : undefined;
    return { runs: 'efi', processor };
  }
  return /\.(0|kpxe|kkpxe|kkkpxe|pxe|n12|com)$/.test(name) ? { runs: 'bios', processor: undefined } : undefined;
}

const ARCHITECTURE = 93;

/** The architectures that a client declares, by option 93 or else by its vendor class. */
function architecturesOf({ dhcp }: Message): number[] {
  const view = dhcp.option(ARCHITECTURE);
  const out: number[] = [];
  if (view) for (let at = 0; at + 2 <= view.length; at += 2) out.push(view.u8(at) * 256 + view.u8(at + 1));
  const named = /^(?:PXE|HTTP)Client:Arch:(\d{5})/.exec(dhcp.text(OPTION.vendorClass) ?? '');
  return out.length > 0 ? out : named ? [Number(named[1])] : [];
}

/** A boot file that the client's firmware cannot run. */
export const bootArchMismatch: WorldRule = function* (world) {
  const found = new Map<Client, Misfit[]>();
  const codes = new Map<string, Set<number>>();
  for (const client of world.clients) {
    if (client.answers === 0 || !asksToBoot(client)) continue;
    const misfits: Misfit[] = [];
    for (const exchange of client.exchanges) {
      const wrong = exchange.replies > 0 ? misfitOf(exchange) : undefined;
      if (wrong && (misfits.length > 0 || !bootsOtherwise(exchange, wrong.files, world))) misfits.push(wrong);
    }
    const [first] = misfits;
    if (!first) continue;
    found.set(client, misfits);
    const alike = codes.get(commonFault(first));
    if (alike) alike.add(first.code);
    else codes.set(commonFault(first), new Set([first.code]));
  }
  for (const [client, misfits] of found) {
    const [first] = misfits as [Misfit];
    const { asked, files, architecture, why, reply } = first;
    const common = commonServerNamed(serverOf(reply));
    yield {
      id: 'boot-arch-mismatch',
      severity: 'warning',
      subject: client.label,
      common: common && { ...common, reason: commonFault(first), least: 2 },
      frames: misfits.flatMap((one) => [...one.frames, ...one.asked.frames]),
      detail: () => ({
        title: `${client.label} is ${architecture.name}, and is told to boot ${list(files.map(quote), 2)}`,
        explanation: `The ${where(asked)} says that the client’s architecture is ${architecture.name}. The ${where(reply)} names the boot file ${list(files.map(quote), 2)}: ${why}. The firmware cannot run it.`,
        causes: ranked(
          cause(
            'likely',
            'One boot file is set for all clients, whatever their architecture',
            `architecture ${architecture.name}, file ${quote(files[0]!)}`,
          ),
          cause('possible', 'The class that tells architectures apart does not match this client'),
          hasOtherMode(first) &&
            cause('possible', 'The machine boots in the other mode than it should: BIOS (CSM, legacy) or UEFI'),
        ),
        steps: architectureSteps(
          first,
          [...codes.get(commonFault(first))!].sort((a, b) => a - b),
        ),
        reference: 'RFC 4578 §2.1; PXE 2.1 §2.2',
      }),
    };
  }
};

/** One setting of one server sets all these right: clients whose architectures need the same program, and are told the same file. */
const commonFault = ({ reply, files, architecture, code }: Misfit): string =>
  JSON.stringify([serverOf(reply), files, loaderFor(architecture, code)]);

/** Whether the file is one for the machine’s other mode; only PCs have two. */
const hasOtherMode = ({ files, architecture }: Misfit): boolean =>
  architecture.processor !== 'arm' && programOf(files[0]!)?.runs !== architecture.runs;

/** The iPXE build for an architecture; BIOS needs a `.kpxe`. */
function loaderFor({ runs, processor }: Architecture, code: number): string {
  if (runs === 'bios') return 'undionly.kpxe';
  if (processor === 'arm') return code === 10 ? 'ipxe-arm32.efi' : 'ipxe-arm64.efi';
  return processor === 'ia32' ? 'ipxe-i386.efi' : 'ipxe.efi';
}

/** The architecture that the client of an exchange declares first. */
export function declaredBy(
  exchange: Exchange,
): { readonly code: number; readonly architecture: Architecture | undefined } | undefined {
  for (const message of exchange.messages) {
    const [code] = message.fromClient ? architecturesOf(message) : [];
    if (code !== undefined) return { code, architecture: ARCHITECTURES[code] };
  }
  return undefined;
}

/** The iPXE build for the client of an exchange; the BIOS build if the client does not declare its architecture. */
export function loaderOf(exchange: Exchange): string {
  const { code, architecture } = declaredBy(exchange) ?? {};
  return architecture ? loaderFor(architecture, code!) : 'undionly.kpxe';
}

/** Steps to give the clients' architectures their own boot file while all others keep theirs. */
export function architectureSteps(
  { code, architecture, files, reply }: Pick<Misfit, 'code' | 'architecture' | 'files' | 'reply'>,
  codes: readonly number[],
): advice.Step[] {
  const loader = loaderFor(architecture, code);
  const hex = (one: number): string => one.toString(16).padStart(4, '0');
  const test = (write: (one: number) => string): string => codes.map(write).join(' or ');
  const tag = `arch${codes[0]}`;
  const others = /[^\w./-]/.test(files[0]!) ? `"${inQuotes(files[0]!)}"` : files[0]!;
  const put = `Put a boot file for ${architecture.name} on the boot server, for example iPXE as ${quote(loader)}, and give it to architecture${codes.length > 1 ? 's' : ''} ${list(codes.map(String))} (option 93)`;
  const dnsmasq = `${codes.map((one) => `\`dhcp-match=set:${tag},option:client-arch,${one}\``).join(', ')} and \`dhcp-boot=tag:${tag},${loader}\`; \`dhcp-boot=tag:!${tag},${others}\` for all others`;
  if (isProxy(reply))
    return [
      `${put} in the boot service on ${serverOf(reply)}, which names the file.`,
      ...advice.settings({ dnsmasq }),
      advice.stepFor(
        'server',
        'windows',
        'Windows Deployment Services',
        '`wdsutil /Get-Server /Show:Config` shows the boot program of each architecture.',
      ),
    ];
  return [
    `${put}.`,
    ...advice.settings({
      dhcpd: `\`option arch code 93 = unsigned integer 16;\`, then \`if ${test((one) => `option arch = ${hex(one).slice(0, 2)}:${hex(one).slice(2)}`)} { filename "${loader}"; } else { filename "${inQuotes(files[0]!)}"; }\``,
      kea: `\`{ "name": "arch-${codes[0]}", "test": "${test((one) => `option[93].hex == 0x${hex(one)}`)}", "boot-file-name": "${loader}" }\` in \`client-classes\``,
      dnsmasq,
      windows: `a policy for vendor class ${list(codes.map((one) => `\`PXEClient:Arch:${String(one).padStart(5, '0')}*\``))} with option 67 ${quote(loader)}; WDS chooses by itself, without option 67`,
    }),
  ];
}

/** A name as dhcpd and dnsmasq write it between quotation marks, where a backslash begins an escape. */
const inQuotes = (file: string): string => printable(file).replace(/["`]/g, (mark) => (mark === '"' ? '\\"' : ''));

const asksToBoot = ({ pxe, vendorClass }: Client): boolean => pxe || (vendorClass?.startsWith('HTTPClient') ?? false);

interface Misfit {
  readonly code: number;
  readonly asked: Message;
  readonly reply: Message;
  /** Frames of all replies that name such a file. */
  readonly frames: number[];
  readonly files: readonly string[];
  readonly architecture: Architecture;
  readonly why: string;
}

const NAMES_ARCHITECTURE = needsOf({ options: [ARCHITECTURE, OPTION.vendorClass] });

/** The boot file of an exchange, if it fits none of the client's architectures; undefined if it fits one or if nothing is known. */
function misfitOf(exchange: Exchange): Misfit | undefined {
  if (!exchange.shows(NAMES_ARCHITECTURE)) return undefined;
  const asked = exchange.messages.find((message) => message.fromClient && architecturesOf(message).length > 0);
  if (!asked) return undefined;
  const codes = architecturesOf(asked);
  const architectures = codes.map((code) => ARCHITECTURES[code]);
  let found: Misfit | undefined;
  for (const reply of exchange.messages) {
    if (reply.fromClient || ![OFFER, ACK, BOOTP].includes(reply.type)) continue;
    const files = filesOf(reply);
    if (files.length === 0) continue;
    const reasons = files.flatMap((file) => architectures.map((architecture) => misfit(file, architecture)));
    if (reasons.some((why) => why === undefined)) return undefined;
    if (found) append(found.frames, reply.frames);
    found ??= {
      code: codes[0]!,
      asked,
      reply,
      frames: [...reply.frames],
      files,
      architecture: architectures[0]!,
      why: reasons[0]!,
    };
  }
  return found;
}

/** Why an architecture cannot run a file; undefined if it may be able to. */
function misfit(file: string, architecture: Architecture | undefined): string | undefined {
  const program = programOf(file);
  if (!program || !architecture) return undefined;
  if (program.runs !== architecture.runs)
    return program.runs === 'efi' ? 'a program for UEFI, not for BIOS' : 'a program for BIOS, not for UEFI';
  const wide = program.processor === 'x64' && architecture.processor === 'ia32';
  const foreign =
    (program.processor === 'arm') !== (architecture.processor === 'arm') && program.processor !== undefined;
  if (program.runs !== 'efi' || (!wide && !foreign)) return undefined;
  return wide ? 'a program of 64 bit, for firmware of 32 bit' : 'a program for another kind of processor';
}

/** Whether the client loads other files by TFTP: some firmware knows its files itself (Raspberry Pi), whatever it is told. */
function bootsOtherwise(exchange: Exchange, files: readonly string[], world: World): boolean {
  if (exchange.address === undefined) return false;
  const names = new Set(files.map(bareName));
  const transfers = transfersOf(world).get(ipv4ToText(exchange.address)) ?? [];
  return transfers.some((one) => served(one) && !names.has(bareName(one.file)));
}
