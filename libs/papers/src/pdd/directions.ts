import type { ArmRef, DirectionClaim } from '@distillery/lab';
import { METRICS, type MetricId } from '@distillery/metrics';
import type { PddArm } from './recipes';

const ABSTRACT = 'abstract and README of the authors’ repository (Yuehan717/PDD at bdf45ed); the tables could not be read';
const SUMMARY = 'an unattributed summary of the paper, whose description of the method contradicts the released code';
const OURS = 'our control; not known to be in the paper';

const student = (arm: PddArm): ArmRef<PddArm> => ({ arm, network: 'student' });
const GENERALIST: ArmRef<PddArm> = { arm: 'pretrain', network: 'generalist' };
const SPECIALIST: ArmRef<PddArm> = { arm: 'pretrain', network: 'specialist' };

interface Direction {
  readonly id: string;
  readonly table: string;
  readonly experiment: string;
  readonly statement: string;
  readonly better: ArmRef<PddArm>;
  readonly worse: ArmRef<PddArm>;
  readonly source: string;
  /** Default: PSNR and LPIPS. */
  readonly metrics?: readonly MetricId[];
  readonly within?: number;
}

/** Both distances against either, in Static or EMA, through VGG19's features or AlexNet's. */
function together(arm: 'static' | 'ema', name: string, suffix: '' | '-alexnet'): Direction[] {
  const through = suffix === '' ? name : `${name}, AlexNet’s features`;
  const single = { intra: 'intra-model', inter: 'inter-model' } as const;
  return (['intra', 'inter'] as const).map((kept) => ({
    id: `${arm}${suffix}-over-${kept}`,
    table: suffix === '' ? 'Ablation' : 'Ablation, AlexNet',
    experiment: `terms${suffix}`,
    statement: `Both distances together are better than the ${single[kept]} one alone (${through}).`,
    better: student(`${arm}${suffix}`),
    worse: student(`${arm}-${kept}${suffix}`),
    source: suffix === '' ? SUMMARY : OURS,
  }));
}

const DEFINED: readonly Direction[] = [
  {
    id: 'specialist-on-bicubic',
    table: 'Premise',
    experiment: 'premise',
    statement: 'On bicubic LR, near what the specialist trained on, it is better than the generalist.',
    better: { arm: 'as-is-bicubic', network: 'specialist' },
    worse: { arm: 'as-is-bicubic', network: 'generalist' },
    source: ABSTRACT,
    metrics: ['psnr'],
  },
  {
    id: 'generalist-on-real',
    table: 'Premise',
    experiment: 'premise',
    statement: 'On the target domain the generalist is better than the specialist.',
    better: GENERALIST,
    worse: SPECIALIST,
    source: ABSTRACT,
  },
  ...(['static', 'ema'] as const).flatMap((arm): Direction[] => {
    const name = arm === 'ema' ? 'EMA' : 'Static';
    return [
      {
        id: `${arm}-over-generalist`,
        table: 'Main results',
        experiment: 'main',
        statement: `PDD (${name}) improves on the generalist alone on the target domain.`,
        better: student(arm),
        worse: GENERALIST,
        source: ABSTRACT,
      },
      {
        id: `${arm}-over-supervised`,
        table: 'Control',
        experiment: 'main',
        statement: `PDD (${name}) improves on fine-tuning on synthetic pairs without any distance.`,
        better: student(arm),
        worse: student('supervised'),
        source: OURS,
      },
      {
        id: `${arm}-over-plain`,
        table: 'Control',
        experiment: 'main',
        statement: `PDD (${name}) improves on fine-tuning on synthetic pairs with L1 alone.`,
        better: student(arm),
        worse: student('plain'),
        source: OURS,
      },
      {
        id: `${arm}-over-longer`,
        table: 'Control',
        experiment: 'main',
        statement: `PDD (${name}) improves on the generalist trained on for as many updates on its own degradation.`,
        better: student(arm),
        worse: student('pretrain-long'),
        source: OURS,
      },
      ...together(arm, name, ''),
      ...together(arm, name, '-alexnet'),
      {
        id: `${arm}-alexnet-over-supervised`,
        table: 'Ablation, AlexNet',
        experiment: 'terms-alexnet',
        statement: `Both distances together are better than neither (${name}, AlexNet’s features).`,
        better: student(`${arm}-alexnet`),
        worse: student('supervised-alexnet'),
        source: OURS,
      },
    ];
  }),
  {
    id: 'ema-over-static',
    table: 'Main results',
    experiment: 'main',
    statement: 'EMA is better than Static.',
    better: student('ema'),
    worse: student('static'),
    source: ABSTRACT,
  },
  {
    id: 'static-over-direct',
    table: 'Control',
    experiment: 'main',
    statement: 'Distances are better than matching the reference’s features of real inputs (G from the generalist).',
    better: student('static'),
    worse: student('direct'),
    source: SUMMARY,
  },
  {
    id: 'specialist-over-direct',
    table: 'Control',
    experiment: 'roles',
    statement: 'Distances are better than matching the reference’s features of real inputs (G from the specialist).',
    better: student('static-specialist'),
    worse: student('direct-specialist'),
    source: SUMMARY,
  },
  {
    id: 'trained-specialist-over-specialist',
    table: 'Main results',
    experiment: 'roles',
    statement: 'A specialist that is adapted against the generalist improves on the specialist alone on the target domain.',
    better: student('static-specialist'),
    worse: SPECIALIST,
    source: ABSTRACT,
  },
  {
    id: 'trained-specialist-over-generalist',
    table: 'Main results',
    experiment: 'roles',
    statement: 'A specialist that is adapted against the generalist overtakes the generalist on the target domain.',
    better: student('static-specialist'),
    worse: GENERALIST,
    source: SUMMARY,
  },
  {
    id: 'generalists-alike',
    table: 'Ablation',
    experiment: 'generalists',
    statement: 'It matters little which generalist is used: Real-ESRGAN’s and BSRGAN’s degradations give the same within 0.1 dB.',
    better: student('static-specialist'),
    worse: student('static-specialist-bsrgan'),
    source: SUMMARY,
    metrics: ['psnr'],
    within: 0.1,
  },
  {
    id: 'warm-up',
    table: 'Divergence',
    experiment: 'details',
    statement: 'EMA needs steps without the distances before them.',
    better: student('ema'),
    worse: student('ema-no-warm-up'),
    source: 'README of the authors’ repository',
  },
  {
    id: 'fidelity-by-ratio',
    table: 'Ratio',
    experiment: 'ratio',
    statement: 'A larger share of the inter-model distance trades fidelity: ratio 0.25 has the higher PSNR than 4.',
    better: student('ema-ratio-0.25'),
    worse: student('ema-ratio-4'),
    source: 'README of the authors’ repository: the ratio trades fidelity against perception; which way is not stated',
    metrics: ['psnr'],
  },
];

export const DIRECTIONS: readonly DirectionClaim<PddArm>[] = DEFINED.flatMap(
  ({ id, metrics = ['psnr', 'lpips'], statement, ...direction }) =>
    metrics.map((metric): DirectionClaim<PddArm> => ({
      ...direction,
      id: `pdd/direction/${id}/${metric}`,
      paper: 'pdd',
      statement: metrics.length === 1 ? statement : `${statement.slice(0, -1)} (${METRICS[metric].title}).`,
      metric,
      scale: 4,
      published: null,
      verified: false,
    })),
);
