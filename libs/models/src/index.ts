export type { Model, ParamShapes, Tap } from './model';
export type { Scale } from './layers/upsampler';
export * from './sr/edsr';
export { readSafetensors, writeSafetensors, type Safetensors, type StoredTensor } from './weights/safetensors';
export { loadParams, saveParams, type Rename } from './weights/params';
