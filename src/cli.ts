#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { sendScouts } from './engine/scouts';

// A thread takes as long to start as the rest of the program takes to load, so that it is sent first.
const scouts = sendScouts(process.argv.slice(2));
// What was compiled once need not be compiled at each start. Node.js before 22 cannot; nor does it, and says nothing, where the folder cannot be written to.
(enableCompileCache as typeof enableCompileCache | undefined)?.(join(__dirname, 'cache'));
void import('./program')
  .then(({ main }) => main(process.argv.slice(2), scouts))
  .then((status) => {
    process.exitCode = status;
  });
