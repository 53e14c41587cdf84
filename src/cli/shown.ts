/** How many frames and group members of a finding are shown before «and N more». */
export const FRAMES_SHOWN = 20;
export const MEMBERS_SHOWN = 50;

/** Frame numbers as a list, truncated if long. */
export function framesText(frames: readonly number[]): string {
  const shown = frames.slice(0, FRAMES_SHOWN).join(', ');
  return frames.length > FRAMES_SHOWN ? `${shown} and ${frames.length - FRAMES_SHOWN} more` : shown;
}
