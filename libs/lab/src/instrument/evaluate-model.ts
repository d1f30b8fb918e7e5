import { resizeBicubic, type Border, type Dataset, type Image } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import { comparesLuma, meanScore, score, scoreLuma, type Protocol, type Score } from '@distillery/metrics';
import { upscale, upscaleLuma, type LumaPlane } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { finiteScore, testPairs } from '../test-pairs';

export interface ImageScores {
  readonly name: string;
  /** One per protocol, in the order asked for. */
  readonly scores: readonly Score[];
}

/** The scores of a network on a dataset. */
export interface DatasetScores {
  readonly images: readonly ImageScores[];
  /** Means over the images, one per protocol. */
  readonly mean: readonly Score[];
}

export interface EvaluateModelOptions {
  /** Called after each image. */
  onImage?(image: ImageScores, done: number, total: number): void;
}

/**
 * Scores a network with its weights on a dataset, single pass. A luma network is measured as its authors do: its luma, never rounded,
 * against that of HR; only protocols that need colours see its RGB image. An RGB network's output is rounded to 8 bit first. PSNR of
 * equal images is 100. Throws UserError naming the image if one is too small, for a scale that is not the model's, and for a dataset
 * without HR images.
 */
export function evaluateModel(
  { model, params }: Deployed,
  dataset: Dataset,
  scale: number,
  protocols: readonly Protocol[],
  options: EvaluateModelOptions = {},
): Promise<DatasetScores> {
  if (scale !== model.scale) throw new UserError(`${model.name} is a network for scale ${model.scale}, not ${scale}`);
  return evaluateUpscaler(
    {
      image: (lr) => upscale(model, params, lr),
      ...(model.channels === 1 && { luma: (lr: Image) => upscaleLuma(model, params, lr) }),
    },
    dataset,
    scale,
    protocols,
    options,
  );
}

/** Scores MATLAB's bicubic enlargement (8 bit, all three channels) as `evaluateModel` scores networks. */
export function evaluateBicubic(
  dataset: Dataset,
  scale: number,
  protocols: readonly Protocol[],
  options: EvaluateModelOptions & { readonly border?: Border } = {},
): Promise<DatasetScores> {
  const image = (lr: Image): Promise<Image> => Promise.resolve(resizeBicubic(lr, scale, options.border));
  return evaluateUpscaler({ image }, dataset, scale, protocols, options);
}

/** What makes large images of small ones. */
interface Upscaler {
  image(lr: Image): Promise<Image>;
  /** Luma networks: their output before any rounding. */
  luma?(lr: Image): Promise<LumaPlane>;
}

async function evaluateUpscaler(
  upscaler: Upscaler,
  dataset: Dataset,
  scale: number,
  protocols: readonly Protocol[],
  { onImage }: EvaluateModelOptions,
): Promise<DatasetScores> {
  const images: ImageScores[] = [];
  for await (const { name, lr, hr } of testPairs(dataset, scale)) {
    const scores = await scoresOf(upscaler, lr, hr, scale, protocols).catch((error: unknown) => {
      throw error instanceof UserError ? new UserError(`${dataset.name}, image ${name}: ${error.message}`, { cause: error }) : error;
    });
    const image = { name, scores };
    images.push(image);
    onImage?.(image, images.length, dataset.items.length);
  }
  return { images, mean: protocols.map((_, i) => meanScore(images.map(({ scores }) => scores[i] as Score))) };
}

async function scoresOf(upscaler: Upscaler, lr: Image, hr: Image, scale: number, protocols: readonly Protocol[]): Promise<Score[]> {
  // Each output is made only if a protocol needs it.
  let image: Image | undefined;
  let plane: LumaPlane | undefined;
  const scores: Score[] = [];
  for (const protocol of protocols) {
    if (upscaler.luma && comparesLuma(protocol)) scores.push(scoreLuma((plane ??= await upscaler.luma(lr)), hr, protocol, scale));
    else scores.push(score((image ??= await upscaler.image(lr)), hr, protocol, scale));
  }
  return scores.map(finiteScore);
}
