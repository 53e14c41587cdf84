export { Random } from '../../src/learn/made/random';
