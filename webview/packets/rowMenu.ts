import type { Row } from '../../src/protocol';
import { t } from '../l10n';
import type { MenuItem } from '../parts/Menu';
import type { Session } from '../session';
import { COLUMNS } from './columns';

/** The context menu of a row. */
export function rowMenu(session: Session, row: Row): MenuItem[] {
  const { frame, client, type } = row;
  const filter = (text: string): void => session.setFilter(text);
  const conversation = session.state.related;
  const items: MenuItem[] = [
    ...(row.other ? [] : [{ label: t('Follow the exchange in the ladder'), run: () => follow(session, frame) }]),
    { label: t('Copy row'), run: () => void session.copy(rowText(row)) },
    { label: t('Copy octets as hex'), run: () => void copyOctets(session, frame, hexText) },
    { label: t('Copy octets as C array'), run: () => void copyOctets(session, frame, (bytes) => cArray(bytes, frame)) },
    { label: t('Copy as Wireshark filter'), run: () => void session.copy(`frame.number == ${frame}`) },
  ];
  const mac = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(client);
  if (mac) items.push({ label: t('Filter by this client'), run: () => filter(`dhcp.hw.mac_addr == ${client}`) });
  else if (client !== '') items.push({ label: t('Filter by this client'), run: () => filter(`client:${client}`) });
  const server = serverOf(row);
  if (server !== undefined) items.push({ label: t('Filter by this server'), run: () => filter(server) });
  if (conversation.id > 0 && conversation.frames.includes(frame))
    items.push({ label: t('Filter by this conversation'), run: () => filter(`conversation == ${conversation.id}`) });
  if (type !== '') items.push({ label: t('Filter by this type'), run: () => filter(`type:${type.toLowerCase()}`) });
  return items;
}

/** Shows the conversation of a frame as a chart. */
function follow(session: Session, frame: number): void {
  session.showFrame(frame);
  session.showTab('ladder');
}

const ANSWERS: ReadonlySet<string> = new Set(['OFFER', 'ACK', 'NAK', 'BOOTREPLY', 'FORCERENEW']);

/** The filter for all packets of a server and all messages that name it; only for answers, because they come from the server. */
function serverOf({ type, source }: Row): string | undefined {
  if (!ANSWERS.has(type) || !/^[\d.]+$/.test(source)) return undefined;
  return `ip.addr == ${source} || dhcp.option.dhcp_server_id == ${source}`;
}

const rowText = (row: Row): string => [String(row.frame), ...COLUMNS.map((name) => row[name])].join('\t');

async function copyOctets(session: Session, frame: number, text: (bytes: Uint8Array) => string): Promise<void> {
  const { buffers } = await session.ask('frame', { frame });
  const bytes = buffers[0]?.bytes;
  if (bytes) await session.copy(text(bytes));
}

const octet = (byte: number): string => byte.toString(16).padStart(2, '0');

const hexText = (bytes: Uint8Array): string => Array.from(bytes, octet).join(' ');

/** Octets per line of a C array. */
const A_LINE = 12;

function cArray(bytes: Uint8Array, frame: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += A_LINE)
    lines.push(`  ${Array.from(bytes.subarray(at, at + A_LINE), (byte) => `0x${octet(byte)}`).join(', ')}`);
  return `const unsigned char frame_${frame}[${bytes.length}] = {\n${lines.join(',\n')}\n};\n`;
}
