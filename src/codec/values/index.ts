/** The value types that option tables are made of. */
export * from './type';
export * from './scalar';
export * from './compound';
export * from './domain';
export * from './struct';
