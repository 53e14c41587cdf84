import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import {
  bareName,
  served,
  bootInstructions,
  transfersOf,
  unanswered,
  type BootInstruction,
  type Transfer,
} from '../../evidence/transfers';
import type { World } from '../../evidence/world';
import { frames, quote } from '../../words/words';
import type { WorldRule } from '../rule';

/** Whether the client asks for the boot file that it was told. */

/** How the name that a client asks for differs from the one it was told. */
type Difference = 'behind' | 'cut' | 'case' | 'slashes' | 'eaten';

const DIFFERENCES: Readonly<Record<Difference, string>> = {
  behind: 'it has octets behind the end',
  cut: 'its end is cut off',
  case: 'capital and small letters differ',
  slashes: 'the slashes differ',
  eaten: 'its slashes are missing',
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
      if ((how === 'case' || how === 'slashes' || how === 'eaten') && !fails(transfer, world)) continue;
      yield {
        id: 'boot-file-mismatch',
        severity: 'warning',
        subject: client,
        frames: [
          ...transfer.requests.map(({ frame }) => frame),
          told.frame,
          ...(transfer.error ? [transfer.error.frame] : []),
        ],
        common: {
          subject: `server ${transfer.server}`,
          trait: `all told ${quote(file)} and asking for ${quote(transfer.file)}`,
          least: 2,
        },
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
            how === 'eaten' &&
              cause(
                'likely',
                file.includes('\\')
                  ? 'The firmware takes each backslash for the beginning of an escape, and drops it'
                  : 'The firmware drops the directories’ slashes',
                `${quote(file)} told, ${quote(transfer.file)} asked for`,
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
export function nearest(
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
  const plain = (name: string): string => name.replace(/[\\/]+/g, '').toLowerCase();
  if (plain(one) !== plain(other)) return undefined;
  return /[\\/]/.test(one) ? 'slashes' : 'eaten';
}

function stepsFor(how: Difference, file: string): advice.Step[] {
  if (how === 'behind' || how === 'cut')
    return [
      'Name the file in the field file (`filename`, `boot-file-name`) in place of option 67.',
      'Or end option 67 with a zero octet: `option bootfile-name = concat(…, 00);` in ISC dhcpd, `dhcp-boot` without `dhcp-no-override` in dnsmasq.',
      'Look for newer firmware of the network card.',
      'Or put a link with the name that is asked for into the TFTP server’s directory.',
    ];
  if (how === 'eaten')
    return [
      file.includes('\\')
        ? `Tell the client the name with forward slashes: ${quote(file.replace(/\\+/g, '/'))}.`
        : 'Put the file into the top directory of the TFTP server, and tell its name alone.',
      'Or put a link with the name that is asked for into the TFTP server’s directory.',
    ];
  return [
    `Put a link with the name that is asked for into the TFTP server’s directory, or tell the client the name as it asks for it in place of ${quote(file)}.`,
    'tftpd-hpa: `--map-file` with a line such as `rg \\\\ /` turns backslashes round; dnsmasq looks for a name in small letters by itself.',
  ];
}
