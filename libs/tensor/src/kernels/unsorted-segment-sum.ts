import { expandDims, scatterND, UnsortedSegmentSum, type Tensor, type Tensor1D, type UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core';
import { composedKernel } from './composed';

/** y[s] = sum of x[i] over i with segmentIds[i] = s. x `[n, ...]` -> y `[numSegments, ...]`. The gradient of gather needs it. */
export const unsortedSegmentSum = composedKernel<{ x: Tensor; segmentIds: Tensor1D }, UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ x, segmentIds }, { numSegments }) => scatterND(expandDims(segmentIds, 1), x, [numSegments, ...x.shape.slice(1)]),
);
