import type { Crop, Paper, RunResult } from '@distillery/lab';
import { FIXTURE, SMALL_RESULTS } from './fixture';

/** What text from outside may try. */
export const HOSTILE = [
  `<script>window.pwned=1</script>`,
  `"><img src=x onerror="window.pwned=1">`,
  `'><svg/onload=window.pwned=1>`,
  `</style><script>window.pwned=1</script>`,
  `</script><script>window.pwned=1</script>`,
  `<!--`,
  `]]>`,
  `javascript:window.pwned=1`,
  `\u0000<iframe srcdoc="<script>1</script>">`,
  `&lt;b&gt; &amp;lt;`,
  `=cmd|' /C calc'!A0`,
  '${window.pwned=1}`',
];

/** The fixture with the same text in every place where a result, a claim or a paper carries free text. */
export function poisoned(text: string): { paper: Paper; runs: RunResult[] } {
  const crop = (c: Crop): Crop => ({ ...c, image: text, dataset: text });
  const runs = SMALL_RESULTS.runs.map((run) => ({
    ...run,
    spec: {
      ...run.spec,
      engine: text,
      recipe: { ...run.spec.recipe, data: { ...run.spec.recipe.data, train: text, evaluate: [text] }, method: { name: text } },
    },
    provenance: {
      ...run.provenance,
      engine: text,
      engineVersion: text,
      versions: { [text]: text },
      gitCommit: text,
      datasetHashes: { [text]: text },
      featureNetwork: text,
      platform: text,
      command: text,
    },
    evaluations: run.evaluations.map((e) => ({
      ...e,
      dataset: text,
      protocol: text,
      images: e.images.map((image) => ({ ...image, name: text + image.name })),
    })),
    curves: { [text]: [[1, 1] as const, [2, 0.5] as const] },
    crops: run.crops.map(crop),
  }));
  const paper: Paper = {
    ...FIXTURE,
    title: text,
    venue: text,
    summary: text,
    url: text,
    claims: FIXTURE.claims.map((claim) => ({
      ...claim,
      table: text,
      row: text,
      source: text,
      suspect: text,
      dataset: text,
      protocol: text,
    })),
    directions: FIXTURE.directions.map((claim) => ({ ...claim, table: text, statement: text, source: text, published: { [text]: 1 } })),
    divergences: [{ point: text, paper: text, code: text, ours: text }],
    experiments: (tier, datasets) =>
      FIXTURE.experiments(tier, datasets).map((experiment) => ({
        ...experiment,
        title: text,
        caption: text,
        arms: experiment.arms.map((arm) => ({ ...arm, label: text, ...(arm.series !== undefined && { series: text }) })),
      })),
  };
  return { paper, runs };
}
