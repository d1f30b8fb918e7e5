import { clone, dispose, keep, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import { mapParams, UserError, type Params } from '@distillery/tensor';

/** A forward pass with the intermediate features that a loss asks for. */
export interface Forward {
  /** `[n, scale h, scale w, c]`, 0..1, not clipped. */
  readonly output: Tensor4D;
  /** By tap, `[n, h, w, channels]`. Of a pass by `forward`, reading one that it was not asked for throws UserError. */
  readonly features: Readonly<Record<string, Tensor4D>>;
}

/**
 * model(x) and the features at the named taps, differentiable. Throws RangeError naming a tap that the network does not have, and
 * those that it has.
 */
export function forward(model: Model, params: Params, x: Tensor4D, taps: readonly string[] = []): Forward {
  const kept: Record<string, Tensor4D> = {};
  const seen: string[] = [];
  try {
    const output = model.apply(params, x, (name, feature) => {
      seen.push(name);
      // The network frees its features as it returns.
      if (taps.includes(name)) kept[name] = keep(clone(feature));
    });
    const missing = taps.find((tap) => !Object.hasOwn(kept, tap));
    if (missing !== undefined) throw new RangeError(`${model.name} has no tap '${missing}'; expected one of ${seen.join(', ')}`);
    return { output, features: onlyKept(mapParams(kept, (feature) => clone(feature)) as Record<string, Tensor4D>) };
  } finally {
    dispose(kept);
  }
}

/** The features in the order of `taps`. Throws UserError for one that the pass was not asked for. */
export function featuresAt({ features }: Forward, taps: readonly string[]): Tensor4D[] {
  const kept = onlyKept(features);
  return taps.map((tap) => kept[tap] as Tensor4D);
}

/** A feature that nobody asked for would be undefined, and fail somewhere inside a loss. */
function onlyKept(features: Forward['features']): Forward['features'] {
  return new Proxy(features, {
    get(kept, tap) {
      if (typeof tap === 'string' && !(tap in kept)) {
        const others = Object.keys(kept).map((name) => `'${name}'`);
        throw new UserError(
          `the pass kept no feature '${tap}'${others.length === 0 ? '' : `, only ${others.join(', ')}`}; give it as well: taps: ['${tap}']`,
        );
      }
      return Reflect.get(kept, tap);
    },
  });
}
