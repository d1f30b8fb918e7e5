import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError, type Params, type Rng } from '@distillery/tensor';
import { z } from 'zod';
import { indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { directTail, directTailParams } from '../layers/direct-tail';
import { drawParams, layers, repeated, shapesOf, type ParamShapes } from '../layers/parameters';
import { bilinear } from '../layers/resize';
import { SCALES } from '../layers/upsampler';
import { atLeast, checkOptions, choice, count, rgbRange } from '../options';

/** Those of the student, the others of which do not matter here. */
const options = z.object({
  /** C, the student's channels. */
  features: count.multipleOf(2, 'expected an even number'),
  /** K, the student's sections. */
  sections: atLeast(2),
  scale: choice(...SCALES),
  rgbRange,
});

export type SoftLabelGeneratorConfig = Readonly<z.infer<typeof options>>;

/** Makes soft labels for the shallow exits out of a sectioned network's features. */
export interface SoftLabelGenerator {
  readonly shapes: ParamShapes;
  init(rng: Rng): Params;
  /** `features`: f_0 (head) ... f_K, `[n, h, w, C]`; `lr` in 0..1 -> labels of exits 1 ... K-1, `[n, scale h, scale w, 3]` in 0..1, not clipped. */
  apply(params: Params, features: readonly Tensor4D[], lr: Tensor4D): Tensor4D[];
}

/**
 * JDSR's soft-label generator (Luo et al., ACM MM 2021; the construction as in a third-party port and in LatticeNet), from deep to shallow: with
 * g_K = f_K, g_i = concat(relu(conv1x1 g_{i+1}), relu(conv1x1 f_i)) + f_0 and label_i = tail_i(g_i) + bilinear(lr), every 1x1 halving the channels.
 * The last exit has no label. Throws UserError in one line for options that it does not take.
 */
export function softLabelGenerator(config: SoftLabelGeneratorConfig): SoftLabelGenerator {
  const { features, sections, scale, rgbRange } = checkOptions('soft-label generator', options, config);
  const halving = { kernel: 1, in: features, out: features / 2 };
  const parameters = repeated(sections - 1, (i) =>
    layers(
      convParams(`deep.${i + 1}`, halving),
      convParams(`shallow.${i + 1}`, halving),
      directTailParams(`tail.${i + 1}`, features, scale),
    ),
  );
  return {
    shapes: shapesOf(parameters),
    init: (rng) => drawParams(parameters, rng),
    apply(params, maps, lr) {
      if (maps.length !== sections + 1)
        throw new UserError(`soft-label generator: ${maps.length} feature maps, expected ${sections + 1} (head and ${sections} sections)`);
      return tf.tidy(() => {
        const head = maps[0] as Tensor4D;
        const skip = bilinear(lr, scale);
        let fused = maps[sections] as Tensor4D;
        const deepFirst = indices(sections - 1).map((k) => {
          const i = sections - 1 - k;
          const branches = [conv(params, `deep.${i}`, fused), conv(params, `shallow.${i}`, maps[i] as Tensor4D)];
          fused = tf.add(
            tf.concat(
              branches.map((branch) => tf.relu(branch)),
              3,
            ),
            head,
          );
          const residual = directTail(params, `tail.${i}`, fused, scale);
          return tf.add<Tensor4D>(rgbRange === 1 ? residual : tf.div(residual, rgbRange), skip);
        });
        return deepFirst.reverse();
      });
    },
  };
}
