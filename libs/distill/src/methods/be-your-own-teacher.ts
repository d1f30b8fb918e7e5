import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { conv, convParams, drawParams, layers, type SectionedEdsrConfig } from '@distillery/models';
import { featuresAt } from '../networks/forward';
import { objectiveMethod } from '../training/objective';
import { sectionedNetwork, sumOf } from './jdsr/sections';
import { l1Loss } from '../losses/l1';
import { slot } from '../training/state';
import { stopGradient } from '../networks/stop-gradient';
import { defineMethod } from '../define-method';

export interface BeYourOwnTeacherOptions {
  readonly student: Omit<SectionedEdsrConfig, 'exits'>;
  /** Share of the deepest exit in what a shallow exit learns from; 0.3 in the journal version's code. */
  readonly alpha: number;
  /** Weight of the hint; 0.03 in that code, for features of another kind. */
  readonly hint: number;
}

/**
 * Be Your Own Teacher (Zhang et al., ICCV 2019) carried over to images: the deepest exit teaches the shallow ones.
 * L = L1(S_K, HR) + sum_{i<K} [ (1 - alpha) L1(S_i, HR) + alpha L1(S_i, S_K) + hint mean (adapter_i(f_i) - f_K)^2 ], S_K and f_K constant in the sum.
 * adapter_i is a 1x1 convolution, dropped afterwards (the journal version's code has adapters, the conference version by its account none); every
 * shallow exit has its hint (that code leaves one out). Throws UserError as `sectionedEdsr` does.
 */
export const beYourOwnTeacher = defineMethod({
  id: 'be-your-own-teacher',
  title: 'Be Your Own Teacher',
  source: 'Zhang et al., ICCV 2019',
  method({ student: config, alpha, hint }: BeYourOwnTeacherOptions) {
    const student = sectionedNetwork(config);
    const shallow = Array.from({ length: config.sections - 1 }, (_, i) => i + 1);
    const deepest = `section.${config.sections}`;
    const [exitTaps, sectionTaps] = [shallow.map((i) => `exit.${i}`), shallow.map((i) => `section.${i}`)];
    const adapters = layers(...shallow.map((i) => convParams(`adapter.${i}`, { kernel: 1, in: config.features, out: config.features })));
    const training = objectiveMethod({
      network: student.training,
      taps: [...exitTaps, ...sectionTaps, deepest],
      heads: (rng) => drawParams(adapters, rng),
      terms(pass, _, { hr }, heads) {
        const exits = featuresAt(pass, exitTaps);
        const deepestOutput = stopGradient(pass.output);
        const deepestFeature = stopGradient(pass.features[deepest] as Tensor4D);
        const adapted = featuresAt(pass, sectionTaps).map((feature, i) => conv(heads, `adapter.${i + 1}`, feature));
        return {
          reconstruction: { weight: 1, value: l1Loss(pass.output, hr) },
          intermediate: { weight: 1 - alpha, value: sumOf(exits.map((exit) => l1Loss(exit, hr))) },
          teacher: { weight: alpha, value: sumOf(exits.map((exit) => l1Loss(exit, deepestOutput))) },
          hint: { weight: hint, value: sumOf(adapted.map((feature) => tf.mean(tf.squaredDifference(feature, deepestFeature)))) },
        };
      },
    });
    return { ...training, deploy: (state) => student.deploy(slot(state, 'network')) };
  },
});
