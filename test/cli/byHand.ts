/** Loads a script as Node.js 20 has to, and prints what it says: `byHand.ts SCRIPT CACHE`. */
import { createRequire } from 'node:module';
import { loadByHand } from '../../src/cli/compiled';

const [, , script, cache] = process.argv;
const { answer } = loadByHand(cache!, script!, createRequire(script!)) as { answer: () => string };
process.stdout.write(answer());
