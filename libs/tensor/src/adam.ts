import { add, div, mul, scalar, sqrt, square, sub, tidy, zerosLike, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { mapParams, type Params } from './params';

export interface AdamConfig {
  /** Decay of the first moment; default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment; default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment; default 1e-8. */
  readonly epsilon?: number;
}

/** Everything Adam carries between updates, tensors throughout: saved to float32 and restored, it continues bit for bit. */
export interface AdamState {
  /** First moments, under the names of the parameters. */
  readonly m: Params;
  /** Second moments, under the names of the parameters. */
  readonly v: Params;
  /** Scalars `biasCorrection1` = 1 - beta1^t and `biasCorrection2` = 1 - beta2^t, t the number of updates so far. */
  readonly t: Params;
}

/** The state before the first update: zero moments, t = 0. The caller owns the tensors. */
export function adamInit(params: Params): AdamState {
  return {
    m: mapParams(params, (param) => zerosLike(param)),
    v: mapParams(params, (param) => zerosLike(param)),
    t: { biasCorrection1: scalar(0), biasCorrection2: scalar(0) },
  };
}

/** decayed = beta average + (1 - beta) value */
function decayed(average: Tensor, value: Tensor, beta: number): Tensor {
  return add(mul(average, beta), mul(value, 1 - beta));
}

function named(params: Params, name: string, what: string): Tensor {
  const tensor = params[name];
  if (!tensor) throw new Error(`adamUpdate: no ${what} for parameter '${name}'`);
  return tensor;
}

/**
 * One Adam update (Kingma and Ba 2015, algorithm 1; epsilon outside the root, as PyTorch has it):
 * m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2;  p <- p - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
 * Pure: returns new tensors, which the caller owns, and frees nothing of its inputs. Throws if a parameter lacks a gradient or moment.
 */
export function adamUpdate(
  params: Params,
  grads: Params,
  state: AdamState,
  learningRate: Scalar,
  config: AdamConfig = {},
): { params: Params; state: AdamState } {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = config;
  // 1 - b^t obeys c <- b c + (1 - b): unlike 1 - (b^t in float32) it loses no digits while b^t is near 1.
  const correction1 = tidy(() => decayed(named(state.t, 'biasCorrection1', 'bias correction'), scalar(1), beta1));
  const correction2 = tidy(() => decayed(named(state.t, 'biasCorrection2', 'bias correction'), scalar(1), beta2));
  const rate = div(learningRate, correction1);
  const m = mapParams(params, (_, name) =>
    tidy(() => decayed(named(state.m, name, 'first moment'), named(grads, name, 'gradient'), beta1)),
  );
  const v = mapParams(params, (_, name) =>
    tidy(() => decayed(named(state.v, name, 'second moment'), square(named(grads, name, 'gradient')), beta2)),
  );
  const updated = mapParams(params, (param, name) =>
    tidy(() => {
      const root = sqrt(div(named(v, name, 'second moment'), correction2));
      return sub(param, div(mul(rate, named(m, name, 'first moment')), add(root, epsilon)));
    }),
  );
  rate.dispose();
  return { params: updated, state: { m, v, t: { biasCorrection1: correction1, biasCorrection2: correction2 } } };
}
