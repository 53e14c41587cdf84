import type { CaptureState } from '../../src/protocol';

/** The tabs of the left column, in display order. */
export const MASTER_TABS = ['findings', 'ladder', 'packets', 'clients'] as const;
export type MasterTab = (typeof MASTER_TABS)[number];
/** In a single column the packet is a tab too. */
export type TabName = MasterTab | 'packet';

/** The tab to show if the user has not chosen one: packets until the reading is done, then what matters most. */
export function tabAtFirst(capture: CaptureState | undefined): MasterTab {
  if (!capture?.done) return 'packets';
  if (capture.findings.some(({ severity }) => severity !== 'info')) return 'findings';
  // A single frame is not a conversation.
  return capture.ofInterest > 1 ? 'ladder' : 'packets';
}
