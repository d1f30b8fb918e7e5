import type { PddOptions } from '@distillery/distill';
import type { Resources } from '@distillery/lab';
import { mul, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * The paper's loss weights are for VGG19 fed with images of unit deviation (mean 0.226 over the channels); ours takes 0..255. Dividing the features by the ratio
 * of the two brings them to the paper's scale as far as the network is homogeneous.
 */
const FEATURE_SCALE = 1 / (255 * 0.226);

/** The feature network of PDD's losses: VGG19 before its ReLUs, on the paper's scale. */
export function pddFeatures({ vgg19 }: Resources): PddOptions['features'] {
  return (image, layers) => {
    if (!vgg19) throw new Error('PDD needs the feature network');
    const maps = vgg19.features(image, layers, 'caffe');
    return Object.fromEntries(Object.entries(maps).map(([layer, map]) => [layer, mul<Tensor4D>(map, FEATURE_SCALE)]));
  };
}
