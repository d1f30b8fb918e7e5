export * from './method';
