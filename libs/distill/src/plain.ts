import type { Model } from '@distillery/models';
import { adamInit, adamUpdate, cloneParams, valueAndGrads, type Params } from '@distillery/tensor';
import { adamFromState, adamSlots } from './adam-slots';
import { l1Loss } from './losses/l1';
import type { Method } from './method';
import { slot } from './state';

export interface PlainOptions {
  readonly model: Model;
  /** The role the network plays, and the name it is deployed under. */
  readonly role: 'student' | 'teacher';
  /** Parameters to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
}

/**
 * Plain supervised training, no teacher: L = mean |net(LR) - HR|, Adam. The baseline of every paper, the pretraining of teachers,
 * and, started from a teacher's slice, the control of CSD's issue 9.
 */
export function plain({ model, role, start }: PlainOptions): Method {
  return {
    name: 'plain',
    init(rng) {
      const network = start ? cloneParams(start) : model.init(rng);
      return { network, ...adamSlots(adamInit(network)) };
    },
    step(state, { lr, hr, learningRate }) {
      const { loss, grads } = valueAndGrads((p) => ({ loss: l1Loss(model.apply(p, lr), hr), aux: {} }), slot(state, 'network'));
      const next = adamUpdate(slot(state, 'network'), grads, adamFromState(state), learningRate);
      return { state: { network: next.params, ...adamSlots(next.state) }, losses: { total: loss } };
    },
    deploy: (state) => ({ [role]: { model, params: slot(state, 'network') } }),
  };
}
