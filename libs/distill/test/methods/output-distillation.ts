import { outputDistillation } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng } from '@distillery/tensor';
import { TOY_TEACHER } from '../toy';
import type { Variants } from './variants';

export const OUTPUT_DISTILLATION_METHODS = {
  'output-distillation': {
    '': () => {
      const model = edsr(TOY_TEACHER);
      return outputDistillation({
        student: edsr({ ...TOY_TEACHER, features: 4 }),
        teacher: { model, params: model.init(seedRng(8)) },
        alpha: 0.5,
      });
    },
  },
} satisfies Record<string, Variants>;
