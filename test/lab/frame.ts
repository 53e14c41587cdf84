export * from '../../src/learn/made/frame';
