import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { seedRng, uniformTensor, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { trace } from '../../src/compile/trace';
import { lower } from '../../src/xla/lower/lower';

beforeAll(async () => void (await useEngine('wasm')));

/** The lines of a program that computes relu(conv(x, w) + b), what is added to it, and all gradients; by the names that they define. */
function program(): ReadonlyMap<string, string> {
  const f = (x: tf.Tensor4D, w: tf.Tensor4D, b: tf.Tensor1D, skip: tf.Tensor4D) =>
    valueAndGrads(
      (p: Params) => {
        const y = tf.relu(tf.add(tf.conv2d(p.x as tf.Tensor4D, p.w as tf.Tensor4D, 1, 'same'), p.b as tf.Tensor));
        const z = tf.add(tf.conv2d(y as tf.Tensor4D, p.w as tf.Tensor4D, 1, 'same'), p.b as tf.Tensor);
        return { loss: tf.sum<tf.Scalar>(tf.square(tf.add(z, skip))), aux: {} };
      },
      { x, w, b },
    ).grads;
  const draw = (shape: number[]) => uniformTensor(seedRng(1), shape, -1, 1);
  const { inputs, outputs } = trace(f as never, [draw([1, 6, 6, 4]), draw([3, 3, 4, 4]), draw([4]), draw([1, 6, 6, 4])]);
  const { text } = lower(inputs, outputs, { precision: 'float32', fedFrom: 1024 });
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, name, operation] = /^(%\d+) = (.*)$/.exec(line) ?? [];
      return name !== undefined && operation !== undefined ? [[name, operation] as const] : [];
    }),
  );
}

describe('convolution, bias and ReLU, as XLA looks for them to run as one', () => {
  const lines = (): (readonly [string, string])[] => [...program()];
  const usersOf = (name: string) => lines().filter(([, line]) => new RegExp(`${name}[,) ]`).test(line));
  const forward = () =>
    lines().filter(([, line]) => line.startsWith('stablehlo.convolution') && line.includes('x[0, 1, i, o]->[b, 0, 1, f]'));
  const add = (name: string, bias: string) => new RegExp(`^stablehlo.add ${name}, ${bias} `);

  it('are a convolution, whose one user adds a broadcast vector', () => {
    expect(forward()).toHaveLength(2);
    for (const [name] of forward()) {
      const users = usersOf(name);
      expect(users).toHaveLength(1);
      const [, bias] = /stablehlo.add %\d+, (%\d+) /.exec(users[0]?.[1] ?? '') ?? [];
      expect(users[0]?.[1]).toMatch(add(name, bias as string));
      expect(program().get(bias as string)).toMatch(
        /^stablehlo.broadcast_in_dim %arg\d, dims = \[3\] : \(tensor<4xf32>\) -> tensor<1x6x6x4xf32>$/,
      );
    }
  });

  it('and a maximum, which alone needs the sum: the gradient asks the sign of the ReLU in words that XLA leaves as they are', () => {
    const [sum] = usersOf(forward()[0]?.[0] as string)[0] as readonly [string, string];
    const users = usersOf(sum);
    expect(users).toHaveLength(1);
    const [relu, line] = users[0] as readonly [string, string];
    expect(line).toMatch(/^stablehlo.maximum /);
    expect(usersOf(relu).filter(([, user]) => user.startsWith('stablehlo.compare'))).toEqual([
      [expect.anything(), expect.stringMatching(new RegExp(`^stablehlo.compare NE, ${relu}, `))],
    ]);
  });

  it('have a residual added last', () => {
    const [sum] = usersOf(forward()[1]?.[0] as string)[0] as readonly [string, string];
    expect(usersOf(sum).map(([, line]) => line)).toEqual([expect.stringMatching(new RegExp(`^stablehlo.add ${sum}, %arg\\d `))]);
  });
});
