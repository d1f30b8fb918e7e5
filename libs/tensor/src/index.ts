export * from './adam';
export * from './engine';
export * from './leak-checked';
export * from './params';
export * from './random-tensors';
export * from './rng';
export * from './user-error';
export * from './value-and-grads';
