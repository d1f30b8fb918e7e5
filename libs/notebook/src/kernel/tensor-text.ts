import { inspect } from 'node:util';
import { Tensor } from '@tensorflow/tfjs-core';

/** Tensors of more values are summed up. */
const MOST_VALUES = 20;

/** A tensor in a line: shape, type, least, mean and largest of its finite values, how many are not finite, and all of them where they are few. */
export function tensorText(tensor: Tensor): string {
  const { shape, dtype, size } = tensor;
  const what = `Tensor [${shape.join(', ')}] ${dtype}`;
  if (tensor.isDisposed) return `${what}, disposed`;
  let values: ArrayLike<number | string>;
  try {
    values = tensor.dataSync<'float32' | 'string'>();
  } catch {
    // Some engines hand out values only to who waits for them.
    return what;
  }
  const few = size <= MOST_VALUES ? `: ${nested(Array.from(values), shape)}` : '';
  return dtype === 'string' || size < 2 ? what + few : `${what}, ${range(values as ArrayLike<number>)}${few}`;
}

function range(values: ArrayLike<number>): string {
  let [finite, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    finite++;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const [least, mean, most] = [min, sum / finite, max].map((value) => Number(value.toPrecision(3)));
  const known = finite > 0 ? [`min ${least}, mean ${mean}, max ${most}`] : [];
  const odd = values.length - finite;
  return [...known, ...(odd > 0 ? [`${odd} of ${values.length} not finite`] : [])].join(', ');
}

function nested(values: readonly (number | string)[], [length, ...rest]: readonly number[]): string {
  if (length === undefined) return typeof values[0] === 'string' ? inspect(values[0]) : String(Number(values[0]?.toPrecision(6)));
  const part = values.length / length;
  return `[${Array.from({ length }, (_, i) => nested(values.slice(i * part, (i + 1) * part), rest)).join(', ')}]`;
}

/** From now on `console.log` and the value of a cell show a tensor, wherever it stands, as `tensorText` does. */
export function showTensorsAsText(): void {
  Object.defineProperty(Tensor.prototype, inspect.custom, {
    configurable: true,
    value(this: Tensor) {
      return tensorText(this);
    },
  });
}
