/** The second reader as a worker thread of Node (see `scouting`). */
import { parentPort, workerData } from 'node:worker_threads';
import { memoryOf } from './parcel';
import { scout, type Errand } from './scouting';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');
const parcels = scout(workerData as Errand);
port.postMessage(parcels, parcels ? [...memoryOf(parcels)] : []);
