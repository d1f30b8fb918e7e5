export * from './lpips';
