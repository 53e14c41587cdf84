import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { ACK, BOOTP, OFFER, OPTION, type Client, type Exchange, type Message } from '../../conversations/model';
import { needsOf } from '../../conversations/traits';
import {
  bareName,
  filesOf,
  served,
  bootInstructions,
  transfersOf,
  unanswered,
  type BootInstruction,
  type Transfer,
} from '../../evidence/transfers';
import type { World } from '../../evidence/world';
import { frames, list, quote, where } from '../../words/words';
import { append } from '../../../codec/append';
import { ipv4ToText } from '../../../codec/bytes';
import type { WorldRule } from '../rule';

/** Whether the client asks for the boot file that it was told, and whether it can run that file. */

/** How the name that a client asks for differs from the one it was told. */
type Difference = 'behind' | 'cut' | 'case' | 'slashes';

const DIFFERENCES: Readonly<Record<Difference, string>> = {
  behind: 'it has octets behind the end',
  cut: 'its end is cut off',
  case: 'capital and small letters differ',
  slashes: 'the slashes differ',
};

/** The client asks by TFTP for a file whose name is nearly, but not exactly, the one it was told. */
export const bootFileMismatch: WorldRule = function* (world) {
  if (world.observed.tftp.length === 0) return;
  const all = bootInstructions(world);
  for (const [client, transfers] of transfersOf(world)) {
    const told = all.get(client);
    if (!told || transfers.some((one) => served(one) && told.files.has(one.file))) continue;
    for (const transfer of transfers) {
      const near = nearest(transfer.file, told);
      if (!near) continue;
      const { file, how } = near;
      // Many servers accept these differences.
      if ((how === 'case' || how === 'slashes') && !fails(transfer, world)) continue;
      yield {
        id: 'boot-file-mismatch',
        severity: 'warning',
        subject: client,
        frames: [
          ...transfer.requests.map(({ frame }) => frame),
          told.frame,
          ...(transfer.error ? [transfer.error.frame] : []),
        ],
        detail: () => ({
          title: `${client} asks for boot file ${quote(transfer.file)}, and was told ${quote(file)}`,
          explanation: `DHCP names the boot file ${quote(file)} (frame ${told.frame}). The client asks ${transfer.server} by TFTP for ${quote(transfer.file)} (${frames(transfer.requests.map(({ frame }) => frame))}): ${DIFFERENCES[how]}.${transfer.error ? ` The server answers ERROR ${transfer.error.code} (frame ${transfer.error.frame}).` : ''}`,
          causes: ranked(
            how === 'behind' &&
              cause(
                'likely',
                'The firmware takes the name without its length, and reads on to the next zero octet: End or another option stands behind it',
                `${JSON.stringify(transfer.file.length)} characters asked for, ${JSON.stringify(file.length)} told`,
              ),
            how === 'cut' &&
              cause(
                'likely',
                'The firmware has room for a shorter name, or takes one octet for the zero at the end that is not there',
                `${transfer.file.length} of ${file.length} characters`,
              ),
            (how === 'case' || how === 'slashes') &&
              cause(
                'likely',
                'The firmware rewrites the name, and the TFTP server’s file system tells the two apart',
                DIFFERENCES[how],
              ),
            how === 'case' && cause('possible', 'The client has the name from elsewhere: a menu, or its own setup'),
          ),
          steps: stepsFor(how, file),
          reference: 'RFC 2132 §9.5; RFC 2131 §2; RFC 1350 §5',
        }),
      };
      break;
    }
  }
};

function fails(transfer: Transfer, world: World): boolean {
  return transfer.error !== undefined || unanswered(transfer, world);
}

/** How many of the names that a client was told are compared. */
const MOST_NAMES = 16;

/** The name the client was told that nearly equals the one it asks for. */
function nearest(
  asked: string,
  { files }: BootInstruction,
): { readonly file: string; readonly how: Difference } | undefined {
  if (files.has(asked)) return undefined;
  for (const file of [...files].slice(0, MOST_NAMES)) {
    const how = differenceOf(asked, file);
    if (how) return { file, how };
  }
  return undefined;
}

/** How a requested name differs from the one that was told; undefined if it is not derived from it. */
function differenceOf(asked: string, told: string): Difference | undefined {
  const [one, other] = [bareName(asked), bareName(told)];
  if (one === other) return asked.includes('\0') ? undefined : 'slashes';
  if (one === '' || other === '') return undefined;
  // Octets that no name has: End (255), or the code and length of an option.
  if (one.startsWith(other) && /[\x00-\x1f\x7f-\uffff]/.test(one.slice(other.length))) return 'behind';
  if (other.startsWith(one) && one.length * 2 >= other.length && !/[\\/]$/.test(one)) return 'cut';
  if (one.toLowerCase() === other.toLowerCase()) return 'case';
  const plain = (name: string): string => name.replace(/[\\/]+/g, '/').toLowerCase();
  return plain(one) === plain(other) ? 'slashes' : undefined;
}

function stepsFor(how: Difference, file: string): advice.Step[] {
  if (how === 'behind' || how === 'cut')
    return [
      'Name the file in the field file (`filename`, `boot-file-name`) in place of option 67.',
      'Or end option 67 with a zero octet: `option bootfile-name = concat(…, 00);` in ISC dhcpd, `dhcp-boot` without `dhcp-no-override` in dnsmasq.',
      'Look for newer firmware of the network card.',
      'Or put a link with the name that is asked for into the TFTP server’s directory.',
    ];
  return [
    `Put a link with the name that is asked for into the TFTP server’s directory, or tell the client the name as it asks for it in place of ${quote(file)}.`,
    'tftpd-hpa: `--map-file` with a line such as `rg \\\\ /` turns backslashes round; dnsmasq looks for a name in small letters by itself.',
  ];
}

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
  for (const client of world.clients) {
    if (client.answers === 0 || !asksToBoot(client)) continue;
    const misfits: Misfit[] = [];
    for (const exchange of client.exchanges) {
      const wrong = exchange.replies > 0 ? misfitOf(exchange) : undefined;
      if (wrong && (misfits.length > 0 || !bootsOtherwise(exchange, wrong.files, world))) misfits.push(wrong);
    }
    const [first] = misfits;
    if (!first) continue;
    const { asked, files, architecture, why, reply } = first;
    yield {
      id: 'boot-arch-mismatch',
      severity: 'warning',
      subject: client.label,
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
          cause('possible', 'The machine boots in the other mode than it should: BIOS (CSM, legacy) or UEFI'),
        ),
        steps: architectureSteps(first),
        reference: 'RFC 4578 §2.1; PXE 2.1 §2.2',
      }),
    };
  }
};

/** The iPXE build for an architecture; BIOS needs a `.kpxe`. */
function loaderFor({ runs, processor }: Architecture, code: number): string {
  if (runs === 'bios') return 'undionly.kpxe';
  if (processor === 'arm') return code === 10 ? 'ipxe-arm32.efi' : 'ipxe-arm64.efi';
  return processor === 'ia32' ? 'ipxe-i386.efi' : 'ipxe.efi';
}

/** The iPXE build for the client of an exchange; the BIOS build if the client does not declare its architecture. */
export function loaderOf(exchange: Exchange): string {
  for (const message of exchange.messages) {
    const [code] = message.fromClient ? architecturesOf(message) : [];
    const architecture = code === undefined ? undefined : ARCHITECTURES[code];
    if (architecture) return loaderFor(architecture, code!);
  }
  return 'undionly.kpxe';
}

/** Steps to give the client's architecture its own boot file while all others keep theirs. */
function architectureSteps({ code, architecture, files }: Misfit): advice.Step[] {
  const loader = loaderFor(architecture, code);
  const hex = code.toString(16).padStart(4, '0');
  const others = files[0]!.replace(/[`"\\]/g, '');
  return [
    `Put a boot file for ${architecture.name} on the boot server, for example iPXE as ${quote(loader)}, and give it to architecture ${code} (option 93).`,
    ...advice.settings({
      dhcpd: `\`option arch code 93 = unsigned integer 16;\`, then \`if option arch = ${hex.slice(0, 2)}:${hex.slice(2)} { filename "${loader}"; } else { filename "${others}"; }\``,
      kea: `\`{ "name": "arch-${code}", "test": "option[93].hex == 0x${hex}", "boot-file-name": "${loader}" }\` in \`client-classes\``,
      dnsmasq: `\`dhcp-match=set:arch${code},option:client-arch,${code}\` and \`dhcp-boot=tag:arch${code},${loader}\`; \`dhcp-boot=tag:!arch${code},${others}\` for all others`,
      windows: `a policy for vendor class \`PXEClient:Arch:${String(code).padStart(5, '0')}*\` with option 67 ${quote(loader)}; WDS chooses by itself, without option 67`,
    }),
  ];
}

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
