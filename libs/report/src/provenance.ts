import { isDeepStrictEqual } from 'node:util';
import { engineOf, type Evaluation, type RunResult } from '@distillery/lab';
import { IMAGE_METRIC_IDS, METRIC_IDS, METRICS } from '@distillery/metrics';
import { groupAnchor, runAnchor, runHref } from './anchors';
import type { Cohort } from './cohort';
import { groupBy } from './collections';
import { count, digitsOf, duration, fixed } from './format';
import { html, type Content, type Html } from './html';
import { valuesTable } from './table';

/** A piece of a list of runs, which is not to be divided further, with the ids that links lead to. */
export interface ProvenancePart {
  readonly ids: readonly string[];
  readonly content: Html;
}

/** Every run of a cohort, grouped as the tables link to them: by arm and scale a heading with the recipe, and one entry per seed. */
export function provenanceParts(cohort: Cohort): ProvenancePart[] {
  const groups = groupBy(cohort.runs, ({ spec }) => JSON.stringify([spec.recipe.arm, spec.recipe.scale]));
  const shown = new Set(cohort.shown);
  return [...groups.values()].flatMap((runs) => {
    const sorted = [...runs].sort((a, b) => a.spec.seed - b.spec.seed);
    return [
      groupHeading(cohort, sorted),
      ...sorted.map((run) => ({ ids: [runAnchor(run.hash)], content: runEntry(cohort, run, shown.has(run)) })),
    ];
  });
}

function groupHeading(cohort: Cohort, runs: readonly RunResult[]): ProvenancePart {
  const { arm, scale } = (runs[0] as RunResult).spec.recipe;
  const id = groupAnchor(cohort, arm, scale);
  const content = html`<h3 class="run-group" id="${id}">${arm}, ×${scale} <span class="muted">(${count(runs.length, 'run')})</span></h3>
    ${recipes(runs)}`;
  return { ids: [id], content };
}

/** The recipe that runs of a group share; several, with their seeds, where it was changed. */
function recipes(runs: readonly RunResult[]): Content {
  const groups = groupBy(runs, ({ spec }) => JSON.stringify(spec.recipe, null, 2));
  return [...groups].map(
    ([recipe, members]) =>
      html`<details class="run">
        <summary>
          Recipe${groups.size > 1 && ` of ${members.map(({ spec, hash }) => `seed ${spec.seed} (${hash.slice(0, 12)})`).join(', ')}`}
        </summary>
        <pre><code>${recipe}</code></pre>
      </details>`,
  );
}

function runEntry(cohort: Cohort, run: RunResult, shown: boolean): Html {
  const { spec, provenance, hash } = run;
  return html`<div class="run" id="${runAnchor(hash)}">
    <details>
      <summary>
        seed ${spec.seed}, <code>${hash.slice(0, 12)}</code>, trained in
        ${duration(run.trainSeconds)}${!shown && ' (an earlier recipe, not used in the tables)'}
      </summary>
      <p>This command recomputes it:</p>
      <pre class="command"><code>${provenance.command}</code></pre>
      <dl class="facts">
        ${facts(cohort, run).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${perImage(run)}
    </details>
  </div>`;
}

function facts(cohort: Cohort, { hash, spec, provenance, uncompiled }: RunResult): (readonly [string, Content])[] {
  const { gitCommit, gitDirty, earlierCommits = [] } = provenance;
  const dirty = { true: ', with uncommitted changes', false: ', clean', null: ', state unknown' }[
    String(gitDirty) as 'true' | 'false' | 'null'
  ];
  const commit = gitCommit === null ? 'unknown (not a git checkout)' : html`<code>${gitCommit}</code>${dirty}`;
  const named = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value], i) => [i > 0 && html`<br />`, name, ' ', html`<code>${value}</code>`]);
  return [
    ['Run hash', html`<code>${hash}</code>`],
    ['Seed', spec.seed],
    ['Tier', spec.recipe.tier],
    ['Starts from', startsOf(cohort, spec)],
    [
      'Engine',
      `${engineOf({ spec, provenance })} (${provenance.engineVersion})${uncompiled === undefined ? '' : `, training step not compiled: ${uncompiled}`}`,
    ],
    ['Versions', named(provenance.versions)],
    ['Git commit', commit],
    ...(earlierCommits.length > 0 ? [['Resumed from', named(Object.fromEntries(earlierCommits.map((c) => ['commit', c])))] as const] : []),
    ['Platform', provenance.platform],
    ['Feature network', provenance.featureNetwork ?? 'none needed'],
    ...IMAGE_METRIC_IDS.map((id) => {
      const { title } = METRICS[id];
      return [`${title} network`, provenance[`${id}Network`] ?? `weights not found, ${title} not measured`] as const;
    }),
    ['Data (sha256)', named(provenance.datasetHashes)],
  ];
}

/** The runs that a run starts from, by name, with links to those that are there. */
function startsOf(cohort: Cohort, { recipe, seed }: RunResult['spec']): Content {
  const { runs } = cohort;
  const starts = Object.entries(recipe.startFrom);
  if (starts.length === 0) return 'nothing';
  return starts.map(([name, start], i) => {
    const run = runs.find(({ spec }) => spec.seed === seed && spec.recipe.arm === start.arm && isDeepStrictEqual(spec.recipe, start));
    const arm = `${start.arm}, ×${start.scale}`;
    return [i > 0 && html`<br />`, `${name}: `, run ? html`<a href="${runHref(cohort, run.hash)}">${arm}</a>` : arm];
  });
}

/** Scores image by image: one table per dataset and protocol, a column per network, passes and metric. */
function perImage({ evaluations }: RunResult): Content {
  const groups = groupBy(evaluations, ({ dataset, protocol }) => JSON.stringify([dataset, protocol]));
  return [...groups.values()].map((members) => {
    const { dataset, scale, protocol, images } = members[0] as Evaluation;
    const metrics = METRIC_IDS.filter((id) =>
      members.some((evaluation) => evaluation.images.some((image) => typeof image[id] === 'number')),
    );
    const caption = `${dataset}, ×${scale}, ${protocol}: values of each image`;
    const columns = members.flatMap(({ network, selfEnsemble }) =>
      metrics.map((metric) => `${network} ${selfEnsemble ? '×8' : '1×'} ${METRICS[metric].title}`),
    );
    const byName = members.map((evaluation) => new Map(evaluation.images.map((image) => [image.name, image])));
    const rows = images.map(({ name }): [string, ...string[]] => [
      name,
      ...byName.flatMap((ofNetwork) =>
        metrics.map((metric) => {
          const value = ofNetwork.get(name)?.[metric];
          return value === undefined || value === null ? 'not measured' : fixed(value, digitsOf(metric) + 1);
        }),
      ),
    ]);
    return html`<details>
      <summary>${caption}</summary>
      ${valuesTable(caption, ['Image', ...columns], rows)}
    </details>`;
  });
}
