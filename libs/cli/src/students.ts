import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng, findDataDir, listDatasets, makeFolder, openDataset, writeFileAtomic } from '@distillery/data';
import { deployRun, isFinished, runFolder, shortHash, type Paper, type RunResult } from '@distillery/lab';
import { EVERY_ARCHITECTURE, readSafetensors, saveParams, type Model, type NetworkOptions } from '@distillery/models';
import type { StudentSource, StudentWeights, TrialImage } from '@distillery/report';
import { UserError } from '@distillery/tensor';
import { print } from './output';

/** Where runs are, and where the weights of networks that a report shows are kept beside the results. */
interface Places {
  readonly runs: string;
  readonly results: string;
}

/** What trial images may take together, bytes. */
const IMAGES_BYTES = 1_600_000;

/**
 * Weights for the pages in which a network can be tried. A network of a finished run is taken from its folder and kept as
 * `<results>/<tier>/students/<run>-<network>.safetensors`, so that a report made later from the results alone has it too; where there is neither, there are none.
 */
export async function studentSource({ runs, results }: Places, papers: readonly Paper[], data: string | undefined): Promise<StudentSource> {
  return {
    images: await trialImages(data),
    async weightsOf(run, network) {
      const folder = join(results, run.spec.recipe.tier, 'students');
      const kept = join(folder, `${shortHash(run.hash)}-${network}.safetensors`);
      if (!existsSync(kept)) {
        const bytes = await fromFolder(runFolder(runs, run.spec, run.hash), run, network, papers);
        if (!bytes) return null;
        makeFolder(folder);
        await writeFileAtomic(kept, bytes);
      }
      return weightsIn(await readFile(kept), kept);
    },
  };
}

/** A network of a run's folder as a safetensors file that says which network it is of; null without the folder, or for a network that is not one of the zoo's. */
async function fromFolder(folder: string, run: RunResult, name: string, papers: readonly Paper[]): Promise<Buffer | null> {
  const deployed = isFinished(folder) ? (await networksOf(folder, papers))[name] : undefined;
  const network = deployed && deployed.sees === undefined ? optionsOf(deployed.model) : null;
  if (!deployed || !network) return null;
  const metadata = { network: JSON.stringify(network), scale: String(deployed.model.scale), run: run.hash };
  return saveParams(deployed.params, metadata);
}

/** The networks of a run; none, with a word on why, where its folder cannot be used: a report is not to fail for that. */
async function networksOf(folder: string, papers: readonly Paper[]): ReturnType<typeof deployRun> {
  try {
    return await deployRun(folder, 'wasm', papers);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    print(`the report has no network of this run to try: ${error.message}`);
    return {};
  }
}

/** What a recipe would say of a network; null for one that no architecture builds. */
function optionsOf({ name, config }: Model): NetworkOptions | null {
  const found = EVERY_ARCHITECTURE.find(({ title }) => title === name);
  if (!found) return null;
  const options = Object.entries(config as object).filter(([option]) => option !== 'scale');
  return { architecture: found.id, ...Object.fromEntries(options) } as unknown as NetworkOptions;
}

function weightsIn(bytes: Buffer, path: string): StudentWeights {
  const { network, scale } = readSafetensors(bytes, path).metadata;
  if (network === undefined || scale === undefined)
    throw new UserError(
      `${path}: expected a file that names its network and scale; delete it, and the next report takes it from the run again`,
    );
  return { network: JSON.parse(network) as NetworkOptions, scale: Number(scale), bytes };
}

/** Set5 where there is a data folder that has it, else the built-in images. */
async function trialImages(data: string | undefined): Promise<TrialImage[]> {
  const dataDir = findDataDir(data);
  const hasSet5 = listDatasets(dataDir).some(({ name, present }) => name === 'Set5' && present);
  const dataset = await openDataset(hasSet5 ? 'Set5' : 'procedural-test', dataDir);
  const images: TrialImage[] = [];
  let total = 0;
  for (const item of dataset.items) {
    const png = await encodePng(await item.hr());
    total += png.length;
    if (total > IMAGES_BYTES) break;
    images.push({ name: `${dataset.name}: ${item.name}`, png });
  }
  return images;
}
