import {
  backend_util,
  cast,
  div,
  equal,
  Max,
  max,
  Min,
  min,
  mul,
  reshape,
  sum,
  util,
  type GradConfig,
  type Tensor,
} from '@tensorflow/tfjs-core';

type Reduce = (x: Tensor, axes: number[], keepDims: boolean) => Tensor;

/** y = the largest or smallest element along axes: dy goes to it in equal parts where there are several, as PyTorch's amax has it; tfjs gives each the whole. */
function extremeGradient(kernelName: string, reduce: Reduce, axisName: string): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as [Tensor];
      const axes = util.parseAxisParam(attributes[axisName] as number[], x.shape);
      return {
        x: () => {
          const chosen = cast(equal(x, reduce(x, axes, true)), 'float32');
          const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
          const spread = reshape(dy as Tensor, backend_util.expandShapeToKeepDim(kept, axes));
          return mul(chosen, div(spread, sum(chosen, axes, true)));
        },
      };
    },
  };
}

export const EXTREME_GRADIENTS: readonly GradConfig[] = [extremeGradient(Max, max, 'reductionIndices'), extremeGradient(Min, min, 'axis')];
