import type { Method } from '@distillery/distill';
import { fsrcnn } from '@distillery/models';
import { disposeParams, mapParams, seedRng, useEngine } from '@distillery/tensor';
import { dispose, memory, mul, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { deployNetworks } from '../../src/perform/deployed-networks';

const model = fsrcnn({ features: 4, shrunk: 2, mapping: 1, scale: 2, tail: { kind: 'sub-pixel' } });

/** Deploys a network of the state, one made anew, and one that the method keeps. */
function threeNetworks(kept: Readonly<Record<string, Tensor>>): Method {
  return {
    name: 'three',
    init: (rng) => ({ network: model.init(rng) }),
    step: (state) => ({ state, losses: {} }),
    deploy: ({ network }) => ({
      student: { model, params: network as Record<string, Tensor> },
      halved: { model, params: mapParams(network as Record<string, Tensor>, (tensor) => mul(tensor, 0.5)) },
      reference: { model, params: kept },
    }),
  };
}

describe('deployNetworks', () => {
  beforeAll(async () => {
    await useEngine('wasm');
  });

  it('gives away only what was made for it, however often it is called', () => {
    const kept = model.init(seedRng(1));
    const state = { network: model.init(seedRng(2)) };
    const method = threeNetworks(kept);
    const before = memory().numTensors;
    for (let i = 0; i < 2; i++) {
      const { networks, own } = deployNetworks(method, state);
      expect(Object.keys(networks)).toEqual(['student', 'halved', 'reference']);
      expect(own).toEqual(Object.values(networks['halved']?.params ?? {}));
      dispose([...own]);
      expect(memory().numTensors).toBe(before);
    }
    for (const tensor of [...Object.values(kept), ...Object.values(state.network)]) expect(tensor.isDisposed).toBe(false);
    disposeParams(kept);
    disposeParams(state.network);
  });

  it('names the networks there are', () => {
    const kept = model.init(seedRng(1));
    const state = { network: model.init(seedRng(2)) };
    expect(() => deployNetworks(threeNetworks(kept), state, ['teacher'])).toThrow(
      "three deploys no 'teacher', only student, halved, reference",
    );
    disposeParams(kept);
    disposeParams(state.network);
  });
});
