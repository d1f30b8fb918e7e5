import { centreCrops, openDataset, type Dataset } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import { PROTOCOLS } from '@distillery/metrics';
import { UserError } from '@distillery/tensor';
import { DEFAULT_PROTOCOL } from '../judging/compare';
import { meanPsnr } from './evaluate';
import { evaluateBicubic } from '../instrument/evaluate-model';
import { paramsDigest } from '../store/params-digest';
import type { Recipe } from '../experiment/recipe';
import type { ValidationCurves } from '../store/run-result';
import type { ValidationLine } from '../store/run-files';

/** The images that are used, the set's first, and the side of their crops in HR pixels: few and small enough to take about as long as one or two training steps. */
const IMAGES = 16;
const SIDE = 72;

const PROTOCOL = PROTOCOLS[DEFAULT_PROTOCOL];

/** The set that training is watched by; its crops are cut when they are first asked for. */
export interface ValidationSet extends Pick<Dataset, 'name' | 'hash' | 'notes' | 'lrOrigin'> {
  crops(): Promise<Dataset>;
}

/**
 * The recipe's validation set; null if it names none. Throws UserError for an unknown set, and for one that is among `used`, the sets that the
 * run trains and tests on.
 */
export async function openValidation(recipe: Recipe, dataDir: string | null, used: readonly Dataset[]): Promise<ValidationSet | null> {
  const { scale, data } = recipe;
  if (data.validate === undefined) return null;
  const dataset = await openDataset(data.validate.set, dataDir);
  if (used.some(({ name, hash }) => name === dataset.name || hash === dataset.hash))
    throw new UserError(`validation set ${dataset.name} is among the sets that the run trains and tests on: expected one that is not`);
  return { ...dataset, crops: () => cropsOf(dataset, scale) };
}

let lastCrops: { readonly key: string; readonly crops: Promise<Dataset> } | null = null;

/** Runs that follow each other mostly share the set, and reading it takes longer than a smoke run. */
function cropsOf(dataset: Dataset, scale: number): Promise<Dataset> {
  const key = `${dataset.hash} ${scale}`;
  if (lastCrops?.key !== key) lastCrops = { key, crops: centreCrops({ ...dataset, items: dataset.items.slice(0, IMAGES) }, SIDE, scale) };
  return lastCrops.crops;
}

/**
 * Scores networks on the crops as they are at a step: mean PSNR by network, in dB to four decimals. Evaluation's own code measures them. A network
 * whose parameters have not changed since the last time (a frozen teacher) keeps its score.
 */
export function validator(
  crops: Dataset,
  scale: number,
): (networks: Readonly<Record<string, Deployed>>) => Promise<ValidationLine['psnr']> {
  const known = new Map<string, { readonly digest: string; readonly psnr: number }>();
  return async (networks) => {
    const scores: Record<string, number> = {};
    for (const [name, network] of Object.entries(networks)) {
      const digest = paramsDigest(network.params);
      const last = known.get(name);
      const psnr = last?.digest === digest ? last.psnr : rounded(await meanPsnr(network, crops, scale, PROTOCOL));
      known.set(name, { digest, psnr });
      scores[name] = psnr;
    }
    return scores;
  };
}

/** A run's validation as its result holds it. */
export async function validationCurves(set: ValidationSet, scale: number, lines: readonly ValidationLine[]): Promise<ValidationCurves> {
  const { mean } = await evaluateBicubic(await set.crops(), scale, [PROTOCOL]);
  const names = [...new Set(lines.flatMap(({ psnr }) => Object.keys(psnr)))];
  const curve = (name: string): [number, number][] => lines.map(({ step, psnr }) => [step, psnr[name] as number]);
  return {
    set: set.name,
    side: SIDE,
    bicubic: rounded(mean[0]?.psnr as number),
    networks: Object.fromEntries(names.map((name) => [name, curve(name)])),
  };
}

function rounded(psnr: number): number {
  return Number(psnr.toFixed(4));
}
