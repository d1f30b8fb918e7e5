import type { Tensor4D } from '@tensorflow/tfjs-core';
import { selfEnsemble, type Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { featuresAt } from '../networks/forward';
import { teacherPass, type FrozenTeacher } from '../networks/frozen-teacher';
import { objectiveMethod } from '../training/objective';
import { l1Loss } from '../losses/l1';
import type { Relation } from '../losses/relation';
import { defineMethod } from '../define-method';

/** alpha of the released scripts: the teacher's share in the L1 terms. */
export const FAKD_ALPHA = 0.5;
/** beta = 10 on images in 0..255; here images are 0..1, so the L1 terms are 255 times smaller while affinities are not. */
export const FAKD_WEIGHT = 10 / 255;

/** The taps at which the networks are compared, one of each network per position, in network order. */
export interface Positions {
  readonly student: readonly string[];
  readonly teacher: readonly string[];
}

export interface FakdOptions {
  readonly student: Model;
  readonly teacher: FrozenTeacher;
  /** alpha, the teacher's share in the L1 terms: 0 leaves its output out, 1 the ground truth. */
  readonly alpha: number;
  /** The term on features, with beta for images in 0..1; null: none, distillation of the output alone. */
  readonly features: { readonly weight: number; readonly relation: Relation; readonly positions: Positions } | null;
  /** Imitate the teacher's x8 self-ensemble. The features stay those of its single pass. */
  readonly ensembleTeacher?: boolean;
  /** Parameters of the student to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
  /** Also logs the norm of each weighted term's gradient, see `objectiveMethod`. */
  readonly gradientNorms?: boolean;
  /** As in `objectiveMethod`: instead of beta, the relation gets this multiple of the first term's gradient. */
  readonly gradientRatio?: number;
}

/**
 * Feature-affinity distillation (FAKD, ICIP 2020):
 * L = (1 - alpha) mean |S(LR) - HR| + alpha mean |S(LR) - T(LR)| + beta sum_l d(A(F_S,l), A(F_T,l)), Adam; teacher T frozen, F_l the features at
 * position l, A their spatial affinity or another relation. Terms of weight 0 are left out. Throws RangeError for an alpha outside 0..1 or
 * unequal numbers of positions.
 */
export const fakd = defineMethod({
  id: 'fakd',
  title: 'Feature-affinity distillation',
  source: 'ICIP 2020',
  method(options: FakdOptions) {
    const { student, teacher, alpha, features, ensembleTeacher = false, start, gradientNorms = false, gradientRatio } = options;
    if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`FAKD: alpha ${alpha}, expected 0..1`);
    const { positions, relation, weight } = features ?? { positions: { student: [], teacher: [] }, relation: null, weight: 0 };
    if (positions.student.length !== positions.teacher.length)
      throw new RangeError(
        `FAKD: ${positions.student.length} positions in the student, ${positions.teacher.length} in the teacher, expected as many`,
      );
    const heads = relation?.heads;

    return objectiveMethod({
      network: student,
      taps: positions.student,
      gradientNorms,
      ...(gradientRatio !== undefined && { gradientRatio }),
      ...(start && { start }),
      ...(heads && { heads }),

      targets({ lr }) {
        const single = teacherPass(teacher, lr, positions.teacher);
        return { features: featuresAt(single, positions.teacher), output: ensembleTeacher ? ensembleOf(teacher, lr) : single.output };
      },

      terms(pass, targets, { hr }, learned) {
        const terms = {
          reconstruction: { weight: 1 - alpha, value: () => l1Loss(pass.output, hr) },
          imitation: { weight: alpha, value: () => l1Loss(pass.output, targets.output) },
          ...(relation && {
            relation: { weight, value: () => relation.loss(featuresAt(pass, positions.student), targets.features, learned) },
          }),
        };
        const present = Object.entries(terms).filter(([, term]) => term.weight !== 0);
        return Object.fromEntries(present.map(([name, term]) => [name, { weight: term.weight, value: term.value() }]));
      },
    });
  },
});

function ensembleOf({ model, params }: FrozenTeacher, lr: Tensor4D): Tensor4D {
  return teacherPass({ model: selfEnsemble(model), params }, lr).output;
}
