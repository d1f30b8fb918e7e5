import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import { adamInit, valueAndGrads, type Params } from '@distillery/tensor';
import { adamFor, adamSlots, adamStep } from '../training/adam-slots';
import { l1Loss } from '../losses/l1';
import { mutualLoss, type MutualDistance } from '../losses/mutual';
import { slot } from '../training/state';
import { defineMethod } from '../define-method';

export interface DeepMutualLearningOptions {
  readonly student: Model;
  readonly peer: Model;
  readonly distance: MutualDistance;
  /** Weight of the mutual distance against L1. */
  readonly weight: number;
}

/**
 * Deep mutual learning (Zhang et al., CVPR 2018) carried over to images: two networks on the same LR learn together, each towards the truth and the
 * other's output. L_i = L1(O_i, HR) + weight M(O_i, O_j), O_j constant; both updated from the same forward pass, Adam for each. The paper's
 * classifiers compare by KL(p_j || p_i), which outputs that are no distributions do not have. State: `network` (the student), `peer`.
 */
export const deepMutualLearning = defineMethod({
  id: 'deep-mutual-learning',
  title: 'Deep mutual learning',
  source: 'Zhang et al., CVPR 2018',
  method({ student, peer, distance, weight }: DeepMutualLearningOptions) {
    return {
      init(rng) {
        const network = student.init(rng);
        const other = peer.init(rng.split('peer'));
        return { network, ...adamSlots(adamInit(network)), peer: other, ...adamSlots(adamInit(other), 'adam.peer') };
      },

      step(state, { lr, hr, learningRate }) {
        const outputs = { network: student.apply(slot(state, 'network'), lr), peer: peer.apply(slot(state, 'peer'), lr) };
        const side = (model: Model, params: Params, other: Tensor4D) =>
          valueAndGrads((p) => {
            const output = model.apply(p, lr);
            const reconstruction = l1Loss(output, hr);
            const mutual = mutualLoss(output, other, distance);
            return { loss: tf.add<Scalar>(reconstruction, tf.mul(mutual, weight)), aux: { reconstruction, mutual } };
          }, params);
        const own = side(student, slot(state, 'network'), outputs.peer);
        const others = side(peer, slot(state, 'peer'), outputs.network);
        return {
          state: {
            ...adamStep(state, 'network', 'adam', own.grads, learningRate, adamFor(student)),
            ...adamStep(state, 'peer', 'adam.peer', others.grads, learningRate, adamFor(peer)),
          },
          losses: { total: own.loss, ...own.aux, peer: others.aux.reconstruction },
        };
      },

      deploy: (state) => ({
        student: { model: student, params: slot(state, 'network') },
        peer: { model: peer, params: slot(state, 'peer') },
      }),
    };
  },
});
