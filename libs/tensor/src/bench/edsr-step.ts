import { abs, add, conv2d, depthToSpace, mean, relu, scalar, sub, type Scalar, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { adamInit, adamUpdate } from '../adam';
import type { Step } from '../onnx';
import type { Params } from '../params';
import { uniformTensor } from '../random-tensors';
import { seedRng } from '../rng';
import { valueAndGrads } from '../value-and-grads';
import type { EdsrWorkload } from './torch-process';

export type BenchState = Readonly<Record<string, Params>>;
export interface BenchBatch {
  readonly lr: Tensor4D;
  readonly hr: Tensor4D;
  readonly learningRate: Scalar;
}

/** The same training step as the PyTorch program's: EDSR x2 without mean shift, L1, Adam. */
export function edsrStep({ features, blocks, batch, patch }: EdsrWorkload): {
  step: Step<BenchState, BenchBatch>;
  state: BenchState;
  batch: BenchBatch;
} {
  const rng = seedRng(1);
  const convs: [name: string, inputs: number, outputs: number][] = [
    ['head', 3, features],
    ...Array.from({ length: 2 * blocks }, (_, i): [string, number, number] => [`block${i}`, features, features]),
    ['body', features, features],
    ['up', features, 4 * features],
    ['tail', features, 3],
  ];
  const params: Record<string, Tensor> = {};
  for (const [name, inputs, outputs] of convs) {
    const bound = 1 / Math.sqrt(9 * inputs);
    params[`${name}.weight`] = uniformTensor(rng, [3, 3, inputs, outputs], -bound, bound);
    params[`${name}.bias`] = uniformTensor(rng, [outputs], -bound, bound);
  }
  const { m, v, t } = adamInit(params);

  const conv = (p: Params, name: string, x: Tensor4D): Tensor4D =>
    add(conv2d(x, p[`${name}.weight`] as Tensor4D, 1, 'same'), p[`${name}.bias`] as Tensor);
  const forward = (p: Params, x: Tensor4D): Tensor4D => {
    const head = conv(p, 'head', x);
    let h = head;
    for (let i = 0; i < blocks; i++) h = add(h, conv(p, `block${2 * i + 1}`, relu(conv(p, `block${2 * i}`, h))));
    return conv(p, 'tail', depthToSpace(conv(p, 'up', add(conv(p, 'body', h), head)), 2, 'NHWC'));
  };

  return {
    state: { params, m, v, t },
    batch: {
      lr: uniformTensor(rng, [batch, patch, patch, 3], 0, 1) as Tensor4D,
      hr: uniformTensor(rng, [batch, 2 * patch, 2 * patch, 3], 0, 1) as Tensor4D,
      learningRate: scalar(1e-4),
    },
    step(state, { lr, hr, learningRate }) {
      const network = state.params as Params;
      const { loss, grads } = valueAndGrads((p) => ({ loss: mean<Scalar>(abs(sub(forward(p, lr), hr))), aux: {} }), network);
      const next = adamUpdate(network, grads, { m: state.m as Params, v: state.v as Params, t: state.t as Params }, learningRate);
      return { state: { params: next.params, ...next.state }, losses: { total: loss } };
    },
  };
}
