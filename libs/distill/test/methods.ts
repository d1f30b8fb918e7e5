import { csd, CSD_LAYER_WEIGHTS, plain, type Method } from '@distillery/distill';
import { edsr, edsrWidth } from '@distillery/models';
import { FAKD_METHODS } from './methods/fakd';
import { JDSR_METHODS } from './methods/jdsr';
import { OUTPUT_DISTILLATION_METHODS } from './methods/output-distillation';
import { PDD_METHODS } from './methods/pdd';
import { PISR_METHODS } from './methods/pisr';
import { SRKD_METHODS } from './methods/srkd';
import { TOY_TEACHER, toyFeatures } from './toy';

/** Every method in a toy size, made on the active engine. */
export const METHODS: Record<string, () => Method> = {
  plain: () => plain({ model: edsr(TOY_TEACHER), role: 'teacher' }),
  csd: () =>
    csd({
      teacher: edsr(TOY_TEACHER),
      student: edsr(edsrWidth(TOY_TEACHER, 0.5)),
      teacherWeight: 1,
      contrast: {
        weight: 0.1,
        positive: 'teacher',
        negatives: 2,
        denominator: 'sum',
        features: toyFeatures(3),
        layerWeights: CSD_LAYER_WEIGHTS,
      },
    }),
  ...OUTPUT_DISTILLATION_METHODS,
  ...SRKD_METHODS,
  ...PISR_METHODS,
  ...FAKD_METHODS,
  ...PDD_METHODS,
  ...JDSR_METHODS,
};
