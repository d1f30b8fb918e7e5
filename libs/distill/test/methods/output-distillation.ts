import { outputDistillation, type Method } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng } from '@distillery/tensor';
import { TOY_TEACHER } from '../toy';

export const OUTPUT_DISTILLATION_METHODS: Record<string, () => Method> = {
  'output-distillation': () => {
    const model = edsr(TOY_TEACHER);
    return outputDistillation({
      student: edsr({ ...TOY_TEACHER, features: 4 }),
      teacher: { model, params: model.init(seedRng(8)) },
      alpha: 0.5,
    });
  },
};
