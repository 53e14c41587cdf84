/** Makes the files that show a fault smaller, so that somebody can look at them. */
import { concat } from '../../src/codec/bytes';
import type { InputFile } from './inspect';
import { piecesOf } from './mutateFile';

/** Looks that are taken, at most, and for how long. */
const MOST_LOOKS = 400;
const MILLISECONDS = 20_000;

/** Takes records away, many at once and then one by one, as long as `same` says that the fault is there. */
export async function shrink(
  files: readonly InputFile[],
  same: (files: readonly InputFile[]) => Promise<boolean>,
): Promise<readonly InputFile[]> {
  let kept = files;
  let looks = 0;
  const until = performance.now() + MILLISECONDS;
  for (let which = 0; which < files.length; which++) {
    let parts: readonly Uint8Array[] = piecesOf(kept[which]!.bytes).parts;
    for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 1; at < parts.length && looks < MOST_LOOKS && performance.now() < until;) {
        const fewer = [...parts.slice(0, at), ...parts.slice(at + size)];
        const tried = kept.map((file, i) => (i === which ? { ...file, bytes: concat(fewer) } : file));
        looks++;
        if (await same(tried)) {
          parts = fewer;
          kept = tried;
        } else at += size;
      }
    }
  }
  return kept;
}
