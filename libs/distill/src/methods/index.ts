/** Every method, and the parts that other code builds on. `METHODS` collects what is exported here, so that an exported method is listed and tested. */
export * from './as-is';
export * from './be-your-own-teacher';
export * from './csd';
export * from './deep-mutual-learning';
export * from './fakd';
export * from './jdsr';
export * from './jdsr/curriculum';
export * from './jdsr/peer-alone';
export * from './jdsr/sections';
export * from './jdsr/soft-labels';
export * from './jdsr/superior-lr';
export * from './output-distillation';
export * from './pdd';
export * from './pdd/premise';
export {
  PDD_INTER_LAYERS,
  PDD_INTRA_LAYERS,
  PDD_PERCEPTUAL_LAYERS,
  type DistanceOptions,
  type FidelityWeights,
  type LayerWeights,
  type Weighted,
} from './pdd/terms';
export * from './pisr';
export * from './plain';
export * from './specialist-generalist';
export * from './srkd';
