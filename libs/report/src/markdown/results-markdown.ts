import { FLAT, settled, isDecided, type ArmRef, type DirectionClaim, type Experiment, type Paper, type Verdict } from '@distillery/lab';
import { MAIN_METRIC, METRICS } from '@distillery/metrics';
import { TIER_TEXT } from '../badges';
import { bestVerdicts, verdictsOf } from '../claims/best-verdicts';
import { runsOfArm, type Cohort } from '../cohort';
import { distinct, meanOf } from '../collections';
import { publishedValue } from '../comparison';
import { multiplicityNote, registrationNote, survivors, type JudgedClaim } from '../evidence-notes';
import { count, digitsOf, listed, signed } from '../format';
import { SIGNS } from '../verdicts';
import { wasRun } from '../not-run';
import { markdownTable } from './markdown-table';
import { paperHeading, paperName } from '../paper-name';

/** The cohorts of each paper that are evidence: all tiers but the one that proves the machinery. */
export type Evidence = ReadonlyMap<Paper, readonly Cohort[]>;

/** `RESULTS.md`: every claim that was compared, with what was measured of its arms. From the stored results alone. */
export function resultsMarkdown(evidence: Evidence): string {
  const sections = [...evidence].map(([paper, cohorts]) =>
    [`## ${paperHeading(paper)}`, ...(cohorts.length > 0 ? cohorts.map(cohortSection) : ['Not run at a tier that is evidence.'])].join(
      '\n\n',
    ),
  );
  return `${[
    '# Results',
    'Made by `npm run results` from the measured results in `reports/results/`. Do not edit: a test compares the two.',
    `Differences are of PSNR in dB (or of LPIPS, positive where it is lower), paired over seeds and images, positive where they agree with the claim, with 95 % intervals. “Visible from”: the smallest difference that a comparison with this spread would have found with 80 % probability. †: survives Holm's correction over the table. A claim is under-trained, whatever its interval, if an arm had not finished learning: the last third of its training still gained a third of the published difference (${FLAT} dB where none is published) on the validation set, or it was never above bicubic, or no validation curve was kept. In brackets behind an arm's score on a test set: what the paper printed for it, of its larger networks, longer training and own protocol; so far ours are from what the literature calls trained.`,
    ...sections,
  ].join('\n\n')}\n`;
}

/** The table of the README: what came of every claim whose arms had finished learning under several seeds, and how many claims wait for such arms. */
export function whatHoldsMarkdown(evidence: Evidence): string {
  const rows: string[][] = [];
  const waiting: string[] = [];
  for (const [paper, cohorts] of evidence) {
    const best = bestVerdicts(paper, cohorts);
    for (const { claim, overall } of best) {
      if (!isDecided(overall) || isOfOneSeed(overall)) continue;
      rows.push([
        paperName(paper),
        claim.statement,
        differenceOf(claim, overall),
        `${overall.seeds} × ${overall.images}`,
        `${SIGNS[overall.kind]} ${overall.kind}`,
      ]);
    }
    const number = (holds: (overall: Verdict) => boolean): number => best.filter(({ overall }) => holds(overall)).length;
    const counts = {
      'under-trained': number(({ kind }) => kind === 'under-trained'),
      'of one seed': number((overall) => isDecided(overall) && isOfOneSeed(overall)),
      'not run': number(({ kind }) => kind === 'not judged'),
    };
    const left = Object.entries(counts).filter(([, count]) => count > 0);
    if (left.length > 0) waiting.push(`${paperName(paper)}: ${left.map(([what, count]) => `${count} ${what}`).join(', ')}`);
  }
  const table =
    rows.length > 0
      ? markdownTable(['paper', 'claim', 'our difference', 'seeds × images', 'verdict'], 'lllrl', rows)
      : 'No claim has been judged with trained arms yet.';
  const others = waiting.length > 0 ? `\n\nAll other claims wait for longer runs, or for more of them. ${waiting.join('; ')}.` : '';
  return `${table}${others}`;
}

/** Of such a claim nothing can be said: its verdict is inconclusive whatever its interval. */
function isOfOneSeed({ seeds }: Verdict): boolean {
  return seeds === 1;
}

function cohortSection(cohort: Cohort): string {
  const { tier, engine, train, evaluate, shown, experiments } = cohort;
  const facts = `**${TIER_TEXT[tier].heading}.** Engine ${engine}, trained on ${train}, tested on ${listed(evaluate)}, ${count(shown.length, 'run')}.`;
  const run = experiments.filter((experiment) => wasRun(cohort, experiment));
  const notRun = experiments.filter((experiment) => !run.includes(experiment)).map(({ title }) => `“${title}”`);
  return [
    facts,
    ...run.map((experiment) => experimentSection(cohort, experiment)),
    ...(notRun.length > 0 ? [`Not run, but for arms that stand above: ${listed(notRun)}.`] : []),
  ].join('\n\n');
}

function experimentSection(cohort: Cohort, experiment: Experiment): string {
  const judged = cohort.paper.directions
    .filter((claim) => claim.experiment === experiment.id)
    .map((claim): JudgedClaim => ({ claim, overall: verdictsOf(cohort, claim).overall }))
    .filter(({ overall }) => overall.n > 0);
  const arms = experiment.arms.filter((arm) => runsOfArm(cohort.runs, arm).runs.length > 0);
  return [
    `### ${experiment.title}`,
    ...(judged.length > 0 ? [claimsTable(judged)] : []),
    ...[multiplicityNote(judged), registrationNote(judged, cohort.shown)].filter((note) => note !== null),
    armsTable(cohort, experiment, arms),
  ].join('\n\n');
}

function claimsTable(judged: readonly JudgedClaim[]): string {
  const left = survivors(judged);
  const rows = judged.map(({ claim, overall }) => [
    claim.statement,
    sides(claim.better, claim.worse),
    differenceOf(claim, overall),
    overall.detectable === null ? 'none' : overall.detectable.toFixed(digitsOf(claim.metric) + 1),
    `${overall.seeds} × ${overall.images}`,
    `${SIGNS[overall.kind]} ${overall.kind}${left.has(overall) ? ' †' : ''}`,
    `${overall.reason}.`,
  ]);
  return markdownTable(['claim', 'arms', 'ours', 'visible from', 'seeds × images', 'verdict', 'why'], 'lllrrll', rows);
}

function sides(better: ArmRef, worse: ArmRef): string {
  return [better, worse].map(({ arm, network }) => `${arm} (${network})`).join(' − ');
}

function differenceOf({ metric }: DirectionClaim, { meanDifference: mean, ci }: Verdict): string {
  if (mean === null) return 'not compared';
  const digits = digitsOf(metric) + 1;
  const interval = ci ? ` [${signed(ci[0], digits)}, ${signed(ci[1], digits)}]` : '';
  return `${signed(mean, digits)}${interval}${metric === MAIN_METRIC ? '' : ` ${METRICS[metric].title}`}`;
}

/** What each arm came to: on the tests, single pass, with what the paper printed in brackets, and on the validation set. */
function armsTable(cohort: Cohort, experiment: Experiment, arms: Experiment['arms']): string {
  const { runs, evaluate } = cohort;
  const rows = arms.map((arm) => {
    const own = runsOfArm(runs, arm).runs;
    const end = settled(own, arm.network);
    return [
      arm.label,
      String(own.length),
      String(arm.recipe.schedule.steps),
      ...evaluate.map((dataset) => {
        const published = publishedValue(cohort, experiment, arm, dataset, MAIN_METRIC);
        return `${testPsnr(own, arm.network, dataset)}${published === null ? '' : ` (${published.toFixed(2)})`}`;
      }),
      end ? `${end.last.toFixed(2)} (bicubic ${end.bicubic.toFixed(2)})` : 'not kept',
      end ? signed(end.gain, 3) : 'unknown',
    ];
  });
  const titles = ['arm', 'seeds', 'steps', ...evaluate, 'validation', 'its last third'];
  return markdownTable(titles, `lrr${'r'.repeat(evaluate.length)}rr`, rows);
}

function testPsnr(runs: Cohort['runs'], network: string, dataset: string): string {
  const evaluations = runs.flatMap((run) =>
    run.evaluations.filter(
      (one) => one.network === network && one.dataset === dataset && !one.selfEnsemble && one.protocol === 'y-border-scale',
    ),
  );
  const means = distinct(evaluations).map(({ images }) => meanOf(images.map((image) => image[MAIN_METRIC] ?? NaN)));
  return means.length > 0 ? meanOf(means).toFixed(2) : '–';
}
