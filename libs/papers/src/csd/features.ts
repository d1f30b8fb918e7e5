import { CSD_LAYERS, CSD_LAYER_WEIGHTS, type Contrast } from '@distillery/distill';
import type { Resources } from '@distillery/lab';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/** The feature network of the contrastive term as released: five layers of VGG19, fed raw values. */
export function csdFeatures({ vgg19 }: Resources): Pick<Contrast, 'features' | 'layerWeights'> {
  return {
    features(image) {
      if (!vgg19) throw new Error('the contrastive term needs the feature network');
      const features = vgg19.features(image, CSD_LAYERS, 'raw');
      return CSD_LAYERS.map((layer) => features[layer] as Tensor4D);
    },
    layerWeights: CSD_LAYER_WEIGHTS,
  };
}
