import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { superiorLrDecoder, superiorLrEncoder, type Model, type SuperiorLrConfig } from '@distillery/models';
import { adamInit, valueAndGrads, type Params } from '@distillery/tensor';
import { adamFor, adamSlots, adamStep } from '../../training/adam-slots';
import { l1Loss } from '../../losses/l1';
import { groupOf, joinParams } from '../../networks/param-groups';
import { slot } from '../../training/state';
import { defineMethod } from '../../define-method';

export interface SuperiorLrOptions {
  readonly network: SuperiorLrConfig;
  /** Weight of L1(SLR, LR): how closely the superior image must look like the bicubic one. 1 in JDSR's port. */
  readonly imitationWeight: number;
}

/**
 * JDSR's first stage (ACM MM 2021): an encoder makes an LR image out of HR that is easier to upscale than the bicubic one, and a decoder upscales it.
 * L = weight L1(SLR, LR) + L1(decoder(SLR), HR), SLR = encoder(HR), Adam on both. State: `network` holds `encoder/...` and `decoder/...`.
 * Deploys nothing that could be used without HR, and so nothing.
 */
export const superiorLr = defineMethod({
  id: 'superior-lr',
  title: 'JDSR’s first stage: the encoder of a superior LR image',
  source: 'Luo et al., ACM MM 2021',
  method({ network: config, imitationWeight }: SuperiorLrOptions) {
    const encoder = superiorLrEncoder(config);
    const decoder = superiorLrDecoder(config);
    return {
      init(rng) {
        const network = joinParams({ encoder: encoder.init(rng.split('encoder')), decoder: decoder.init(rng.split('decoder')) });
        return { network, ...adamSlots(adamInit(network)) };
      },

      step(state, { lr, hr, learningRate }) {
        const { loss, aux, grads } = valueAndGrads(
          (p) => {
            const slr = encoder.apply(groupOf(p, 'encoder'), hr);
            const imitation = l1Loss(slr, lr);
            const reconstruction = l1Loss(decoder.apply(groupOf(p, 'decoder'), slr), hr);
            return { loss: tf.add<Scalar>(tf.mul(imitation, imitationWeight), reconstruction), aux: { imitation, reconstruction } };
          },
          slot(state, 'network'),
        );
        return { state: adamStep(state, 'network', 'adam', grads, learningRate, adamFor(encoder)), losses: { total: loss, ...aux } };
      },

      deploy: () => ({}),
    };
  },
});

/** What the peer sees: encoder(HR) on 8-bit levels, floor(255 clip(x) + 1/2) / 255, `[n, scale h, scale w, 3]` -> `[n, h, w, 3]`. The encoder is frozen. */
export function superiorLrImage(encoder: Model, params: Params, hr: Tensor4D): Tensor4D {
  return tf.tidy(() => tf.div(tf.floor(tf.add(tf.mul(tf.clipByValue(encoder.apply(params, hr), 0, 1), 255), 0.5)), 255));
}

/** The network behind the encoder as one network from HR to HR size: what `network` makes of the superior LR image. Parameters: `encoder/...`, `network/...`. */
export function behindEncoder(encoder: Model, network: Model): Model {
  return {
    name: `${network.name} on superior LR`,
    config: { encoder: encoder.config, network: network.config },
    scale: 1,
    channels: 3,
    pixelRange: network.pixelRange,
    // A tile's corner would have to lie on the encoder's grid.
    halo: Infinity,
    shapes: { ...prefixed('encoder', encoder), ...prefixed('network', network) },
    constants: {},
    init: (rng) => joinParams({ encoder: encoder.init(rng.split('encoder')), network: network.init(rng.split('network')) }),
    apply: (params, hr, tap) =>
      tf.tidy(() => network.apply(groupOf(params, 'network'), superiorLrImage(encoder, groupOf(params, 'encoder'), hr), tap)),
  };
}

function prefixed(group: string, { shapes }: Model): Model['shapes'] {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${group}/${name}`, shape]));
}

/** The frozen encoder's parameters. Throws Error where a method was made without them, only to deploy. */
export function encoderParams(params: Params | null): Params {
  if (!params) throw new Error("training needs the encoder of JDSR's first stage");
  return params;
}
