import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import type { Params, Rng } from '@distillery/tensor';
import { attentionTransferLoss } from './attention-transfer';
import { channelAffinityLoss } from './channel-affinity';
import { featureDistance } from './feature-distance';
import { fspLoss } from './fsp';
import { imageAffinityLoss } from './image-affinity';
import { spatialAffinityLoss } from './spatial-affinity';

/** What a student's features at several positions are to share with the teacher's. */
export interface Relation {
  /** Draws what is trained beside the student and dropped afterwards. */
  readonly heads?: (rng: Rng) => Params;
  /** Features `[n, h, w, c]` of both networks, one per position, in network order. Throws RangeError for shapes that cannot be compared. */
  loss(student: readonly Tensor4D[], teacher: readonly Tensor4D[], heads: Params): Scalar;
}

/** The forms that FAKD (ICIP 2020) compares. */
export const RELATIONS = {
  'spatial-affinity': summed((student, teacher) => spatialAffinityLoss(student, teacher)),
  'channel-affinity': summed(channelAffinityLoss),
  'image-affinity': summed(imageAffinityLoss),
  'attention-transfer': summed((student, teacher) => attentionTransferLoss(student, teacher, 'norm')),
  'attention-transfer-2019': summed((student, teacher) => attentionTransferLoss(student, teacher, 'sum')),
  fsp: { loss: (student, teacher) => fspLoss(student, teacher, '2022') },
  'fsp-2019': { loss: (student, teacher) => fspLoss(student, teacher, '2019') },
  'feature-l1': summed((student, teacher) => featureDistance(student, teacher, 'l1')),
  'feature-l2': summed((student, teacher) => featureDistance(student, teacher, 'l2')),
} as const satisfies Record<string, Relation>;

export type RelationName = keyof typeof RELATIONS;

/** sum over positions of a loss of two maps: summed, not averaged, as in FAKD's code. */
export function summed(loss: (student: Tensor4D, teacher: Tensor4D, position: number, heads: Params) => Scalar): Relation {
  return {
    loss(student, teacher, heads) {
      if (student.length !== teacher.length || student.length === 0)
        throw new RangeError(
          `features of ${student.length} positions of the student and ${teacher.length} of the teacher, expected as many`,
        );
      return student.map((feature, i) => loss(feature, teacher[i] as Tensor4D, i, heads)).reduce((sum, term) => tf.add(sum, term));
    },
  };
}
