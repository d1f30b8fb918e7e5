import type { Crop, Experiment, ExperimentArm, RunResult } from '@distillery/lab';
import { MAIN_METRIC, unitOf } from '@distillery/metrics';
import { groupHref } from './anchors';
import { cohortStamp } from './badges';
import { runsOfArm, type Cohort } from './cohort';
import { distinct } from './collections';
import { digitsOf, fixed, MAIN } from './format';
import { panelsOf } from './figures/series';
import { html, type Content, type Html } from './html';
import { embeddedPng } from './png';
import { evaluationOf } from './scores';

/** One picture of a comparison: the input, an upscaled image or the ground truth. */
interface Tile {
  readonly label: string;
  readonly crop: Crop | undefined;
  readonly score: number | null;
  /** The run group the picture comes from; null for input and ground truth. */
  readonly href: string | null;
}

/** Image comparisons of an experiment, one per scale and image: the whole image, then its zoomed part as LR, bicubic, every arm and HR. */
export function imageComparisons(cohort: Cohort, experiment: Experiment): Html[] {
  const scales = distinct(experiment.arms.map(({ recipe }) => recipe.scale));
  return scales.flatMap((scale) => {
    const arms = experiment.arms
      .filter(({ recipe }) => recipe.scale === scale)
      .flatMap((arm) => {
        // Of several seeds the first one is shown; a picture has no mean.
        const [run] = runsOfArm(cohort.runs, arm).runs.filter(({ crops }) => crops.length > 0);
        return run ? [{ arm, run }] : [];
      });
    const crops = arms.flatMap(({ run }) => run.crops);
    return distinct(crops.map(({ dataset, image }) => JSON.stringify([dataset, image]))).map((key) => {
      const [dataset, image] = JSON.parse(key) as [string, string];
      const here = crops.filter((crop) => crop.dataset === dataset && crop.image === image);
      const given = (label: string, shows: string, view: Crop['view']): Tile => ({
        label,
        crop: here.find((crop) => crop.shows === shows && crop.view === view),
        score: null,
        href: null,
      });
      const tiles = [
        given('Whole image (HR)', 'hr', 'whole'),
        given('LR input', 'lr', 'zoom'),
        given('Bicubic', 'bicubic', 'zoom'),
        ...arms.map(({ arm, run }) => armTile(cohort, experiment, arm, run, dataset, image)),
        given('HR, ground truth', 'hr', 'zoom'),
      ];
      return comparisonFigure(dataset, image, scale, tiles, cohortStamp(cohort));
    });
  });
}

function armTile(cohort: Cohort, experiment: Experiment, arm: ExperimentArm, run: RunResult, dataset: string, image: string): Tile {
  const crop = run.crops.find((c) => c.dataset === dataset && c.image === image && c.shows === arm.network && c.view === 'zoom');
  const scale = arm.recipe.scale;
  const panel = panelsOf(cohort, experiment).find((candidate) => candidate.dataset === dataset && candidate.scale === scale);
  const evaluation = panel && evaluationOf(run, { ...panel, network: arm.network, selfEnsemble: false });
  const score = evaluation?.images.find(({ name }) => name === image)?.[MAIN_METRIC] ?? null;
  return { label: arm.label, crop, score, href: groupHref(cohort, arm.arm, scale) };
}

function comparisonFigure(dataset: string, image: string, scale: number, tiles: readonly Tile[], stamp: string): Html {
  const title = `${dataset}: ${image}, ×${scale}`;
  const note = `A zoomed part, pixels unsmoothed. One seed; ${MAIN.name} is of the whole image, single pass; ${stamp}.`;
  return html`<figure class="comparison wide">
    <figcaption>
      <em>${title}</em>.
      <span class="small muted">${note}</span>
    </figcaption>
    <div class="crops">${tiles.map((tile) => tileHtml(title, tile))}</div>
  </figure>`;
}

function tileHtml(title: string, { label, crop, score, href }: Tile): Content {
  if (!crop) return null;
  const alt = `${title}, ${label}${crop.view === 'zoom' ? ', zoomed part' : ''}`;
  const { src, width, height } = embeddedPng(crop.pngBase64, `image '${alt}'`);
  return html`<figure>
    <img class="${crop.view}" src="${src}" alt="${alt}" width="${width}" height="${height}" />
    <figcaption>
      ${href === null ? label : html`<a href="${href}">${label}</a>`}
      ${score !== null && html`<br /><span class="muted">${fixed(score, digitsOf(MAIN_METRIC))}${unitOf(MAIN_METRIC)}</span>`}
    </figcaption>
  </figure>`;
}
