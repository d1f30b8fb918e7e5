import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** Generator's non-saturating loss: mean -log sigma(D(fake)) = mean softplus(-D(fake)), from logits of any shape (Goodfellow et al., NIPS 2014). */
export function generatorLoss(fake: Tensor): Scalar {
  return tf.mean<Scalar>(tf.softplus(tf.neg(fake)));
}

/** Discriminator's binary cross-entropy: mean -log sigma(D(real)) + mean -log(1 - sigma(D(fake))), from logits. */
export function discriminatorLoss(real: Tensor, fake: Tensor): Scalar {
  return tf.add<Scalar>(generatorLoss(real), tf.mean(tf.softplus(fake)));
}
