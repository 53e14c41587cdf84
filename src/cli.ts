#!/usr/bin/env node
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { load } from './cli/compiled';
import { refuse, unexpectedSentence } from './cli/failure';

// An unforeseen error gives one line and status 2, because 1 means that something was
// found. If even standard error fails, only the status remains.
process.on('uncaughtException', (error: unknown) => process.exit(refuse(unexpectedSentence(error))));
process.stderr.on('error', () => undefined);
// Warnings of Node.js about itself (“… is an experimental feature”) do not help whoever reads a capture.
process.removeAllListeners('warning');

// V8 lets a heap grow to the fourfold before it looks for what is no longer used. A large capture fills that room with objects that lived
// for a moment: looking sooner takes a quarter less memory, and hardly more time.
setFlagsFromString('--heap-growing-percent=50');
// Loading the program lets the heap's young generation grow from one megabyte, by this factor, to nine, which it needs: a smaller one is
// collected all the time. Left to grow further, it takes a third of the memory of a large capture, and makes nothing faster.
setFlagsFromString('--semi-space-growth-factor=3');
const { main } = load(join(__dirname, 'program.js')) as typeof import('./program');
setFlagsFromString('--semi-space-growth-factor=1');

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  // Exits at once, because closing handles takes some milliseconds. Output that is not yet written keeps the process alive anyway.
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
});
