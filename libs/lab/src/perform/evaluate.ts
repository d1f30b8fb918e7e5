import { toRgb, type Dataset, type Image } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import { comparesLuma, lpips, PROTOCOLS, score, scoreLuma, type LpipsNetwork, type Protocol, type Score } from '@distillery/metrics';
import { upscale, upscaleLuma, withChroma } from '@distillery/models';
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
  for await (const { name, ...pair } of testPairs(dataset, scale)) {
    const [lr, hr] = [toRgb(pair.lr), toRgb(pair.hr)];
    const { image: sr, score } = await outputOf(deployed, { lr, hr }, selfEnsemble);
    if (!selfEnsemble) onImage?.(network, dataset, { name, lr, hr, sr });
    const perceptual = lpipsOf(sr, hr, distance);
    for (const { protocol, images } of evaluations) {
      const { psnr, ssim } = finiteScore(score(hr, protocol, scale));
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

/** What a network made of an image. */
interface Output {
  readonly image: Image;
  score(hr: Image, protocol: Protocol, scale: number): Score;
}

async function outputOf({ model, params, sees }: Deployed, pair: { lr: Image; hr: Image }, selfEnsemble: boolean): Promise<Output> {
  const input = sees === 'hr' ? pair.hr : pair.lr;
  if (model.channels === 3) {
    const image = await upscale(model, params, input, { selfEnsemble });
    return { image, score: (hr, protocol, scale) => score(image, hr, protocol, scale) };
  }
  const plane = await upscaleLuma(model, params, input, { selfEnsemble });
  const image = withChroma(plane, pair.lr);
  const scored = (hr: Image, protocol: Protocol, scale: number): Score =>
    comparesLuma(protocol) ? scoreLuma(plane, hr, protocol, scale) : score(image, hr, protocol, scale);
  return { image, score: scored };
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
