import * as vscode from 'vscode';
import type { OpenCaptures } from '../openCaptures';
import { markDone } from './did';
import { lessonUri } from './lessonFiles';

interface Sample {
  readonly file: string;
  readonly label: string;
  readonly detail: string;
}

const HEALTHY = 'dhcp-healthy.pcap';

/** The captures that come with the extension, the simplest first. */
function samples(): readonly Sample[] {
  const { t } = vscode.l10n;
  return [
    { file: HEALTHY, label: t('A new lease'), detail: t('DISCOVER, OFFER, REQUEST and ACK: how it should be') },
    { file: 'blocked-port.pcap', label: t('Nobody answers'), detail: t('A firewall drops UDP port 67') },
    {
      file: 'wrong-subnet.pcap',
      label: t('Wrong subnet'),
      detail: t('The router lies outside the network of the client'),
    },
    { file: 'client-on-port-67.pcap', label: t('Wrong port'), detail: t('A client sends from port 67') },
    { file: 'two-servers.pcap', label: t('Two servers'), detail: t('One of them does not belong here') },
    { file: 'nak.pcap', label: t('NAK'), detail: t('A laptop comes from another network') },
    { file: 'decline.pcap', label: t('DECLINE'), detail: t('Another machine has the address already') },
    { file: 'renewal.pcap', label: t('Renewal'), detail: t('A lease is prolonged by unicast') },
    { file: 'relay.pcap', label: t('Relay'), detail: t('Seen at a server whose clients are in another network') },
    { file: 'pxe.pcap', label: t('Network boot'), detail: t('PXE firmware gets an address, then a file by TFTP') },
    { file: 'dhcpv6.pcap', label: t('DHCPv6'), detail: t('SOLICIT, ADVERTISE, REQUEST and REPLY') },
  ];
}

/** URI of a sample. */
export const sampleUri = (extensionUri: vscode.Uri, file: string): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'media', 'samples', file);

/** *Open a sample capture*: the named one, else the user chooses. */
export async function openSample(extensionUri: vscode.Uri, captures: OpenCaptures, named?: unknown): Promise<void> {
  const all = samples();
  const sample =
    all.find(({ file }) => file === named) ??
    (await vscode.window.showQuickPick(
      all.map((one) => ({ ...one, description: one.file })),
      { title: vscode.l10n.t('Open a sample capture'), matchOnDescription: true, matchOnDetail: true },
    ));
  if (!sample) return;
  const uri = sampleUri(extensionUri, sample.file);
  const document = await captures.document(uri);
  // It may already be open behind another editor.
  captures.reveal(uri);
  await document?.opened;
  if (!document || document.failure !== undefined) return;
  markDone('opened');
  if (sample.file !== HEALTHY) markDone('verdict');
}

/** Options of an OFFER as `tcpdump -x` prints them, with a line of explanation that the decoder skips. */
const HEX_EXAMPLE = `An OFFER, copied from a log. Run “Port 67: Decode DHCP hex” while this text is open.

0000  02 67 00 00 00 0c 02 67 00 00 00 01 08 00 45 10
0010  01 48 00 00 00 00 80 11 24 ab 0a 43 00 01 0a 43
0020  00 64 00 43 00 44 01 34 00 00 02 01 06 00 72 2e
0030  17 45 00 00 00 00 00 00 00 00 0a 43 00 64 00 00
0040  00 00 00 00 00 00 02 67 00 00 00 0c 00 00 00 00
${Array.from({ length: 12 }, (_, i) => `${(0x50 + 16 * i).toString(16).padStart(4, '0')}  ${Array(16).fill('00').join(' ')}`).join('\n')}
0110  00 00 00 00 00 00 63 82 53 63 35 01 02 36 04 0a
0120  43 00 01 33 04 00 00 0e 10 01 04 ff ff ff 00 03
0130  04 0a 43 00 01 06 04 0a 43 00 01 0f 0b 65 78 61
0140  6d 70 6c 65 2e 6e 65 74 ff 00 00 00 00 00 00 00
0150  00 00 00 00 00 00
`;

/** *Open an example of hex*: a text to try the decoder on. */
export async function openHexExample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: HEX_EXAMPLE, language: 'plaintext' });
  await vscode.window.showTextDocument(document);
}

/** *Compare two sample captures*: one exchange, captured at the client and at the server. */
export async function compareSamples(): Promise<void> {
  const pair = ['lost-at-client.pcap', 'lost-at-server.pcap'].map(lessonUri);
  await vscode.commands.executeCommand('port67.compare', pair[0], pair);
}
