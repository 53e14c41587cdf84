import { DEFAULT_SETTINGS } from '../../src/analysis';
import { NotACapture } from '../../src/capture/frame';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { corpusFiles } from './needs';

/** The corpus, one opened capture after another; files that are no capture are left out. */
export async function* corpusCaptures(): AsyncGenerator<{ readonly file: string; readonly capture: Capture }> {
  for (const { file, path } of corpusFiles()) {
    const capture = new Capture(file, DEFAULT_SETTINGS);
    try {
      await capture.read(await fileSource(path));
    } catch (error) {
      if (error instanceof NotACapture) continue;
      throw error;
    }
    yield { file, capture };
  }
}
