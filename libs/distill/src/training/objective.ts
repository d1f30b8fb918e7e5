import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import { adamInit, cloneParams, mapParams, UserError, valueAndGrads, type Params, type Rng } from '@distillery/tensor';
import { adamFor, adamSlots, adamStep } from './adam-slots';
import { forward, type Forward } from '../networks/forward';
import type { Batch, Method } from '../method';
import { groupOf, joinParams } from '../networks/param-groups';
import { slot } from './state';

/** What a network is trained as, and the name it is deployed under. */
export const ROLES = ['student', 'teacher'] as const;
export type Role = (typeof ROLES)[number];

/** One summand of an objective: weight * value. */
export interface Term {
  readonly weight: number;
  /** One number, of any rank. */
  readonly value: Tensor;
}

/** What the terms get in place of targets where `targets` is left out: nothing. */
export type NoTargets = Readonly<Record<never, never>>;

/** One network, and the objective that it is trained on. */
export interface ObjectiveOptions<Targets> {
  /** What messages call the method; absent: as the network is called. */
  readonly name?: string;
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
  /** What the terms compare the network with besides HR, such as a frozen teacher's pass: a constant of the step. Absent: nothing (`NoTargets`). */
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
 * `heads` and `adam.heads.*`. A step throws UserError for a term that is not one number, and for a feature that `taps` does not name.
 */
export function objectiveMethod<Targets = NoTargets>(options: ObjectiveOptions<Targets>): Method {
  const { network: model, role = 'student', start, heads, name = model.name } = options;
  const adam = adamFor(model);
  return {
    name,

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

    termGradients: (state, batch) => tf.tidy(() => termGradients(options, slot(state, 'network'), state.heads ?? {}, batch)),
  };
}

interface Gradients {
  readonly grads: { readonly network: Params; readonly heads: Params };
  readonly losses: Record<string, Scalar>;
}

function gradients<Targets>(options: ObjectiveOptions<Targets>, network: Params, heads: Params, batch: Batch): Gradients {
  const { gradientNorms = false, gradientRatio } = options;
  const trained = joinParams({ network, heads });
  const termsOf = termsOn(options, batch);
  const all = valueAndGrads((p) => {
    const terms = termsOf(p);
    return {
      loss: weightedSum(Object.values(terms)),
      aux: Object.fromEntries(Object.entries(terms).map(([name, { value }]) => [name, value])),
    };
  }, trained);
  const several = Object.keys(all.aux).length > 1;
  const losses: Record<string, Scalar> = { total: all.loss, ...(several ? all.aux : {}) };
  const byTerm = gradientNorms || gradientRatio !== undefined ? Object.keys(all.aux) : [];
  const terms = byTerm.map((name) => {
    const { grads } = valueAndGrads((p) => ({ loss: weightedSum([termsOf(p)[name] as NumberTerm]), aux: {} }), trained);
    return { name, grads, norm: euclideanNorm(groupOf(grads, 'network')) };
  });
  if (gradientNorms) for (const { name, norm } of terms) losses[`gradient ${name}`] = norm;
  const grads = gradientRatio === undefined ? all.grads : balanced(terms, gradientRatio);
  return { grads: { network: groupOf(grads, 'network'), heads: groupOf(grads, 'heads') }, losses };
}

function termGradients<Targets>(options: ObjectiveOptions<Targets>, network: Params, heads: Params, batch: Batch): Record<string, Scalar> {
  const trained = joinParams({ network, heads });
  const termsOf = termsOn(options, batch);
  const weighted = Object.entries(termsOf(trained)).filter(([, { weight }]) => weight !== 0);
  return Object.fromEntries(
    weighted.map(([name]) => {
      // A loss that depends on no parameter has no gradient at all: with a zero that depends on one, its gradient is zero.
      const connected = (p: Params): Scalar =>
        tf.add<Scalar>((termsOf(p)[name] as NumberTerm).value, tf.mul<Scalar>(tf.sum(Object.values(p)[0] as Tensor), 0));
      return [name, euclideanNorm(groupOf(valueAndGrads((p) => ({ loss: connected(p), aux: {} }), trained).grads, 'network'))];
    }),
  );
}

/** A term whose value is known to be one number. */
interface NumberTerm extends Term {
  readonly value: Scalar;
}

/** The terms on a batch, as a function of the parameters that are trained. */
function termsOn<Targets>(options: ObjectiveOptions<Targets>, batch: Batch): (trained: Params) => Readonly<Record<string, NumberTerm>> {
  const { network: model, taps } = options;
  const x = options.input?.(batch) ?? batch.lr;
  const targets = (options.targets?.(batch) ?? {}) as Targets;
  return (p) => {
    const terms = options.terms(forward(model, groupOf(p, 'network'), x, taps), targets, batch, groupOf(p, 'heads'));
    return Object.fromEntries(Object.entries(terms).map(([name, { weight, value }]) => [name, { weight, value: oneNumber(name, value) }]));
  };
}

function oneNumber(name: string, value: Tensor): Scalar {
  if (value.size !== 1)
    throw new UserError(`term '${name}' has shape [${value.shape.join(', ')}]; expected one number: wrap it in tf.mean(…)`);
  return value.rank === 0 ? (value as Scalar) : tf.reshape<tf.Rank.R0>(value, []);
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

function weightedSum(terms: readonly NumberTerm[]): Scalar {
  return terms.map(({ weight, value }) => (weight === 1 ? value : tf.mul<Scalar>(value, weight))).reduce((a, b) => tf.add(a, b));
}

/** The sum runs in the order of names, because a state read from a checkpoint may list its parameters in another order than a drawn one. */
function euclideanNorm(params: Params): Scalar {
  const squares = Object.keys(params)
    .sort()
    .map((name) => tf.sum<Scalar>(tf.square(params[name] as Tensor)));
  return tf.sqrt(squares.reduce((a, b) => tf.add(a, b)));
}
