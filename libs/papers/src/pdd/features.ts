import { PDD_LAYERS, type PddLayers, type PddOptions } from '@distillery/distill';
import type { FeatureNetworkName, Resources } from '@distillery/lab';
import { mul, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * The paper's loss weights are for VGG19 fed with images of unit deviation (mean 0.226 over the channels); ours takes 0..255. Dividing the features by the ratio
 * of the two brings them to the paper's scale as far as the network is homogeneous.
 */
const VGG19_SCALE = 1 / (255 * 0.226);

/** AlexNet's convolutions in the place of VGG19's of the same block. */
const ALEXNET_LAYERS: PddLayers = {
  inter: { conv2: 0.25, conv3: 0.25, conv4: 0.25, conv5: 0.25 },
  intra: { conv2: 0.1, conv3: 0.3, conv4: 1, conv5: 1 },
  perceptual: { conv1: 0.1, conv2: 0.1, conv3: 1, conv4: 1, conv5: 1 },
};

/**
 * What makes AlexNet's features as large as VGG19's on the paper's scale, so that the paper's weights go with them: the mean absolute difference of bicubic x4 and HR
 * in conv1_2, conv2_2, conv3_4, conv4_4 and conv5_4, over that in conv1 to conv5 (527 patches of 48x48 pixels of T91; `tools/oracles/pdd-alexnet-scale.cjs`).
 */
const ALEXNET_SCALE: Readonly<Record<string, number>> = { conv1: 1.58, conv2: 0.884, conv3: 2.4, conv4: 1.96, conv5: 0.157 };

/**
 * The feature network of PDD's losses before its ReLUs, and the layers that the terms look at: VGG19 as released, or AlexNet, which the released code
 * has as an alternative: a step of Static at the small tier takes 251 ms of a processor's time instead of 812 (`onnx`, one thread).
 */
export function pddFeatures(which: FeatureNetworkName, { vgg19, alexnet }: Resources): Pick<PddOptions, 'features' | 'layers'> {
  const scaled = (maps: Record<string, Tensor4D>, scaleOf: (layer: string) => number) =>
    Object.fromEntries(Object.entries(maps).map(([layer, map]) => [layer, mul<Tensor4D>(map, scaleOf(layer))]));
  const missing = (): never => {
    throw new Error('PDD needs the feature network');
  };
  return which === 'vgg19'
    ? { layers: PDD_LAYERS, features: (image, layers) => scaled((vgg19 ?? missing()).features(image, layers, 'caffe'), () => VGG19_SCALE) }
    : {
        layers: ALEXNET_LAYERS,
        features: (image, layers) => scaled((alexnet ?? missing()).features(image, layers), (layer) => ALEXNET_SCALE[layer] as number),
      };
}
