import type { CaptureState } from '../../src/protocol';

/** The tabs of the left column, in the order in which they stand. */
export const MASTER_TABS = ['findings', 'ladder', 'packets', 'clients'] as const;
export type MasterTab = (typeof MASTER_TABS)[number];
/** In one column the packet is a tab as well. */
export type TabName = MasterTab | 'packet';

/** The tab that is shown where the person has chosen none: rows while there is nothing else yet, then what tells most. */
export function tabAtFirst(capture: CaptureState | undefined): MasterTab {
  if (!capture?.done) return 'packets';
  if (capture.findings.some(({ severity }) => severity !== 'info')) return 'findings';
  // One frame alone is no conversation.
  return capture.ofInterest > 1 ? 'ladder' : 'packets';
}
