#!/usr/bin/env node
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { load } from './cli/compiled';
import { refuse, unexpectedSentence } from './cli/failure';

// Whatever nobody foresaw is one line and status 2, for 1 means that something was found. Where even standard error takes nothing, the status tells.
process.on('uncaughtException', (error: unknown) => process.exit(refuse(unexpectedSentence(error))));
process.stderr.on('error', () => undefined);
// What Node.js has to say about itself (“… is an experimental feature”) is of no use to whoever reads a capture.
process.removeAllListeners('warning');

// The young part of the heap stays small: let grow, it takes a third of the memory of a large capture, and makes nothing faster.
setFlagsFromString('--semi-space-growth-factor=1');

const { main } = load(join(__dirname, 'program.js')) as typeof import('./program');
void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  // What is left to be closed would keep the process for some milliseconds; output that somebody has yet to take keeps it in any case.
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
});
