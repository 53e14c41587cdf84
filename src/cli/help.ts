import { PRODUCTS } from '../analysis/words/steps';
import { CUSTOM_TYPES } from '../codec/customTypes';
import { STARTS } from '../codec/start';
import { KINDS } from '../config';
import { FORMS } from './report/model';

/** What `port67 --help` prints. */
export const HELP = `port67: decodes DHCP captures, and says what is wrong in them and what to do about it

Usage
  port67 inspect FILE… [--json] [-Y FILTER] [--config CONF]… [--fail-on error|warning|info|never]
                        [--authorised SERVER_IP,…] [--report ${FORMS.join('|')}] [--product NAME,…]
                        [--option CODE,NAME,TYPE]…
  port67 decode FILE… [--json] [-Y FILTER] [--frames 1,5-9] [--all] [--option CODE,NAME,TYPE]…
  port67 leases FILE… [--json] [--config CONF]… [--fail-on error|warning|info|never]
  port67 machine [--json] [--fail-on error|warning|info|never]
  port67 hex [FILE|-] [--json] [--start ${['auto', ...STARTS].join('|')}]
                    [--option CODE,NAME,TYPE]…
  port67 check CONF… [--json] [--kind auto|…] [--fail-on error|warning|info|never]
  port67 explain [TOPIC] [--json]
  port67 --help | --version

FILE is a capture (pcap, pcapng, snoop; gzip of these) or a text (hex; words of tcpdump -v and the like), for leases a lease database; - is standard input.
inspect compares several captures of the same traffic: which message was lost between which two of them.
TOPIC is an option, field, message, port, finding or idea: 82, giaddr, DISCOVER, port 67, no-offer, v6 25, relay.

  --json         one JSON object, or one a line and frame (decode, hex)
  --fail-on      exit with status 1 if there is a finding at least as grave (default: never)
  --authorised   the DHCP servers of this network: any other that answers is reported as rogue-server
  -Y, --filter   only frames that pass a display filter in Wireshark's language, such as
                   'dhcp.option.dhcp == 5 && dhcp.ip.your == 10.0.0.0/24', 'dhcpv6.msgtype in {1, 3}',
                   'eth.src[0:3] == 02:67:00', 'dhcp.option.hostname matches "^learner"'; and of our own: 'finding == "no-offer"',
                   'conversation == 3', 'outcome == "bound"'. inspect judges the capture as if it held nothing else
  --product      what to do is told for these products alone:
                 ${Object.keys(PRODUCTS).join(', ')}
  --report       the diagnosis as a document for a ticket: one HTML file, or GitHub Flavored Markdown
  --frames       only these frames (of more than 20000, what happened is told only of frames named here)
  --all          also frames that are not of interest, one summary each
  --option       CODE,NAME,TYPE defines an option of your own (v6:CODE,… for DHCPv6); may be given several times
                 types: ${CUSTOM_TYPES.slice(0, 10).join(', ')},
                 ${CUSTOM_TYPES.slice(10).join(', ')}
  --config       a server's configuration. inspect names the statements that made each reply, what no statement made, and the line for
                   which the server did not answer; leases tells how full its pools are. May be given several times
  --kind         what the configuration is of (default: found by its text and name):
                 ${KINDS.join(', ')}
  --start        the layer with which the octets begin (default: found by trying)

Exit status: 0 fine; 1 a finding reached --fail-on; 2 unusable input or arguments.`;

/** The part of the help that is about one command: its usage and its options. `options` are their long names. */
export function helpOf(command: string, options: readonly string[]): string {
  const [head = '', ...parts] = HELP.split(/\n(?=\S|\n|  (?! ))/);
  const wanted = ({ length }: { length: number }): boolean => length > 0;
  const usage = parts.filter((part) => part.startsWith(`  port67 ${command} `));
  const told = parts.filter((part) => options.some((name) => new RegExp(`^  (-\\w, )?--${name}\\b`).test(part)));
  return [head, usage, told, 'port67 --help tells the rest.'].flat().filter(wanted).join('\n');
}
