import * as vscode from 'vscode';
import type { EngineClient } from '../../engine/client';
import { MadeFiles } from '../madeFiles';
import { LESSON_SCHEME } from './sealed';

/** Captures without a file on disk. The encoder generates them when they are opened. */
export class LessonFiles extends MadeFiles {
  protected async make(engine: EngineClient, path: string): Promise<Uint8Array | undefined> {
    return (await engine.ask('madeFile', { name: path })).bytes;
  }
}

/** URI of a generated capture. */
export const lessonUri = (name: string): vscode.Uri => vscode.Uri.from({ scheme: LESSON_SCHEME, path: `/${name}` });
