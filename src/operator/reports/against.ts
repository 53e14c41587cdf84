import type { Finding } from '../../analysis/finding';
import { count } from '../../analysis/words/words';
import type { ConfigDocument } from '../../config';
import type { Against, ConfiguredFinding } from '../../config/against';
import type { ReportBlock, ReportPage, ReportText } from '../../pages';
import { frameLink, lineLink, reportFinding } from '../findings';

/** How many replies, and how many frames per finding, the page shows. */
const MOST_REPLIES = 200;
const MOST_FRAMES = 30;

/** Whether a finding is explained by a place in a configuration. */
export const isConfigured = (finding: Finding): finding is ConfiguredFinding => 'path' in finding && 'line' in finding;

/** The page with the results of comparing configurations with a capture. */
export function againstPage(
  capture: string,
  documents: readonly ConfigDocument[],
  { findings, replies }: Against,
): ReportPage {
  const own = findings.filter(isConfigured);
  const silent = own.filter(({ id }) => id !== 'config-differs').length;
  const differs = own.length - silent;
  const names = documents.map(({ files }) => files[0]!.path.replace(/^.*[\\/]/, ''));
  const blocks = own.map((one) => reportFinding(one, framesOf(one.frames)));
  return {
    title: `${capture} against ${names.join(', ')}`,
    summary: [
      replies.length === 0
        ? 'No reply of this capture comes from these configurations.'
        : `${count(replies.length, 'reply', 'replies')} of the capture ${replies.length === 1 ? 'comes' : 'come'} from statements of these configurations.`,
      silent > 0
        ? `${count(silent, 'client')} ${silent === 1 ? 'gets' : 'get'} no answer or no address because of a statement.`
        : '',
      differs > 0 ? `${count(differs, 'server')} ${differs === 1 ? 'sends' : 'send'} what no statement says.` : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    sections: [
      ...(blocks.length > 0 ? [{ title: 'Findings', blocks: [{ kind: 'findings' as const, findings: blocks }] }] : []),
      { title: 'What made each reply', blocks: [repliesBlock(replies)] },
    ],
  };
}

function framesOf(frames: readonly number[]): ReportText[] {
  if (frames.length === 0) return [];
  const shown = frames.slice(0, MOST_FRAMES).map(frameLink);
  const more = frames.length > MOST_FRAMES ? [`and ${frames.length - MOST_FRAMES} more`] : [];
  return [frames.length === 1 ? 'frame' : 'frames', ...shown, ...more];
}

function repliesBlock(replies: Against['replies']): ReportBlock {
  if (replies.length === 0) return { kind: 'paragraph', text: 'None of them did.' };
  const rows: ReportText[][] = [];
  for (const { frame, client, address, statements } of replies.slice(0, MOST_REPLIES))
    for (const [i, { path, line, what }] of statements.entries())
      rows.push([...(i === 0 ? [frameLink(frame), client, address] : ['', '', '']), what, lineLink(path, line)]);
  if (replies.length > MOST_REPLIES) rows.push([`and ${replies.length - MOST_REPLIES} more`, '', '', '', '']);
  return { kind: 'table', head: ['Frame', 'Client', 'Address', 'What', 'Where'], rows };
}
