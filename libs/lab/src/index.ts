export * from './claim';
export * from './paper';
export * from './recipe';
export * from './result';
