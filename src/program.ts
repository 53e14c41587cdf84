/** What runs outside the extension host, in one bundle: the command line (`cli`) and the engine of the window (`worker`). */
export { main } from './cli/main';
export { serve } from './engine/serve';
