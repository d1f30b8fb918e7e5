import type { DirectionClaim, RunResult } from '@distillery/lab';
import { armLabel, type Cohort } from '../cohort';
import { count, grouped } from '../format';
import { anchor, html, scriptJson, type Html } from '../html';
import type { StudentSource, StudentWeights, TrialImage } from './student';

/** Where pages find the script that runs networks, and the images to try them on, relative to the folder they lie in. */
export const STUDENT_PATH = 'assets/student.js';
export const IMAGES_PATH = 'assets/trial-images.js';

/** Larger networks would not fit into a page, nor run in it in a moment. */
const LARGEST_BYTES = 1_000_000;

/** Pairs that a page offers: one per scale or backbone. */
const PAIRS = 3;

interface Entry {
  readonly label: string;
  readonly run: RunResult;
  readonly weights: StudentWeights;
}

interface Pair {
  readonly label: string;
  readonly scale: number;
  readonly networks: readonly Entry[];
}

/**
 * The student alone and the distilled one of the headline claims, with the weights of their first runs, to be tried in the page. Where no claim has the weights of both, the
 * student alone; nothing where no weights are at hand.
 */
export async function studentSection(
  cohort: Cohort,
  claims: readonly DirectionClaim[],
  source: StudentSource | null,
): Promise<Html | null> {
  if (!source) return null;
  const pairs: Pair[] = [];
  const alone: Pair[] = [];
  for (const { worse, better, statement, scale } of claims) {
    if (pairs.length === PAIRS) break;
    const student = await entryOf(cohort, worse, scale, source);
    const distilled = student && (await entryOf(cohort, better, scale, source));
    if (student && distilled) pairs.push({ label: `${statement} ×${scale}`, scale, networks: [student, distilled] });
    else if (student) alone.push({ label: `${student.label} ×${scale}`, scale, networks: [student] });
  }
  const offered = pairs.length > 0 ? pairs : alone.slice(0, 1);
  return offered.length > 0 ? sectionHtml(cohort, offered) : null;
}

async function entryOf(cohort: Cohort, ref: DirectionClaim['better'], scale: number, source: StudentSource): Promise<Entry | null> {
  const runs = cohort.shown.filter(({ spec }) => spec.recipe.arm === ref.arm && spec.recipe.scale === scale);
  for (const run of [...runs].sort((a, b) => a.spec.seed - b.spec.seed)) {
    const weights = await source.weightsOf(run, ref.network);
    if (weights && weights.bytes.length <= LARGEST_BYTES) return { label: armLabel(cohort, ref), run, weights };
  }
  return null;
}

function sectionHtml(cohort: Cohort, pairs: readonly Pair[]): Html {
  const id = anchor('try', cohort.id);
  const data = {
    script: STUDENT_PATH,
    images: IMAGES_PATH,
    pairs: pairs.map(({ label, scale, networks }) => ({
      label,
      scale,
      networks: networks.map(({ label: name, weights: { network, bytes } }) => ({
        label: name,
        network,
        scale,
        weights: bytes.toString('base64'),
      })),
    })),
  };
  return html`<section aria-labelledby="${id}" class="student" data-student="${id}-data">
    <h2 id="${id}">Try it: the student in this page</h2>
    <p>
      Drop an image here or take one of the benchmark’s: the networks of
      ${count(new Set(pairs.flatMap(({ networks }) => networks.map(({ run }) => run))).size, 'run')} enlarge it in this browser, with the
      code and the weights that were measured. Nothing leaves the page.
      ${pairs.every(({ networks }) => networks.length === 1) && 'The distilled student joins the student alone once a run of it has finished.'}
    </p>
    <div class="viewer-controls student-controls" hidden></div>
    <p class="student-status" role="status">This needs the script in the assets folder beside this page.</p>
    <div class="student-result wide"></div>
    <details class="folded">
      <summary>Which weights these are</summary>
      <ul>
        ${pairs.flatMap(({ networks }) =>
          networks.map(
            ({ label, run, weights }) =>
              html`<li>
                ${label}, ×${weights.scale}: seed ${run.spec.seed}, run <code>${run.hash.slice(0, 12)}</code>,
                ${grouped(weights.bytes.length)} bytes
              </li>`,
          ),
        )}
      </ul>
    </details>
    <script type="application/json" id="${id}-data">
      ${scriptJson(data)}
    </script>
  </section>`;
}

/** The script that hands the images to the page: a page from disk cannot fetch them. */
export function trialImages(images: readonly TrialImage[]): string {
  const entries = images.map(({ name, png }) => ({ name, src: `data:image/png;base64,${png.toString('base64')}` }));
  return `window.DistilleryImages = ${scriptJson(entries).markup};\n`;
}
