import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { constant, conv, convParams, drawParams, layers, param, prelu, preluParams, type ParamSpecs } from '@distillery/models';
import type { Params, Rng } from '@distillery/tensor';

/** Channels of the features that are drawn to each other. */
export interface FeatureChannels {
  readonly student: number;
  readonly teacher: number;
}

/**
 * Variational information distillation (Ahn et al., CVPR 2019): the mutual information of teacher's and student's features, I(t; s) = H(t) - H(t | s), is
 * at least H(t) + E[log q(t | s)] for any density q. Minimising -log q trains q's heads and the student's features together.
 */
export interface Vid {
  /** Draws the heads: what predicts the teacher's features from the student's, dropped after training. */
  heads(rng: Rng): Params;
  /**
   * Mean of -log q(t | s) over batch, positions and channels, without its constants; nats, any sign. `student` and `teacher`
   * `[n, h, w, c]` of one size, c as the heads were made for. Throws RangeError for features of other shapes.
   */
  loss(heads: Params, student: Tensor4D, teacher: Tensor4D): Scalar;
}

/** The smallest scale or variance (PISR's released code). */
const PREDICTED_FLOOR = 1e-8;
/** b = 0.1 softplus(r) + 1e-8, v = 0.001 softplus(r) + 1e-8 (PISR's released code). */
const PREDICTED_SCALE = { laplace: 0.1, gaussian: 0.001 } as const;

export type VidDensity = keyof typeof PREDICTED_SCALE;

/**
 * PISR's form (ECCV 2020): location and scale both predicted at every position and channel from the student's features, by a head each of
 * 1x1 convolution, PReLU of one slope, 1x1 convolution, at PyTorch's default start. `laplace`: mean [log 2b + |t - mu| / b]; `gaussian`:
 * mean [log(v) / 2 + (t - mu)^2 / 2v]. With 56 channels on either side the heads have 12,770 parameters.
 */
export function predictedVid(density: VidDensity, channels: FeatureChannels): Vid {
  const specs = layers(predictorParams('mean', channels), predictorParams('scale', channels));
  return {
    heads: (rng) => drawParams(specs, rng),
    loss(heads, student, teacher) {
      checkShapes(student, teacher, channels);
      const { mean, spread } = predictedDensity(density, heads, student);
      return density === 'laplace' ? laplaceLoss(mean, spread, teacher) : gaussianLoss(mean, spread, teacher);
    },
  };
}

/** What the trained heads of `predictedVid` make of the student's features: location and scale b > 0, or mean and variance > 0, `[n, h, w, c]` as the teacher's features. */
export function predictedDensity(
  density: VidDensity,
  heads: Params,
  student: Tensor4D,
): { readonly mean: Tensor4D; readonly spread: Tensor4D } {
  const mean = predictor(heads, 'mean', student);
  const spread = tf.add<Tensor4D>(tf.mul(tf.softplus(predictor(heads, 'scale', student)), PREDICTED_SCALE[density]), PREDICTED_FLOOR);
  return { mean, spread };
}

/** sigma_c^2 at the start, and its floor (RepDistiller's implementation). */
const CONSTANT_VARIANCE = 5;
const CONSTANT_FLOOR = 1e-5;

/**
 * The original form (CVPR 2019): a Gaussian whose mean is predicted from the student's features, by three 1x1 convolutions without bias and
 * ReLU between them, and whose variance sigma_c^2 = softplus(alpha_c) + 1e-5 is learned, one per channel of the teacher:
 * mean [(mu - t)^2 / sigma_c^2 + log sigma_c^2] / 2. Regressor, start and floor as in RepDistiller.
 */
export function constantVarianceVid(channels: FeatureChannels): Vid {
  const { student: inputs, teacher: out } = channels;
  const specs = layers(
    convParams('mean.0', { kernel: 1, in: inputs, out, bias: false }),
    convParams('mean.2', { kernel: 1, in: out, out, bias: false }),
    convParams('mean.4', { kernel: 1, in: out, out, bias: false }),
    { alpha: constant([out], Math.log(Math.expm1(CONSTANT_VARIANCE - CONSTANT_FLOOR))) },
  );
  return {
    heads: (rng) => drawParams(specs, rng),
    loss(heads, student, teacher) {
      checkShapes(student, teacher, channels);
      const hidden = tf.relu(conv(heads, 'mean.2', tf.relu(conv(heads, 'mean.0', student))));
      const variance = tf.add(tf.softplus(param(heads, 'alpha')), CONSTANT_FLOOR);
      return gaussianLoss(conv(heads, 'mean.4', hidden), variance, teacher);
    },
  };
}

/** mean [log 2b + |t - mu| / b]: -log of the Laplace density of location mu and scale b > 0. `scale` broadcasts to `target`. */
export function laplaceLoss(location: Tensor, scale: Tensor, target: Tensor): Scalar {
  return tf.add<Scalar>(tf.mean(tf.log(tf.mul(scale, 2))), tf.mean(tf.div(tf.abs(tf.sub(target, location)), scale)));
}

/** mean [log(v) + (t - mu)^2 / v] / 2: -log of the Gaussian density, less log(2 pi) / 2. `variance` > 0 broadcasts to `target`. */
export function gaussianLoss(mean: Tensor, variance: Tensor, target: Tensor): Scalar {
  const squares = tf.div(tf.square(tf.sub(target, mean)), variance);
  return tf.mul<Scalar>(tf.add(tf.mean(tf.log(variance)), tf.mean(squares)), 0.5);
}

function predictorParams(name: string, { student, teacher }: FeatureChannels): ParamSpecs {
  return layers(
    convParams(`${name}.0`, { kernel: 1, in: student, out: teacher }),
    preluParams(`${name}.1`, 1),
    convParams(`${name}.2`, { kernel: 1, in: teacher, out: teacher }),
  );
}

function predictor(heads: Params, name: string, x: Tensor4D): Tensor4D {
  return conv(heads, `${name}.2`, prelu(heads, `${name}.1`, conv(heads, `${name}.0`, x)));
}

function checkShapes(student: Tensor4D, teacher: Tensor4D, channels: FeatureChannels): void {
  const expected = [...teacher.shape.slice(0, 3), channels.student];
  if (student.shape.join() !== expected.join() || teacher.shape[3] !== channels.teacher)
    throw new RangeError(
      `VID of student features [${student.shape.join()}] and teacher features [${teacher.shape.join()}]: expected one size, and ` +
        `${channels.student} and ${channels.teacher} channels`,
    );
}
