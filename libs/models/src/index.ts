export type { Model, ParamShapes, Tap } from './model';
export type { Scale } from './layers/upsampler';
export * from './sr/edsr';
export { readSafetensors, writeSafetensors, type Safetensors, type StoredTensor } from './weights/safetensors';
export { loadParams, saveParams, type Rename } from './weights/params';
export type { FeatureNetwork, TappedNetwork } from './frozen/feature-network';
export { loadVgg19, randomVgg19, vgg19, VGG19_LAYERS, VGG19_WEIGHTS, vgg19Features, type Vgg19Input } from './frozen/vgg19';
export { alexNet } from './frozen/alexnet';
export { squeezeNet } from './frozen/squeezenet';
