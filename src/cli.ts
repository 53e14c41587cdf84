#!/usr/bin/env node
import { join } from 'node:path';
import { load } from './cli/compiled';

const { main } = load(join(__dirname, 'program.js')) as typeof import('./program');
void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  // What is left to be closed would keep the process for some milliseconds; output that somebody has yet to take keeps it in any case.
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
});
