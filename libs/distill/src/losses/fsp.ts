import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';
import { pixels } from './pixels';

/**
 * How the flow between two maps is formed. `2022`: F1^T F2 / hw, as defined. `2019`: FAKD's first code, which takes the memory of the second
 * map (channels first) for its transpose, so that channels and positions are mixed, and does not divide.
 */
export type FspForm = '2022' | '2019';

/**
 * Flow of solution procedure (Yim et al., CVPR 2017) in the form that FAKD compares with: sum over consecutive maps i, i + 1 of
 * mean |G_S - G_T| over images and pairs of channels, G = F_i^T F_i+1 / hw. Maps `[n, h, w, c]` of one shape. Scalar >= 0, unit of F^2.
 * Throws RangeError for fewer than two maps, or unequal numbers of them.
 */
export function fspLoss(student: readonly Tensor4D[], teacher: readonly Tensor4D[], form: FspForm = '2022'): Scalar {
  if (student.length < 2 || student.length !== teacher.length)
    throw new RangeError(`FSP compares consecutive maps: got ${student.length} and ${teacher.length}, expected at least two of each`);
  const flows = flowsOf(student, form);
  return flowsOf(teacher, form)
    .map((flow, i) => l1Loss(flows[i] as Tensor3D, flow))
    .reduce((sum, term) => tf.add(sum, term));
}

function flowsOf(maps: readonly Tensor4D[], form: FspForm): Tensor3D[] {
  return maps.slice(1).map((next, i) => {
    const first = pixels(maps[i] as Tensor4D);
    if (form === '2019') return tf.matMul<Tensor3D>(first, misread(next), true, false);
    return tf.div(tf.matMul(first, pixels(next), true, false), first.shape[1]);
  });
}

/** The memory of `[n, c, hw]` read as `[n, hw, c]`. */
function misread(feature: Tensor4D): Tensor3D {
  const list = pixels(feature);
  return tf.reshape(tf.transpose(list, [0, 2, 1]), list.shape);
}
