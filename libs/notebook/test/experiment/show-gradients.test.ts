import type { Model } from '@distillery/models';
import { showGradients } from '@distillery/notebook';
import { useEngine } from '@distillery/tensor';
import { add, memory, mul, square, sum, tensor1d, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { collectDisplays, stopDisplays, type Sent } from '../displayed';

beforeAll(() => useEngine('wasm'));
let sent: Sent[] = [];
beforeEach(() => {
  sent = collectDisplays();
});
afterEach(stopDisplays);

it('showGradients draws a line per term over the layers, without a point where a term does not reach', () => {
  const params = { 'body.0.weight': tensor1d([3, -1]), 'body.0.bias': tensor1d([2]), tail: tensor1d([5]) };
  const model = { shapes: { 'body.0.weight': [2], 'body.0.bias': [1], tail: [1] } } as unknown as Model;
  const half = (x: Tensor | undefined): Scalar => mul<Scalar>(sum(square(x as Tensor)), 0.5);
  const { numTensors } = memory();
  showGradients(
    model,
    params,
    {
      // Gradients (3, -1), (2) and (5): in the layers the roots of 14 and 25, in all that of 39.
      whole: (p) => add(add(half(p['body.0.weight']), half(p['body.0.bias'])), half(p['tail'])),
      body: (p) => mul(sum(p['body.0.bias'] as Tensor), 4),
    },
    'one batch',
  );
  expect(memory().numTensors).toBe(numTensors);
  expect(sent[0]?.data['application/vnd.plotly.v1+json']).toMatchObject({
    data: [
      { name: 'whole: 6.2', x: ['body.0', 'tail'], y: [expect.closeTo(Math.sqrt(14), 5), expect.closeTo(5, 5)] },
      { name: 'body: 4', x: ['body.0', 'tail'], y: [expect.closeTo(4, 5), null] },
    ],
    layout: { title: { text: 'one batch' }, yaxis: { type: 'log' } },
  });
});
