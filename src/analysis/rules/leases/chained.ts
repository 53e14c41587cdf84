import { ipv4ToText } from '../../../codec/bytes';
import { cause } from '../../collector';
import type { Lease } from '../../conversations/lease';
import { OPTION } from '../../conversations/model';
import { bareName, filesOf, served, transfersOf } from '../../evidence/transfers';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { settings, type Step } from '../../words/steps';
import { frames, quote } from '../../words/words';

/* iPXE that is given its own loader: it loads itself, asks again as iPXE, and so on. */

/** The option in which iPXE puts its own sub-options. */
const IPXE = 175;
/** What iPXE can be loaded as. Scripts and kernels are something else. */
const LOADER = /\.(efi|k{1,3}pxe|pxe|0)$/i;

/** How a client says that it is iPXE; undefined if it does not. */
function saidIn({ exchange }: Lease): string | undefined {
  const { dhcp } = exchange.opening;
  if (dhcp?.text(OPTION.userClass) === 'iPXE') return 'option 77';
  return dhcp?.has(IPXE) ? `option ${IPXE}` : undefined;
}

/** The program that iPXE is told, fetches and starts in most of the rounds of a loop: iPXE once more. */
export function ownLoader(
  loop: readonly Lease[],
  world: World,
): { readonly cause: Cause; readonly steps: readonly Step[] } | undefined {
  const rounds = loop.filter((lease) => saidIn(lease) !== undefined);
  const [first] = rounds;
  if (!first || rounds.length < 2 || rounds.length * 2 <= loop.length) return undefined;
  const named = (lease: Lease): string | undefined => {
    const reply = lease.exchange.messages.findLast((message) => !message.fromClient && filesOf(message).length > 0);
    return reply && bareName(filesOf(reply)[0]!);
  };
  const file = named(first);
  if (file === undefined || !LOADER.test(file) || rounds.some((one) => named(one) !== file)) return undefined;
  const fetched = (transfersOf(world).get(ipv4ToText(first.address)) ?? [])
    .filter((transfer) => served(transfer) && bareName(transfer.file) === file)
    .flatMap(({ requests }) => requests)
    .filter(({ time }) => time >= first.time);
  if (fetched.length < 2) return undefined;
  return {
    cause: cause(
      'likely',
      'The server gives iPXE its own loader: iPXE loads itself again and again',
      `the client says in ${saidIn(first)!} that it is iPXE, and is told ${quote(file)} (${frames(rounds.map(({ frame }) => frame))})`,
      `it fetches that by TFTP (${frames(fetched.map(({ frame }) => frame))}), and asks anew`,
    ),
    steps: settings({
      dhcpd: `\`if exists user-class and option user-class = "iPXE" { filename "SCRIPT"; } else { filename ${JSON.stringify(quoted(file))}; }\``,
      kea: `\`{ "name": "ipxe", "test": "option[77].hex == 'iPXE'", "boot-file-name": "SCRIPT" }\` in \`client-classes\`, before the class that names ${quote(file)}`,
      dnsmasq: `\`dhcp-match=set:ipxe,${IPXE}\`, \`dhcp-boot=tag:!ipxe,${quoted(file)}\` and \`dhcp-boot=tag:ipxe,SCRIPT\``,
      windows:
        '`Add-DhcpServerv4Class -Name iPXE -Type User -Data iPXE`, and a policy for this class with `Set-DhcpServerv4OptionValue -PolicyName iPXE -OptionId 67 -Value SCRIPT`',
    }),
  };
}

/** A name as it may stand in a command. */
const quoted = (file: string): string => file.replace(/[^\w./\\-]/g, '?');
