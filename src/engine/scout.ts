/** The second reader as a worker thread of Node (see `scouting`). */
import { parentPort, workerData } from 'node:worker_threads';
import { scout, type Errand } from './scouting';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');
const parcel = scout(workerData as Errand, (start) => port.postMessage({ start }));
port.postMessage({ parcel }, parcel ? [parcel.octets.buffer as ArrayBuffer] : []);
