export type { ParamShapes } from './layers/parameters';
export { defineModel, type Model, type ModelParts, type Tap } from './model';
export { SCALES, type Scale } from './layers/upsampler';
export { prelu, preluParams } from './layers/activations';
export { conv, convParams, type ConvShape } from './layers/conv';
export { constant, drawParams, layers, param, type ParamSpecs } from './layers/parameters';
export * from './sr';
export { readSafetensors, writeSafetensors, type Safetensors, type StoredTensor } from './weights/safetensors';
export { loadParams, saveParams, saveStateDict } from './weights/params';
export { readPth } from './weights/pth/read-pth';
export { randomFeatureParams, type FeatureNetwork, type TappedNetwork } from './frozen/feature-network';
export { loadVgg19, vgg19, VGG19_LAYERS, VGG19_WEIGHTS, vgg19Features, type Vgg19Input } from './frozen/vgg19';
export { discriminator, type Discriminator } from './discriminator';
export { ALEXNET_LAYERS, ALEXNET_WEIGHTS, alexNet, alexNetFeatures, loadAlexNet } from './frozen/alexnet';
export { squeezeNet } from './frozen/squeezenet';
export { complexity, type Complexity } from './complexity/complexity';
export { selfEnsemble } from './inference/self-ensemble';
export { upscale, upscaleLuma, withChroma, type UpscaleOptions } from './inference/upscale';
export type { Architecture, Config, ZooNetwork } from './architecture';
export {
  ARCHITECTURES,
  buildNetwork,
  EVERY_ARCHITECTURE,
  listArchitectures,
  networkSchema,
  widthOf,
  type ArchitectureId,
  type ArchitectureListing,
  type NetworkOptions,
} from './architectures';
export { loadModel, type LoadedModel, type LoadOptions } from './weights/load-model';
export { buildModel, MODELS, type ModelEntry, type ModelName } from './zoo';
export { leadingSlice } from './weights/leading-slice';
