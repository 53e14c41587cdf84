/** The value types from which option tables are built. */
export * from './type';
export * from './scalar';
export * from './compound';
export * from './domain';
export * from './struct';
