import { asIs, csd, CSD_LAYER_WEIGHTS, METHODS as LIBRARY, plain, type Method, type MethodId } from '@distillery/distill';
import { edsr, edsrWidth } from '@distillery/models';
import { seedRng } from '@distillery/tensor';
import { FAKD_METHODS } from './methods/fakd';
import { JDSR_METHODS } from './methods/jdsr';
import { OUTPUT_DISTILLATION_METHODS } from './methods/output-distillation';
import { PDD_METHODS } from './methods/pdd';
import { PISR_METHODS } from './methods/pisr';
import { SRKD_METHODS } from './methods/srkd';
import type { Variants } from './methods/variants';
import { TOY_TEACHER, toyFeatures } from './toy';

/** A toy of every method of the library. The compiler asks for one that is missing. */
const TOYS: { readonly [Id in MethodId]: Variants } = {
  plain: { '': () => plain({ model: edsr(TOY_TEACHER), role: 'teacher' }) },
  'as-is': {
    '': () => {
      const model = edsr(TOY_TEACHER);
      return asIs({ generalist: { model, params: model.init(seedRng(8)) } });
    },
  },
  csd: {
    '': () =>
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
  },
  ...OUTPUT_DISTILLATION_METHODS,
  ...SRKD_METHODS,
  ...PISR_METHODS,
  ...FAKD_METHODS,
  ...PDD_METHODS,
  ...JDSR_METHODS,
};

/** Every method of the library in a toy size, made on the active engine, as `id` or `id, variant`. One without a toy fails wherever it is made. */
export const METHODS: Readonly<Record<string, () => Method>> = Object.fromEntries(
  Object.keys(LIBRARY).flatMap((id) => titled(id, (TOYS as Readonly<Record<string, Variants>>)[id] ?? { '': missing(id) })),
);

/** The variants of a method under their titles. */
function titled(id: string, variants: Variants): (readonly [title: string, make: () => Method])[] {
  return Object.entries(variants).map(([variant, make]) => [variant === '' ? id : `${id}, ${variant}`, make] as const);
}

function missing(id: string): () => Method {
  return () => {
    throw new Error(`method '${id}' is trained nowhere: expected a toy of it in libs/distill/test/methods.ts`);
  };
}
