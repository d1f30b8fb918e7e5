import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { pisr, pisrTeacher, type Method, type PisrDistillation, type PisrOptions } from '@distillery/distill';
import { edsr, fsrcnn, pisrAutoencoder, type Model, type PisrView, type Scale } from '@distillery/models';
import { seedRng } from '@distillery/tensor';
import { TOY_TEACHER } from '../toy';
import type { Variants } from './variants';

export function toyFsrcnn(scale: Scale = 2): Model {
  const tail = { kind: 'deconvolution', crop: 4 } as const;
  return fsrcnn({ features: 6, shrunk: 4, mapping: 1, scale, tail, slopes: 'layer', start: 'pytorch' });
}

export const TOY_DISTILLATION: PisrDistillation = { distance: 'vid-laplace', tap: 'mid_part', channels: 6, strength: { weight: 1e-3 } };

export function toyAutoencoder(sees: PisrView = 'hr', decoder = toyFsrcnn()) {
  return pisrAutoencoder(decoder, { features: 5, shrunk: 4, sees });
}

export function toyPisr(over: Partial<PisrOptions> = {}): Method {
  const teacher = over.teacher ?? toyAutoencoder();
  return pisr({
    student: teacher.decoder,
    teacher,
    teacherParams: teacher.init(seedRng(8)),
    start: 'decoder',
    distillation: TOY_DISTILLATION,
    ...over,
  });
}

/** The method on the mean of the batch's three channels. */
export function onLuma(method: Method): Method {
  const grey = (x: Tensor4D): Tensor4D => tf.mean(x, 3, true);
  return { ...method, step: (state, batch) => method.step(state, { ...batch, lr: grey(batch.lr), hr: grey(batch.hr) }) };
}

/** Both stages of PISR, and the second on an RGB network. */
export const PISR_METHODS = {
  'pisr-teacher': {
    '': () => onLuma(pisrTeacher({ teacher: toyAutoencoder(), imitationWeight: 0.1 })),
    'without privilege': () => onLuma(pisrTeacher({ teacher: toyAutoencoder('lr'), imitationWeight: 0.1 })),
  },
  pisr: {
    '': () => onLuma(toyPisr()),
    Gaussian: () => onLuma(toyPisr({ distillation: { ...TOY_DISTILLATION, distance: 'vid-gaussian' } })),
    'at a gradient ratio': () => onLuma(toyPisr({ distillation: { ...TOY_DISTILLATION, strength: { gradientRatio: 0.1 } } })),
    'output alone': () => onLuma(toyPisr({ distillation: { output: 0.5 } })),
    'EDSR on RGB': () =>
      toyPisr({ teacher: toyAutoencoder('hr', edsr(TOY_TEACHER)), distillation: { ...TOY_DISTILLATION, tap: 'body', channels: 8 } }),
  },
} satisfies Record<string, Variants>;
