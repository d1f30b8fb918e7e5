import { csd, CSD_CONTRAST_WEIGHT, CSD_LAYER_WEIGHTS, CSD_LAYERS, plain, type Batch, type Method, type State } from '@distillery/distill';
import { edsr, edsrWidth, randomFeatureParams, vgg19, vgg19Features } from '@distillery/models';
import { seedRng, uniformTensor } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import type { StepWorkload } from './workloads';

/** What a workload trains: a method with its first state and a batch, of random values, the same every time. The caller owns the tensors. */
export function workloadStep(workload: StepWorkload): { method: Method; state: State; batch: Batch } {
  const { teacher, batch, side } = workload;
  const method = methodOf(workload);
  const rng = seedRng(0);
  const draw = (pixels: number) => uniformTensor(rng, [batch, pixels, pixels, 3], 0, 1) as tf.Tensor4D;
  const data = { lr: draw(side), hr: draw(side * teacher.scale), learningRate: tf.scalar(1e-4) };
  return { method, state: method.init(rng), batch: data };
}

function methodOf({ teacher, csd: distilled }: StepWorkload): Method {
  if (!distilled) return plain({ model: edsr(teacher), role: 'teacher' });
  const frozen = randomFeatureParams(vgg19, 0);
  return csd({
    teacher: edsr(teacher),
    student: edsr(edsrWidth(teacher, distilled.width)),
    teacherWeight: 1,
    contrast: {
      weight: CSD_CONTRAST_WEIGHT,
      positive: 'teacher',
      negatives: distilled.negatives,
      denominator: 'sum',
      features(image) {
        const maps = vgg19Features(frozen, image, CSD_LAYERS, 'raw');
        return CSD_LAYERS.map((layer) => maps[layer] as tf.Tensor4D);
      },
      layerWeights: CSD_LAYER_WEIGHTS,
    },
  });
}
