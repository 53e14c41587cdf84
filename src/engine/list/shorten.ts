import { nameOfDuid } from '../../codec/names/duids';
import { FINDINGS } from '../../analysis/catalogue';
import type { ShownFinding } from '../../protocol';
import type { Capture } from '../capture';

/** Maximum number of frames of a finding sent to the window; the filter `finding:` shows the rest. */
const SENT = 500;
/** Maximum number of members of a group sent to the window. */
const MEMBERS_SENT = 100;

/**
 * A finding with only its first frames, and their total number. Half a million numbers would be megabytes on every request for
 * the state, copied between threads and through the extension host, where everything else has to wait.
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

/** How many frames are sent with their types: per finding, and for all findings together. Further frames show only their numbers. */
const TYPED = 106;
const TYPED_IN_ALL = 2000;

/** The findings with their names and the types of their first frames. */
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
