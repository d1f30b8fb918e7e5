import { scalar } from '@tensorflow/tfjs-core';
import { cloneParams } from '@distillery/tensor';
import type { Deployed } from '../method';
import { defineMethod } from '../define-method';

/** Networks that are not trained but evaluated as they are, by role. A step leaves them alone; its loss is 0. The state holds copies. */
export const asIs = defineMethod({
  id: 'as-is',
  title: 'Networks evaluated as they are',
  source: 'ours',
  method(networks: Readonly<Record<string, Deployed>>) {
    return {
      init: () => Object.fromEntries(Object.entries(networks).map(([role, { params }]) => [role, cloneParams(params)])),
      step: (state) => ({ state, losses: { total: scalar(0) } }),
      deploy: (state) =>
        Object.fromEntries(Object.entries(networks).map(([role, { model, params }]) => [role, { model, params: state[role] ?? params }])),
    };
  },
});
