import type { Paper, RunResult } from '@distillery/lab';
import type { PageAssets } from './assets';
import { cohortStamp, standInNotice, tierBanner } from './badges';
import { isHeadline } from './claims/best-verdicts';
import type { Cohort } from './cohort';
import { distinct, groupBy } from './collections';
import { imageComparisons } from './crops';
import { count, duration, listed } from './format';
import { anchor, html, type Content, type Html } from './html';
import { pageHtml } from './page';
import { paperHeading, paperName } from './paper-name';
import { runsHref } from './run-pages';
import type { StudentSource } from './student/student';
import { studentSection } from './student/student-section';
import { dataTable } from './table';

/** Where the page lies beside the index. */
export const SMOKE_HREF = 'smoke.html';

/** What the pages of a paper's runs that are no evidence are called: ids of its runs are not those of another's. */
export function smokeStem({ id }: Paper): string {
  return `smoke-${id}`;
}

/** Does the machinery run? Every arm of the tiers that are no evidence, what its losses did, and how it came about. */
export async function smokePage(
  cohorts: readonly Cohort[],
  students: StudentSource | null,
  assets: PageAssets,
  footer: Content,
): Promise<string> {
  const runs = cohorts.flatMap((cohort) => cohort.runs);
  const student = await firstStudent(cohorts, students);
  const body = html`
    <h1>Does the machinery run?</h1>
    <p class="lead">
      ${count(runs.length, 'run')} of ${listed([...new Set(cohorts.map(({ paper }) => paperName(paper)))])} went from data through training
      to an evaluated network in ${duration(runs.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0))} of training.
    </p>
    ${distinct(cohorts.map(({ tier }) => tier)).map(tierBanner)} ${student} ${cohorts.map(cohortSection)}
  `;
  const trail = [{ title: 'Distillery', href: 'index.html' }, { title: 'Does the machinery run?' }];
  const description = 'Runs of seconds that show every part working together, and those of notebooks. Evidence of nothing else.';
  return pageHtml({ title: 'Does the machinery run?', description, trail, body, footer }, assets, {
    plotly: 'none',
    student: student !== null,
  });
}

/** The student of the first cohort whose weights are at hand. */
async function firstStudent(cohorts: readonly Cohort[], students: StudentSource | null): Promise<Html | null> {
  for (const cohort of cohorts) {
    const section = await studentSection(cohort, cohort.paper.directions.filter(isHeadline(cohort.paper, [cohort])), students);
    if (section) return section;
  }
  return null;
}

function cohortSection(cohort: Cohort): Html {
  const { paper, tier, engine, train, shown, experiments } = cohort;
  const id = anchor('smoke', paper.id, cohort.id);
  const groups = [...groupBy(shown, ({ spec }) => JSON.stringify([spec.recipe.arm, spec.recipe.scale])).values()];
  const [pictured] = experiments.flatMap((experiment) => imageComparisons(cohort, experiment)).slice(0, 1);
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${paperHeading(paper)}</h2>
    <p>Engine ${engine}, trained on ${train}; ${tier} tier, not evidence.</p>
    ${standInNotice(cohort)}
    <div class="wide">
      ${dataTable({
        caption: `Arms of ${paperName(paper)} that ran; ${cohortStamp(cohort)}`,
        columns: [
          { title: 'Arm' },
          { title: 'Seeds', align: 'right' },
          { title: 'Steps', align: 'right' },
          { title: 'Losses, first to last step' },
          { title: 'Networks evaluated' },
          { title: 'Training', align: 'right' },
        ],
        rows: groups.map(armCells),
      })}
    </div>
    ${pictured}
    <p><a href="${runsHref({ stem: smokeStem(paper) })}">Provenance of ${count(cohort.runs.length, 'run')}</a></p>
  </section>`;
}

function armCells(runs: readonly RunResult[]): Content[] {
  const [first] = runs as [RunResult];
  const { arm, scale, schedule } = first.spec.recipe;
  const losses = Object.entries(first.curves).flatMap(([name, points]) => {
    const [start, end] = [points[0], points.at(-1)];
    return start && end ? [`${name} ${start[1].toPrecision(3)} → ${end[1].toPrecision(3)}`] : [];
  });
  const networks = [...new Set(first.evaluations.map(({ network }) => network))];
  const seconds = runs.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
  return [
    `${arm}, ×${scale}`,
    runs.length,
    schedule.steps,
    losses.length > 0 ? html`<span class="losses">${losses.join('; ')}</span>` : 'nothing to train',
    networks.length > 0 ? listed(networks) : 'none',
    duration(seconds),
  ];
}
