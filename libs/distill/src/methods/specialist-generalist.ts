import { addN, type Scalar } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import { adamInit, valueAndGrads } from '@distillery/tensor';
import { adamFor, adamSlots, adamStep } from '../training/adam-slots';
import { l1Loss } from '../losses/l1';
import type { Method } from '../method';
import { slot } from '../training/state';
import { defineMethod } from '../define-method';

const ROLES = ['specialist', 'generalist'] as const;

/**
 * The two networks that PDD starts from, trained apart but side by side on the same HR patches: the specialist on the recipe's own LR, the
 * generalist on LR made by its blind degradation. L = mean |net(LR) - HR| and Adam for each; of one architecture. State: `specialist`, `generalist` and
 * their Adams. Throws RangeError if the batch has no blind patches.
 */
export const specialistAndGeneralist = defineMethod({
  id: 'specialist-and-generalist',
  title: 'PDD’s two pretrained networks',
  source: 'ours',
  method(model: Model) {
    return {
      init: (rng) =>
        Object.assign(
          {},
          ...ROLES.map((role) => {
            const network = model.init(rng.split(role));
            return { [role]: network, ...adamSlots(adamInit(network), `adam.${role}`) };
          }),
        ) as ReturnType<Method['init']>,

      step(state, { lr, blind, hr, learningRate }) {
        if (!blind) throw new RangeError('a generalist needs blindly degraded patches in the batch');
        const inputs = { specialist: lr, generalist: blind };
        const trained = ROLES.map((role) => {
          const network = slot(state, role);
          const { loss, grads } = valueAndGrads((p) => ({ loss: l1Loss(model.apply(p, inputs[role]), hr), aux: {} }), network);
          return { role, loss, slots: adamStep(state, role, `adam.${role}`, grads, learningRate, adamFor(model)) };
        });
        return {
          state: Object.assign({}, ...trained.map(({ slots }) => slots)) as ReturnType<Method['init']>,
          losses: {
            total: addN(trained.map(({ loss }) => loss)) as Scalar,
            ...(Object.fromEntries(trained.map(({ role, loss }) => [role, loss])) as Record<string, Scalar>),
          },
        };
      },

      deploy: (state) => Object.fromEntries(ROLES.map((role) => [role, { model, params: slot(state, role) }])),
    };
  },
});
