/** The second reader as a worker thread of Node (see `scouting`): waits for its errand, and ends with it. */
import { parentPort } from 'node:worker_threads';
import { memoryOf } from './parcel';
import { scout, type Errand } from './scouting';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');
port.once('message', (errand: Errand) => {
  const parcels = scout(errand);
  port.postMessage(parcels, parcels ? [...memoryOf(parcels)] : []);
});
