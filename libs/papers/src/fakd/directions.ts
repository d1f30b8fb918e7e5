import type { DirectionClaim } from '@distillery/lab';
import { DCKD_SOURCE, TABLE_3_SOURCE, UNREADABLE } from './claims';
import { BENCHMARKS, DCKD_TABLE_2, TABLE_3, type PublishedRow } from './published';
import { MATCHED_HOW, type Backbone } from './settings';
import type { FakdArm } from './recipes';

const CONTROL = 'our control; the paper has no such arm';

const student = (arm: FakdArm) => ({ arm, network: 'student' });

/** Differences of published PSNRs (better minus worse) in dB, by dataset. */
function gain(
  table: readonly PublishedRow[],
  backbone: string,
  scale: number,
  better: PublishedRow['arm'],
  worse: PublishedRow['arm'],
): Record<string, number> {
  const psnr = (arm: PublishedRow['arm']): PublishedRow['psnr'] => {
    const row = table.find((candidate) => candidate.backbone === backbone && candidate.scale === scale && candidate.arm === arm);
    if (!row) throw new Error(`no row of ${backbone} ${arm} at x${scale}`);
    return row.psnr;
  };
  const [high, low] = [psnr(better), psnr(worse)];
  return Object.fromEntries(BENCHMARKS.map((dataset, d) => [dataset, Number(((high[d] as number) - (low[d] as number)).toFixed(4))]));
}

/** An arm without its backbone. */
type Unprefixed<Arm extends FakdArm> = Arm extends `${Backbone}-${infer Name}` ? Name : never;

function tableThree(backbone: 'rcan' | 'san', scale: 2 | 3 | 4): DirectionClaim<FakdArm>[] {
  const name = backbone.toUpperCase();
  const base = { paper: 'fakd', metric: 'psnr', scale, experiment: `table3-${backbone}-x${scale}`, source: TABLE_3_SOURCE } as const;
  const arm = <Name extends string>(of: Name) => `${backbone}-${of}` as const;
  const published: DirectionClaim<FakdArm>[] = [
    {
      ...base,
      id: `fakd/direction/${backbone}/fakd-over-alone/x${scale}`,
      table: 'Table 3',
      statement: `FAKD improves the ${name} student over training alone.`,
      better: student(arm('fakd')),
      worse: student(arm('alone')),
      published: gain(TABLE_3, backbone, scale, 'fakd', 'alone'),
      verified: true,
    },
    {
      ...base,
      id: `fakd/direction/${backbone}/teacher-over-fakd/x${scale}`,
      table: 'Table 3',
      statement: `The ${name} teacher stays ahead of the distilled student.`,
      better: { arm: arm('teacher'), network: 'teacher' },
      worse: student(arm('fakd')),
      published: gain(TABLE_3, backbone, scale, 'teacher', 'fakd'),
      verified: true,
    },
  ];
  const control = (id: string, statement: string, better: Unprefixed<FakdArm>, worse: Unprefixed<FakdArm>): DirectionClaim<FakdArm> => ({
    ...base,
    id: `fakd/direction/${backbone}/${id}/x${scale}`,
    table: 'Control',
    statement,
    better: student(arm(better)),
    worse: student(arm(worse)),
    published: null,
    source: CONTROL,
    verified: true,
  });
  const controls = [
    control(
      'fakd-over-equal-length',
      `FAKD beats the ${name} student trained alone for teacher’s and student’s steps together.`,
      'fakd',
      'long',
    ),
    control('fakd-over-output', `The affinity term improves the ${name} student over distillation of the output alone.`, 'fakd', 'output'),
  ];
  if (backbone === 'san') return [...published, ...controls];
  return [
    ...published,
    ...controls,
    control('fakd-over-truncated', 'FAKD beats the student that only starts from the teacher’s leading layers.', 'fakd', 'truncated'),
    control('ensemble-over-single', 'A self-ensemble teacher is the better teacher for FAKD.', 'ensemble', 'fakd'),
    {
      ...base,
      id: `fakd/direction/rcan/fakd-equals-output/x${scale}`,
      table: 'DCKD, Table 2',
      statement:
        'FAKD is no better than distillation of the output alone (0.05 dB). If a public port that cuts the affinity’s gradient made the published rows, ' +
        'both are output distillation.',
      better: student('rcan-fakd'),
      worse: student('rcan-output'),
      within: 0.05,
      published: gain(DCKD_TABLE_2, 'rcan', scale, 'fakd', 'output'),
      source: DCKD_SOURCE,
      verified: true,
    },
  ];
}

const ABLATION = { paper: 'fakd', metric: 'psnr', scale: 4, published: null, verified: false } as const;

type Origin = Pick<DirectionClaim, 'table' | 'source'>;
const OURS: Origin = { table: 'Control', source: CONTROL };
const PUBLISHED_FORMS: Origin = { table: 'Table 1', source: UNREADABLE };
const PUBLISHED_TERMS: Origin = { table: 'Table 2', source: UNREADABLE };

function terms(): DirectionClaim<FakdArm>[] {
  const claim = (
    id: string,
    statement: string,
    better: FakdArm,
    worse: FakdArm,
    from: Origin = PUBLISHED_TERMS,
  ): DirectionClaim<FakdArm> => ({
    ...ABLATION,
    ...from,
    id: `fakd/direction/terms/${id}`,
    statement,
    experiment: 'terms-x4',
    better: student(better),
    worse: student(worse),
  });
  return [
    claim('output-helps', 'The teacher’s output alone improves the student.', 'rcan-output', 'rcan-alone'),
    claim('affinity-helps', 'The affinity alone improves the student.', 'rcan-affinity-only', 'rcan-alone'),
    claim('both-over-affinity', 'Both terms together beat the affinity alone.', 'rcan-fakd', 'rcan-affinity-only'),
    claim('output-over-affinity', 'The output gives more than the affinity.', 'rcan-output', 'rcan-affinity-only', OURS),
  ];
}

/** Forms of relation that spatial affinity is held against. */
const OTHER_FORMS = {
  'channel-affinity': 'channel affinity',
  'image-affinity': 'affinity between images',
  'attention-transfer': 'attention transfer',
  fsp: 'FSP',
  'feature-l1': 'the distance of raw features',
  vid: 'variational information',
} as const;

function forms(): DirectionClaim<FakdArm>[] {
  return (Object.keys(OTHER_FORMS) as (keyof typeof OTHER_FORMS)[]).flatMap((form) =>
    (['', '-matched'] as const).map((matched): DirectionClaim<FakdArm> => ({
      ...ABLATION,
      ...(matched || form === 'vid' ? OURS : PUBLISHED_FORMS),
      id: `fakd/direction/forms${matched}/${form}`,
      statement: `Spatial affinity beats ${OTHER_FORMS[form]} ${matched ? `at a weight with the same gradient norm (${MATCHED_HOW})` : 'at the same weight'}.`,
      experiment: `forms${matched}-x4`,
      better: student('rcan-fakd'),
      worse: student(`rcan-${form}${matched}`),
    })),
  );
}

function positions(): DirectionClaim<FakdArm>[] {
  const claim = (id: string, statement: string, worse: FakdArm): DirectionClaim<FakdArm> => ({
    ...ABLATION,
    id: `fakd/direction/positions/${id}`,
    table: 'Positions',
    statement,
    experiment: 'positions-x4',
    better: student('rcan-fakd'),
    worse: student(worse),
    source: 'the authors’ scripts use three of the four maps and give no reason',
  });
  return [
    claim('three-over-last', 'Three positions beat the last alone.', 'rcan-at-end'),
    claim('three-over-two', 'Three positions beat the two of the RCAN x3 script.', 'rcan-at-last-two'),
    claim('three-over-four', 'Three positions beat four, with the head’s map.', 'rcan-at-four'),
  ];
}

function widths(): DirectionClaim<FakdArm>[] {
  const base = {
    ...ABLATION,
    experiment: 'widths-x4',
    table: 'Unequal widths',
    source: 'the code has EDSR students; no numbers were published',
  };
  return [
    {
      ...base,
      id: 'fakd/direction/widths/fakd-over-alone',
      statement: 'FAKD improves a student narrower than its teacher.',
      better: student('edsr-fakd'),
      worse: student('edsr-alone'),
    },
    {
      ...base,
      id: 'fakd/direction/widths/affinity-over-output',
      statement: 'The affinity improves a narrower student over distillation of the output alone.',
      better: student('edsr-fakd'),
      worse: student('edsr-output'),
    },
    {
      ...base,
      id: 'fakd/direction/widths/affinity-over-adapter',
      statement:
        'The affinity, which needs no adapter, beats raw features behind one at the same weight (the gradient norms are not matched).',
      better: student('edsr-fakd'),
      worse: student('edsr-adapter'),
    },
  ];
}

export const DIRECTIONS: readonly DirectionClaim<FakdArm>[] = [
  ...(['rcan', 'san'] as const).flatMap((backbone) => ([2, 3, 4] as const).flatMap((scale) => tableThree(backbone, scale))),
  ...terms(),
  ...forms(),
  ...positions(),
  ...widths(),
];
