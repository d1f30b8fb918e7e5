export * from './params';
export * from './rng';
export * from './user-error';
