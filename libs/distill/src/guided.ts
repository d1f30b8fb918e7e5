import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import { adamInit, adamUpdate, cloneParams, valueAndGrads, type Params, type Rng } from '@distillery/tensor';
import { adamFromState, adamSlots } from './adam-slots';
import { forward, type Forward } from './forward';
import type { Batch, Method, State } from './method';
import { slot } from './state';

/** One summand of an objective: weight * value. */
export interface Term {
  readonly weight: number;
  readonly value: Scalar;
}

/** Everything that trains one network, against the ground truth and whatever else guides it. */
export interface GuidedOptions<Guide> {
  readonly name: string;
  /** The network that is trained, and the role it is deployed under. */
  readonly network: Model;
  readonly role?: 'student' | 'teacher';
  /** Taps of the network whose features the terms use. */
  readonly taps?: readonly string[];
  /** Parameters to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
  /** Parameters trained beside the network and dropped at deployment: adapters, regressors. */
  readonly heads?: (rng: Rng) => Params;
  /** What guides the network through a batch, such as a frozen teacher's pass: a constant of the step. */
  guide(batch: Batch): Guide;
  /** The objective's summands by name, from the network's pass. */
  terms(pass: Forward, guide: Guide, batch: Batch, heads: Params): Readonly<Record<string, Term>>;
  /**
   * Also logs, as `gradient TERM`, the Euclidean norm of each weighted term's gradient in the network's parameters (the heads' left out).
   * Differentiates term by term, which costs a backward pass each.
   */
  readonly gradientNorms?: boolean;
}

/**
 * Training one network on L = sum_k weight_k term_k with Adam: the step that plain training, distillation from a frozen teacher's
 * output and every loss on features share. `losses` holds `total` and, of several, each term before its weight. State: `network`, `adam.*`, and
 * where there are heads `heads`, `adam.heads.*`.
 */
export function guided<Guide>(options: GuidedOptions<Guide>): Method {
  const { name, network: model, role = 'student', start, heads } = options;
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
          ...updated(state, 'network', 'adam', grads.network, batch.learningRate),
          ...(heads ? updated(state, 'heads', 'adam.heads', grads.heads, batch.learningRate) : {}),
        },
        losses,
      };
    },

    deploy: (state) => ({ [role]: { model, params: slot(state, 'network') } }),
  };
}

/** The slots of one set of parameters after its Adam update. */
function updated(state: State, name: string, adam: string, grads: Params, learningRate: Scalar): State {
  const next = adamUpdate(slot(state, name), grads, adamFromState(state, adam), learningRate);
  return { [name]: next.params, ...adamSlots(next.state, adam) };
}

interface Gradients {
  readonly grads: { readonly network: Params; readonly heads: Params };
  readonly losses: Record<string, Scalar>;
}

const NETWORK = 'network/';
const HEADS = 'heads/';

function gradients<Guide>(options: GuidedOptions<Guide>, network: Params, heads: Params, batch: Batch): Gradients {
  const { network: model, taps, gradientNorms = false } = options;
  const guide = options.guide(batch);
  const trained = { ...prefixed(network, NETWORK), ...prefixed(heads, HEADS) };
  const termsOf = (p: Params) => options.terms(forward(model, under(p, NETWORK), batch.lr, taps), guide, batch, under(p, HEADS));
  const all = valueAndGrads((p) => {
    const terms = termsOf(p);
    const values = Object.fromEntries(Object.entries(terms).map(([name, { value }]) => [name, value]));
    return { loss: weightedSum(Object.values(terms)), aux: values };
  }, trained);
  const several = Object.keys(all.aux).length > 1;
  const losses: Record<string, Scalar> = { total: all.loss, ...(several ? all.aux : {}) };
  if (gradientNorms) {
    for (const name of Object.keys(all.aux)) {
      const { grads } = valueAndGrads((p) => ({ loss: weightedSum([termsOf(p)[name] as Term]), aux: {} }), trained);
      losses[`gradient ${name}`] = euclideanNorm(Object.values(under(grads, NETWORK)));
    }
  }
  return { grads: { network: under(all.grads, NETWORK), heads: under(all.grads, HEADS) }, losses };
}

function weightedSum(terms: readonly Term[]): Scalar {
  return terms.map(({ weight, value }) => (weight === 1 ? value : tf.mul<Scalar>(value, weight))).reduce((a, b) => tf.add(a, b));
}

function euclideanNorm(tensors: readonly Tensor[]): Scalar {
  return tf.sqrt(tensors.map((tensor) => tf.sum<Scalar>(tf.square(tensor))).reduce((a, b) => tf.add(a, b)));
}

function prefixed(params: Params, prefix: string): Params {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [prefix + name, tensor]));
}

function under(params: Params, prefix: string): Params {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
  );
}
