import type { Deployed } from '@distillery/distill';
import { complexity } from '@distillery/models';
import { normalTensor, seedRng } from '@distillery/tensor';
import { tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Cost } from '../store/run-result';

/** LR input on which costs are counted and measured: the patch size of the field's training. */
const INPUT: readonly [height: number, width: number] = [48, 48];
const PASSES = 5;

/**
 * Parameters and multiply-adds of a deployed network, and the median wall-clock milliseconds of `PASSES` forward passes after a first
 * one that does not count. A network that sees HR gets `scale` times the sides. Other runs on the same machine slow it down: compare
 * latencies of one plan only.
 */
export function costOf(network: string, { model, params, sees }: Deployed, scale: number): Cost {
  const [height, width] = INPUT.map((side) => (sees === 'hr' ? scale * side : side)) as [number, number];
  const { parameters, multiplyAdds } = complexity(model, [height, width]);
  const x = normalTensor(seedRng(0), [1, height, width, model.channels]) as Tensor4D;
  const forward = (): number => {
    const begun = performance.now();
    tidy(() => void model.apply(params, x).dataSync());
    return performance.now() - begun;
  };
  forward();
  const times = Array.from({ length: PASSES }, forward).sort((a, b) => a - b);
  x.dispose();
  return { network, parameters, multiplyAdds, inputShape: INPUT, latencyMs: times[(PASSES - 1) / 2] as number, latencyPasses: PASSES };
}
