/** Configurations, leases and this machine, as a worker thread. */
import { serveOperator } from './program';

serveOperator();
