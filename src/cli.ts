#!/usr/bin/env node
import { sendScouts } from './engine/scouts';

// A thread takes as long to start as the rest of the program takes to load, so that it is sent first.
const scouts = sendScouts(process.argv.slice(2));
void import('./program')
  .then(({ main }) => main(process.argv.slice(2), scouts))
  .then((status) => {
    process.exitCode = status;
  });
