/** The engine of a window, as a worker thread. */
import { serve } from './program';

serve();
