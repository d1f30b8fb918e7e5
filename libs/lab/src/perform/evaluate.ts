import { toRgb, type Dataset, type Image } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import {
  comparedLuma,
  comparedPlanes,
  comparesLuma,
  finiteScore,
  finiteValue,
  IMAGE_METRIC_IDS,
  PROTOCOLS,
  psnrOfPlanes,
  scoreOfPlanes,
  scoreValues,
  type ImageMetricId,
  type Protocol,
} from '@distillery/metrics';
import { upscale, upscaleLuma, withChroma, type UpscaleOptions } from '@distillery/models';
import { obeyInterrupt } from '@distillery/tensor';
import { DEFAULT_PROTOCOL } from '../judging/compare';
import type { Paper } from '../experiment/paper';
import type { Recipe } from '../experiment/recipe';
import type { MetricNetworks } from '../frozen/metric-networks';
import type { Evaluation, ImageScores } from '../store/run-result';
import { testPairs } from './test-pairs';

export interface EvaluateOptions {
  readonly paper: Paper;
  readonly recipe: Recipe;
  readonly datasets: readonly Dataset[];
  readonly metricNetworks: MetricNetworks;
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
 * Scores networks on datasets under the papers' default protocol and those under which the paper has claims on that dataset: single pass and, if the recipe
 * asks for it, with self-ensemble. Outputs are clipped and rounded to 8 bit first. The exception is a luma network under a protocol that compares luma, whose
 * output is scored unrounded. A network that `sees` HR gets the HR image, but the colours of a luma network's image are always those of LR.
 */
export function evaluateNetworks(networks: Readonly<Record<string, Deployed>>, options: EvaluateOptions): Promise<Evaluation[]> {
  return obeyInterrupt(() => evaluateAll(networks, options));
}

async function evaluateAll(networks: Readonly<Record<string, Deployed>>, options: EvaluateOptions): Promise<Evaluation[]> {
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
  { paper, recipe: { scale }, metricNetworks, onImage }: EvaluateOptions,
): Promise<Evaluation[]> {
  const evaluations = protocolsFor(paper, dataset.name).map((protocol) => ({ protocol, images: [] as ImageScores[] }));
  for await (const output of outputsOf(deployed, dataset, scale, { selfEnsemble })) {
    const { name, lr, hr } = output;
    const sr = output.image();
    if (!selfEnsemble) onImage?.(network, dataset, { name, lr, hr, sr });
    const ofImages = imageMetrics(sr, hr, metricNetworks);
    for (const { protocol, images } of evaluations) {
      const ofChannels = scoreValues(finiteScore(scoreOfPlanes(output.compared(protocol), protocol)));
      images.push({ name, ...ofChannels, ...ofImages });
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
    sum += finiteValue('psnr', psnrOfPlanes(output.compared(protocol)));
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

/** The metrics that compare whole images. */
function imageMetrics(sr: Image, hr: Image, networks: MetricNetworks): Record<ImageMetricId, number | null> {
  const values = IMAGE_METRIC_IDS.map((id) => [id, networks[id]?.metric.measure(sr, hr) ?? null] as const);
  return Object.fromEntries(values) as Record<ImageMetricId, number | null>;
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
