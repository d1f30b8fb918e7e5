import { clone, dispose, engine, keep, zerosLike, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { registerGradients } from './gradients';
import { mapParams, type Params } from './params';

/**
 * loss = f(params) and its gradients d loss / d param, in one forward and one backward pass. `aux` carries whatever else the
 * caller wants out of the forward pass (loss terms, features). A parameter that the loss does not depend on has a zero gradient.
 * All tensors returned are the caller's; everything else that `f` made is freed. Nests, for second-order gradients.
 * Throws if `f` returns a loss that is not a scalar, or one that depends on none of `params`.
 */
export function valueAndGrads<A extends Record<string, Tensor>>(
  f: (params: Params) => { loss: Scalar; aux: A },
  params: Params,
): { loss: Scalar; aux: A; grads: Params } {
  registerGradients();
  const names = Object.keys(params);
  let keptAux: Params = {};
  try {
    const { value, grads } = engine().gradients(() => {
      const { loss, aux } = f(params);
      if (loss.rank !== 0) throw new Error(`valueAndGrads: expected a scalar loss, got shape [${loss.shape.join(', ')}]`);
      // The forward pass is a tidy of its own that returns the loss alone: without keep() it would free aux.
      keptAux = mapParams(aux, (tensor) => keep(clone(tensor)));
      return loss;
    }, Object.values(params));
    return {
      loss: value as Scalar,
      aux: mapParams(keptAux, (tensor) => clone(tensor)) as A,
      // Runtime fact that tfjs' types hide: the entry of an unused input is undefined.
      grads: Object.fromEntries(names.map((name, i) => [name, (grads[i] as Tensor | undefined) ?? zerosLike(params[name] as Tensor)])),
    };
  } finally {
    dispose(Object.values(keptAux));
  }
}
