import { toRgb, type Dataset, type Image } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import {
  comparedLuma,
  comparedPlanes,
  comparesLuma,
  lpips,
  PROTOCOLS,
  psnrOfPlanes,
  scoreOfPlanes,
  type LpipsNetwork,
  type Protocol,
} from '@distillery/metrics';
import { upscale, upscaleLuma, withChroma, type UpscaleOptions } from '@distillery/models';
import { DEFAULT_PROTOCOL } from '../judging/compare';
import type { Paper } from '../experiment/paper';
import type { Recipe } from '../experiment/recipe';
import type { Evaluation } from '../store/run-result';
import { finiteScore, testPairs } from './test-pairs';

type ImageScore = Evaluation['images'][number];

export interface EvaluateOptions {
  readonly paper: Paper;
  readonly recipe: Recipe;
  readonly datasets: readonly Dataset[];
  readonly lpips: LpipsNetwork | null;
  /** Called before each network's pass over a dataset. */
  onPass?(network: string, dataset: string): void;
  /** Sees every image that was made without self-ensemble. */
  onImage?(network: string, dataset: Dataset, images: EvaluatedImage): void;
}

export interface EvaluatedImage {
  readonly name: string;
  readonly lr: Image;
  readonly hr: Image;
  readonly sr: Image;
}

/**
 * Scores networks on datasets, single pass and, if the recipe asks for it, with self-ensemble: under the papers' default protocol and
 * those under which the paper has claims on that dataset. Outputs are clipped and rounded to 8 bit first, but for luma networks, whose
 * luma is scored unrounded by protocols that compare luma. A network that `sees` HR is given it,
 * but not its chroma where it makes luma.
 */
export async function evaluateNetworks(networks: Readonly<Record<string, Deployed>>, options: EvaluateOptions): Promise<Evaluation[]> {
  const passes = options.recipe.evaluate.selfEnsemble ? [false, true] : [false];
  const evaluations: Evaluation[] = [];
  for (const dataset of options.datasets) {
    for (const [name, network] of Object.entries(networks)) {
      options.onPass?.(name, dataset.name);
      for (const selfEnsemble of passes) evaluations.push(...(await evaluatePass(name, network, dataset, selfEnsemble, options)));
    }
  }
  return evaluations;
}

/** One network on one dataset: an evaluation per protocol. */
async function evaluatePass(
  network: string,
  deployed: Deployed,
  dataset: Dataset,
  selfEnsemble: boolean,
  { paper, recipe: { scale }, lpips: distance, onImage }: EvaluateOptions,
): Promise<Evaluation[]> {
  const evaluations = protocolsFor(paper, dataset.name).map((protocol) => ({ protocol, images: [] as ImageScore[] }));
  for await (const output of outputsOf(deployed, dataset, scale, { selfEnsemble })) {
    const { name, lr, hr } = output;
    const sr = output.image();
    if (!selfEnsemble) onImage?.(network, dataset, { name, lr, hr, sr });
    const perceptual = lpipsOf(sr, hr, distance);
    for (const { protocol, images } of evaluations) {
      const { psnr, ssim } = finiteScore(scoreOfPlanes(output.compared(protocol), protocol));
      images.push({ name, psnr, ssim, lpips: perceptual });
    }
  }
  return evaluations.map(({ protocol, images }) => ({
    network,
    dataset: dataset.name,
    scale,
    protocol: protocol.name,
    selfEnsemble,
    images,
  }));
}

/** Mean PSNR of a network in training on a dataset, single pass, measured as `evaluateNetworks` does; dB. */
export async function meanPsnr(network: Deployed, dataset: Dataset, scale: number, protocol: Protocol): Promise<number> {
  let sum = 0;
  for await (const output of outputsOf(network, dataset, scale, { training: true })) {
    sum += finiteScore({ psnr: psnrOfPlanes(output.compared(protocol)) }).psnr;
  }
  return sum / dataset.items.length;
}

/** What a network made of an image, and what it is compared with. */
interface Output extends Omit<EvaluatedImage, 'sr'> {
  image(): Image;
  /** The channels that a protocol compares. */
  compared(protocol: Protocol): ReturnType<typeof comparedPlanes>;
}

async function* outputsOf(
  { model, params, sees }: Deployed,
  dataset: Dataset,
  scale: number,
  options: Pick<UpscaleOptions, 'selfEnsemble' | 'training'>,
): AsyncGenerator<Output> {
  for await (const { name, ...pair } of testPairs(dataset, scale)) {
    const [lr, hr] = [toRgb(pair.lr), toRgb(pair.hr)];
    const input = sees === 'hr' ? hr : lr;
    if (model.channels === 3) {
      const image = await upscale(model, params, input, options);
      yield { name, lr, hr, image: () => image, compared: (protocol) => comparedPlanes(image, hr, protocol, scale) };
    } else {
      const plane = await upscaleLuma(model, params, input, options);
      const image = (): Image => withChroma(plane, lr);
      const compared = (protocol: Protocol) =>
        comparesLuma(protocol) ? comparedLuma(plane, hr, protocol, scale) : comparedPlanes(image(), hr, protocol, scale);
      yield { name, lr, hr, image, compared };
    }
  }
}

/** null without the network, or for an image that is smaller than its receptive field allows. */
function lpipsOf(sr: Image, hr: Image, network: LpipsNetwork | null): number | null {
  if (!network || Math.min(hr.width, hr.height) < network.backbone.minSide) return null;
  return lpips(sr, hr, network);
}

/** The default protocol, then those of the paper's claims on the dataset. */
function protocolsFor(paper: Paper, dataset: string): Protocol[] {
  const claimed = paper.claims.filter((claim) => claim.dataset === dataset).map(({ protocol }) => protocol);
  return [...new Set([DEFAULT_PROTOCOL, ...claimed])].map((name) => {
    const protocol: Protocol | undefined = (PROTOCOLS as Readonly<Record<string, Protocol>>)[name];
    if (!protocol) throw new Error(`${paper.id} has claims under the protocol '${name}', which does not exist`);
    return protocol;
  });
}
