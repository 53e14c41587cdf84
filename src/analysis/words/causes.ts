import type { Cause } from '../finding';

/** A cause of which another finding says more, by that finding's id; `frames` are those that its evidence rests on. */
export const toldBy = (finding: string, frames: readonly number[], cause: Cause): Cause => ({
  ...cause,
  finding,
  frames,
});
