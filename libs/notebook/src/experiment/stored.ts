import { decodeImage, type Image } from '@distillery/data';
import { datasetsOfRuns, EVIDENCE_TIERS, readResults, type ExperimentArm, type ResultsFile, type RunResult } from '@distillery/lab';
import { METRIC_IDS } from '@distillery/metrics';
import { showImages } from '../display/show-image';
import { showTable } from '../display/show-table';
import { columnOf } from './metric-column';
import { scoreOf } from './scores';
import { experimentOf, type Session } from './session';

/**
 * What was measured of an experiment before and is kept with the project, at the full tier or else the small one: every arm's mean scores over its seeds, and its pictures. Nothing is
 * trained. Says so where there is nothing. Throws UserError for an unknown experiment.
 */
export async function showStored(session: Session, id: string): Promise<void> {
  experimentOf(session, id);
  const stored = await storedResults(session);
  const shown = stored ? armsOf(session, stored, id) : [];
  const [first] = shown;
  if (!stored || !first) return console.log(`no measured results of '${id}' are stored yet`);
  showTable(
    shown.map(({ arm, runs }) => ({
      arm: arm.label,
      seeds: runs.length,
      ...Object.fromEntries(
        METRIC_IDS.map((metric) => [columnOf(metric), meanOf(runs.map((run) => scoreOf(run, arm.network, { metric })))]),
      ),
    })),
    {
      digits: 3,
      caption: `${first.title}; ${stored.tier} tier, ${first.arm.recipe.data.evaluate[0]}, mean over seeds`,
    },
  );
  const pictures = await picturesOf(shown);
  if (Object.keys(pictures).length > 0) await showImages(pictures, { zoom: 2 });
}

/** The arms of an experiment that were run, with their runs. */
function armsOf({ paper }: Session, { tier, runs }: ResultsFile, id: string): { title: string; arm: ExperimentArm; runs: RunResult[] }[] {
  const experiment = paper.experiments(tier, datasetsOfRuns(paper, runs)).find((one) => one.id === id);
  return (experiment?.arms ?? [])
    .map((arm) => ({ title: experiment?.title ?? id, arm, runs: runsOf(arm, runs) }))
    .filter((one) => one.runs.length > 0);
}

/** The measured results of the strongest tier that has any; null if none has. */
export async function storedResults({ paper, resultsDir }: Session): Promise<ResultsFile | null> {
  for (const tier of EVIDENCE_TIERS.toReversed()) {
    const found = await readResults(resultsDir, tier, paper.id);
    if (found !== null) return found;
  }
  return null;
}

/** The runs of an arm, one for each seed. */
function runsOf({ recipe }: ExperimentArm, runs: readonly RunResult[]): RunResult[] {
  const found = runs.filter(({ spec }) => spec.recipe.arm === recipe.arm && spec.recipe.scale === recipe.scale);
  return [...new Map(found.map((run) => [run.spec.seed, run])).values()];
}

function meanOf(values: readonly (number | null)[]): number | string {
  const measured = values.filter((value) => value !== null);
  return measured.length < values.length ? 'not measured' : measured.reduce((sum, value) => sum + value, 0) / measured.length;
}

/** A detail of one image by every arm, with bicubic and HR beside them; of the run whose pictures were kept. */
async function picturesOf(
  shown: readonly { readonly arm: ExperimentArm; readonly runs: readonly RunResult[] }[],
): Promise<Record<string, Image>> {
  const kept = shown.flatMap(({ arm, runs }) =>
    runs
      .filter(({ crops }) => crops.length > 0)
      .slice(0, 1)
      .map(({ crops }) => ({ arm, crops })),
  );
  const [first] = kept;
  if (!first) return {};
  const image = first.crops[0]?.image;
  const detail = async (crops: RunResult['crops'], shows: string): Promise<Image | null> => {
    const found = crops.find((crop) => crop.image === image && crop.shows === shows && crop.view === 'zoom');
    return found ? decodeImage(Buffer.from(found.pngBase64, 'base64'), `${image}, ${shows}`) : null;
  };
  const pictures: [string, Image | null][] = [['bicubic', await detail(first.crops, 'bicubic')]];
  for (const { arm, crops } of kept) pictures.push([arm.label, await detail(crops, arm.network)]);
  pictures.push(['HR', await detail(first.crops, 'hr')]);
  return Object.fromEntries(pictures.filter((entry): entry is [string, Image] => entry[1] !== null));
}
