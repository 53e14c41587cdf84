/** All that the command line does, apart from the few lines that have to begin before it has been loaded (`cli`). */
export { main } from './cli/main';
