/** Worker thread for configurations, lease databases and the state of this machine. */
import { serveOperator } from './program';

serveOperator();
