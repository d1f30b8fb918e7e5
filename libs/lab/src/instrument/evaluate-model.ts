import { luma, resizeBicubic, resizeBicubicPlane, type Border, type Dataset, type Image, type Plane } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import { comparesLuma, finiteScore, meanScore, score, scoreLuma, type Protocol, type Score } from '@distillery/metrics';
import { upscale, upscaleLuma } from '@distillery/models';
import { obeyInterrupt, UserError } from '@distillery/tensor';
import { testPairs } from '../perform/test-pairs';

export interface ScoresOfImage {
  readonly name: string;
  /** One per protocol, in the order asked for. */
  readonly scores: readonly Score[];
}

/** The scores of a network on a dataset. */
export interface DatasetScores {
  readonly images: readonly ScoresOfImage[];
  /** Means over the images, one per protocol. */
  readonly mean: readonly Score[];
}

/** How a luma network is measured; authors differ, by up to 0.04 dB. */
export interface LumaProcedure {
  /** `eight-bit`: luma of the dataset's LR image. `double`: HR luma shrunk by MATLAB's bicubic in double precision, never rounded. */
  readonly lr: 'eight-bit' | 'double';
  /** Whether the output's luma is rounded and clipped to 8 bit before it is scored. */
  readonly output: 'unrounded' | 'eight-bit';
}

export const DEFAULT_LUMA_PROCEDURE: LumaProcedure = { lr: 'eight-bit', output: 'unrounded' };

export interface EvaluateModelOptions {
  /** Called after each image. */
  onImage?(image: ScoresOfImage, done: number, total: number): void;
  /** Told why the engine could not compile the network, which it then runs operation by operation. */
  onFallback?(reason: string): void;
  /** Luma networks only. */
  readonly luma?: LumaProcedure | undefined;
}

/**
 * Scores a network with its weights on a dataset, single pass. A luma network is measured by its luma against that of HR, as `options.luma` says; only protocols that need colours see its RGB image. An RGB network's output is rounded to 8 bit first. PSNR of
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
  const told = { onFallback: (reason: string) => options.onFallback?.(reason) };
  return evaluateUpscaler(
    {
      image: (lr) => upscale(model, params, lr, told),
      ...(model.channels === 1 && {
        luma: async (lr: Image, hr: Image) => {
          const procedure = options.luma ?? DEFAULT_LUMA_PROCEDURE;
          return measuredLuma(procedure, await upscaleLuma(model, params, lumaInput(procedure, model.scale, lr, hr), told));
        },
      }),
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

function lumaInput({ lr: from }: LumaProcedure, scale: number, lr: Image, hr: Image): Image | Plane {
  return from === 'eight-bit' ? lr : resizeBicubicPlane({ width: hr.width, height: hr.height, data: luma(hr) }, 1 / scale);
}

function measuredLuma({ output }: LumaProcedure, plane: Plane): Plane {
  if (output === 'unrounded') return plane;
  return { ...plane, data: plane.data.map((value) => Math.min(Math.max(Math.round(value), 0), 255)) };
}

/** What makes large images of small ones. */
interface Upscaler {
  image(lr: Image): Promise<Image>;
  /** Luma networks: the luma to be scored. */
  luma?(lr: Image, hr: Image): Promise<Plane>;
}

function evaluateUpscaler(...evaluation: Parameters<typeof evaluateImages>): Promise<DatasetScores> {
  return obeyInterrupt(() => evaluateImages(...evaluation));
}

async function evaluateImages(
  upscaler: Upscaler,
  dataset: Dataset,
  scale: number,
  protocols: readonly Protocol[],
  { onImage }: EvaluateModelOptions,
): Promise<DatasetScores> {
  const images: ScoresOfImage[] = [];
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
  let plane: Plane | undefined;
  const scores: Score[] = [];
  for (const protocol of protocols) {
    if (upscaler.luma && comparesLuma(protocol)) scores.push(scoreLuma((plane ??= await upscaler.luma(lr, hr)), hr, protocol, scale));
    else scores.push(score((image ??= await upscaler.image(lr)), hr, protocol, scale));
  }
  return scores.map(finiteScore);
}
