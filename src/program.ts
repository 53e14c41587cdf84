/**
 * Everything that runs outside the extension host, in one bundle: the command line
 * (`cli`), the engine of the window (`worker`), and `operator`.
 */
export { main } from './cli/main';
export { serve } from './engine/serve';
export { serveOperator } from './operator/serve';
