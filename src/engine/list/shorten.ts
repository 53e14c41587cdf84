import { nameOfDuid } from '../../codec/names/duids';
import { FINDINGS } from '../../analysis/catalogue';
import type { ShownFinding } from '../../protocol';
import type { Capture } from '../capture';

/** Frames of a finding that go to the window; the filter `finding:` shows the rest. */
const SENT = 500;
/** Members of a group that go to the window. */
const MEMBERS_SENT = 100;

/**
 * A finding with the first of its frames and how many there are. Half a million numbers would be megabytes at each look at the
 * state, copied from thread to thread and through the extension host, where everybody else waits for them.
 */
export function shortened(finding: ShownFinding): ShownFinding {
  const { frames, elsewhere, members } = finding;
  if (members && members.length > MEMBERS_SENT)
    return shortened({ ...finding, members: members.slice(0, MEMBERS_SENT), memberCount: members.length });
  if (frames.length <= SENT && !elsewhere?.some((one) => one.frames.length > SENT)) return finding;
  const cut = <T extends { readonly frames: readonly number[] }>(of: T): T & { readonly frameCount: number } => ({
    ...of,
    frames: of.frames.slice(0, SENT),
    frameCount: of.frames.length,
  });
  return { ...cut(finding), ...(elsewhere ? { elsewhere: elsewhere.map(cut) } : {}) };
}

/** Frames of a finding whose type is told with it, and of all findings together: who asks for more sees the numbers. */
const TYPED = 106;
const TYPED_IN_ALL = 2000;

/** The findings with their names and what their first frames are. */
export function withTypes(findings: readonly ShownFinding[], capture: Capture): ShownFinding[] {
  let left = TYPED_IN_ALL;
  return findings.map((finding) => {
    const typed = finding.frames.slice(0, Math.min(TYPED, left));
    left -= typed.length;
    const name = FINDINGS.get(finding.id)?.name;
    const members = finding.members?.map((one) => ({ ...one, subject: nameOfDuid(one.subject) }));
    return {
      ...finding,
      ...(members ? { members } : {}),
      types: typed.map((frame) => capture.typeOf(frame)),
      ...(name === undefined ? {} : { name }),
    };
  });
}
