import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import { adamInit, cloneParams, mapParams, valueAndGrads, type Params, type Rng } from '@distillery/tensor';
import { adamFor, adamSlots, adamStep } from './adam-slots';
import { forward, type Forward } from '../networks/forward';
import type { MethodParts } from '../define-method';
import type { Batch } from '../method';
import { groupOf, joinParams } from '../networks/param-groups';
import { slot } from './state';

/** What a network is trained as, and the name it is deployed under. */
export const ROLES = ['student', 'teacher'] as const;
export type Role = (typeof ROLES)[number];

/** One summand of an objective: weight * value. */
export interface Term {
  readonly weight: number;
  readonly value: Scalar;
}

/** One network, and the objective that it is trained on. */
export interface ObjectiveOptions<Targets> {
  /** The network that is trained, and its role: `student` if absent. */
  readonly network: Model;
  readonly role?: Role;
  /** Taps of the network whose features the terms use. */
  readonly taps?: readonly string[];
  /** Parameters to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
  /** Parameters trained beside the network and dropped at deployment: adapters, regressors. */
  readonly heads?: (rng: Rng) => Params;
  /** What the network sees of a batch; absent: its LR patches. */
  input?(batch: Batch): Tensor4D;
  /** What the terms compare the network with besides HR, such as a frozen teacher's pass: a constant of the step. Absent: nothing. */
  targets?(batch: Batch): Targets;
  /** The objective's summands by name, from the network's pass. */
  terms(pass: Forward, targets: Targets, batch: Batch, heads: Params): Readonly<Record<string, Term>>;
  /**
   * Also logs the Euclidean norm of each weighted term's gradient in the network's parameters, without the heads, as `gradient TERM`. This takes one more
   * backward pass for each term.
   */
  readonly gradientNorms?: boolean;
  /**
   * At each step every term but the first gets a new weight: the norm of its gradient in the network's parameters becomes this multiple of the first
   * term's. That makes terms of different units comparable. It takes one more backward pass for each term.
   */
  readonly gradientRatio?: number;
}

/**
 * Trains one network on L = sum_k weight_k term_k with Adam. Plain training, distillation of a frozen teacher's output and all losses on features share
 * this step. `losses` holds `total` and, if there are several terms, each of them before its weight. State: `network` and `adam.*`; with heads also
 * `heads` and `adam.heads.*`.
 */
export function objectiveMethod<Targets = undefined>(options: ObjectiveOptions<Targets>): MethodParts {
  const { network: model, role = 'student', start, heads } = options;
  const adam = adamFor(model);
  return {
    init(rng) {
      const network = start ? cloneParams(start) : model.init(rng);
      const trained = { network, ...adamSlots(adamInit(network)) };
      if (!heads) return trained;
      const drawn = heads(rng.split('heads'));
      return { ...trained, heads: drawn, ...adamSlots(adamInit(drawn), 'adam.heads') };
    },

    step(state, batch) {
      const { grads, losses } = gradients(options, slot(state, 'network'), state.heads ?? {}, batch);
      return {
        state: {
          ...adamStep(state, 'network', 'adam', grads.network, batch.learningRate, adam),
          ...(heads ? adamStep(state, 'heads', 'adam.heads', grads.heads, batch.learningRate, adam) : {}),
        },
        losses,
      };
    },

    deploy: (state) => ({ [role]: { model, params: slot(state, 'network') } }),
  };
}

interface Gradients {
  readonly grads: { readonly network: Params; readonly heads: Params };
  readonly losses: Record<string, Scalar>;
}

function gradients<Targets>(options: ObjectiveOptions<Targets>, network: Params, heads: Params, batch: Batch): Gradients {
  const { network: model, taps, gradientNorms = false, gradientRatio } = options;
  const x = options.input?.(batch) ?? batch.lr;
  const targets = options.targets?.(batch) as Targets;
  const trained = joinParams({ network, heads });
  const termsOf = (p: Params) => options.terms(forward(model, groupOf(p, 'network'), x, taps), targets, batch, groupOf(p, 'heads'));
  const all = valueAndGrads((p) => {
    const terms = termsOf(p);
    const values = Object.fromEntries(Object.entries(terms).map(([name, { value }]) => [name, value]));
    return { loss: weightedSum(Object.values(terms)), aux: values };
  }, trained);
  const several = Object.keys(all.aux).length > 1;
  const losses: Record<string, Scalar> = { total: all.loss, ...(several ? all.aux : {}) };
  const byTerm = gradientNorms || gradientRatio !== undefined ? Object.keys(all.aux) : [];
  const terms = byTerm.map((name) => {
    const { grads } = valueAndGrads((p) => ({ loss: weightedSum([termsOf(p)[name] as Term]), aux: {} }), trained);
    return { name, grads, norm: euclideanNorm(groupOf(grads, 'network')) };
  });
  if (gradientNorms) for (const { name, norm } of terms) losses[`gradient ${name}`] = norm;
  const grads = gradientRatio === undefined ? all.grads : balanced(terms, gradientRatio);
  return { grads: { network: groupOf(grads, 'network'), heads: groupOf(grads, 'heads') }, losses };
}

/** Guards the division where a term has no gradient. */
const EPSILON = 1e-12;

/** g_1 + sum_k ratio |g_1| / |g_k| g_k. */
function balanced(terms: readonly { readonly grads: Params; readonly norm: Scalar }[], ratio: number): Params {
  const [first, ...others] = terms;
  if (!first) throw new RangeError('no term to balance the others with');
  const scales = others.map(({ norm }) => tf.div(tf.mul(first.norm, ratio), tf.add(norm, EPSILON)));
  return mapParams(first.grads, (gradient, name) =>
    others.reduce((sum, { grads }, k) => tf.add(sum, tf.mul(grads[name] as Tensor, scales[k] as Tensor)), gradient),
  );
}

function weightedSum(terms: readonly Term[]): Scalar {
  return terms.map(({ weight, value }) => (weight === 1 ? value : tf.mul<Scalar>(value, weight))).reduce((a, b) => tf.add(a, b));
}

/** The sum runs in the order of names, because a state read from a checkpoint may list its parameters in another order than a drawn one. */
function euclideanNorm(params: Params): Scalar {
  const squares = Object.keys(params)
    .sort()
    .map((name) => tf.sum<Scalar>(tf.square(params[name] as Tensor)));
  return tf.sqrt(squares.reduce((a, b) => tf.add(a, b)));
}
