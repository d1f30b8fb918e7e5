export * from './model';
export { readSafetensors, writeSafetensors, type Safetensors, type StoredTensor } from './weights/safetensors';
