import type {
  Claim,
  Crop,
  DirectionClaim,
  Evaluation,
  Experiment,
  ExperimentArm,
  Paper,
  Recipe,
  ResultsFile,
  RunResult,
  Tier,
} from '@distillery/lab';

/**
 * An invented paper with invented results. Nothing here is a measurement; the numbers only have to look like one.
 * The table has an arm that was never run, a claim in another number of passes, a suspect one and one that is not available.
 */

/** 4 x 4 grey squares. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAGklEQVQImWMwMDC4cOEChGSAswwMDBhwygAAcFIYAXMlOhkAAAAASUVORK5CYII=';

export const NOW = new Date('2025-03-01T00:00:00Z');

const SOURCE = 'an invented table, https://example.org/fixture';

interface Plan {
  readonly tier: Tier;
  readonly train: string;
  readonly evaluate: readonly string[];
}

export function recipe(arm: string, { tier, train, evaluate }: Plan, scale = 4): Recipe {
  return {
    paper: 'fixture',
    arm,
    scale,
    tier,
    method: {
      name: 'invented',
      of: 'a name that is wider than a phone, and wider than the column of text that holds it on a desk, as recipes have them',
    },
    data: { train, evaluate, patch: 24, batch: 4, channels: 3 },
    schedule: { steps: 30, learningRate: 1e-3, decay: 0.5, decayEvery: 20, checkpointEvery: 10 },
    startFrom: {},
    evaluate: { networks: ['student'], selfEnsemble: true },
  };
}

const WIDTHS = [0.25, 0.5, 1];

export function experiments(plan: Plan): Experiment[] {
  const arm = (name: string, label: string, more: Partial<ExperimentArm> = {}): ExperimentArm => ({
    arm: name,
    network: 'student',
    label,
    recipe: recipe(name, plan),
    ...more,
  });
  return [
    {
      id: 'table1',
      title: 'Table 1: does contrast help?',
      caption: 'The student alone, with contrast, and its teacher; the control was never run.',
      kind: 'table',
      arms: [
        arm('alone', 'Student alone'),
        arm('contrast', 'Student, contrast'),
        arm('control', 'Control, never run'),
        arm('teacher', 'Teacher', { network: 'teacher' }),
      ],
    },
    {
      id: 'negatives',
      title: 'Figure 2: how many negatives?',
      caption: 'The same weight, summed and averaged.',
      kind: 'sweep',
      arms: [
        ...[0, 1, 4].map((k) => arm(`sum-${k}`, `K = ${k}, summed`, { x: k, series: 'summed' })),
        ...[0, 1, 4].map((k) => arm(`mean-${k}`, `K = ${k}, averaged`, { x: k, series: 'averaged' })),
        arm('alone', 'Student alone'),
      ],
    },
    {
      id: 'width',
      title: 'Figure 3: quality against width',
      caption: 'Three widths.',
      kind: 'tradeoff',
      arms: WIDTHS.map((width) => arm(`width-${width}`, `width ${width}`, { x: width, series: 'contrast' })),
    },
  ];
}

function claim(arm: string, network: string, dataset: string, value: number | null, more: Partial<Claim> = {}): Claim {
  return {
    id: `fixture/${arm}/${network}/${dataset}/${more.metric ?? 'psnr'}`,
    paper: 'fixture',
    table: 'Table 1',
    row: `Row ${arm}`,
    experiment: 'table1',
    arm,
    network,
    dataset,
    scale: 4,
    metric: 'psnr',
    value,
    protocol: 'y-border-scale',
    selfEnsemble: true,
    source: SOURCE,
    verified: true,
    ...more,
  };
}

const direction = (id: string, better: string, worse: string, more: Partial<DirectionClaim> = {}): DirectionClaim => ({
  id: `fixture/direction/${id}`,
  paper: 'fixture',
  table: 'Table 1',
  statement: `${better} beats ${worse}.`,
  experiment: 'table1',
  better: { arm: better, network: 'student' },
  worse: { arm: worse, network: 'student' },
  metric: 'psnr',
  scale: 4,
  published: { Set5: 0.12, Urban100: 0.3 },
  source: SOURCE,
  verified: true,
  ...more,
});

export const FIXTURE: Paper = {
  id: 'fixture',
  title: 'Fixture: an invented paper for tests',
  venue: 'Nowhere 2025',
  url: 'https://example.org/fixture',
  summary: 'A paper that does not exist, with claims that nobody made & markup that is <b>only text</b>.',
  claims: [
    claim('alone', 'student', 'Set5', 28.1),
    claim('alone', 'student', 'Set5', 0.81, { metric: 'ssim' }),
    claim('contrast', 'student', 'Set5', 28.35, { suspect: 'it looks like a typing error' }),
    claim('control', 'student', 'Set5', null, { verified: false }),
    claim('teacher', 'teacher', 'Set5', 28.9, { selfEnsemble: false }),
    claim('contrast', 'student', 'Urban100', 26.2),
    claim('elsewhere', 'student', 'Set5', 30, { experiment: 'table9', table: 'Table 9' }),
  ],
  directions: [
    direction('contrast', 'contrast', 'alone'),
    direction('control', 'contrast', 'control', { published: null, verified: false }),
    direction('sum', 'sum-4', 'sum-1', { experiment: 'negatives', published: null }),
  ],
  divergences: [{ point: 'Denominator', paper: 'a ratio', code: 'a sum', ours: 'both: summed and averaged' }],
  overhead: { plain: 'student', arms: [] },
  experiments: (tier, { train, evaluate }) => experiments({ tier, train, evaluate }),
  methods: {},
};

/** PSNR that the fixture gives an arm on its first image under its first seed. */
const LEVELS: Readonly<Record<string, number>> = {
  alone: 28.1,
  contrast: 28.32,
  teacher: 28.8,
  'sum-0': 28.2,
  'sum-1': 28.3,
  'sum-4': 28.26,
  'mean-0': 28.2,
  'mean-1': 28.3,
  'mean-4': 28.36,
  'width-0.25': 28.32,
  'width-0.5': 28.5,
  'width-1': 28.7,
};

const IMAGES = ['bird', 'woman'];

function evaluation(network: string, dataset: string, level: number, selfEnsemble: boolean): Evaluation {
  const gain = selfEnsemble ? 0.08 : 0;
  const images = IMAGES.map((name, i) => ({
    name,
    psnr: level + gain + 1.5 * i + 0.01 * network.length * i,
    ssim: 0.8 + (level - 28) / 20 + gain / 10 + 0.02 * i,
    lpips: null,
  }));
  return { network, dataset, scale: 4, protocol: 'y-border-scale', selfEnsemble, images };
}

export function run(arm: string, seed: number, plan: Plan, network = 'student', level = LEVELS[arm] ?? 28): RunResult {
  const width = Number(/^width-(.*)$/.exec(arm)?.[1] ?? 0.25);
  const own = level + 0.02 * seed * (arm.length % 2 === 0 ? 1 : -1);
  const crop = (shows: string, view: Crop['view']): Crop => ({
    dataset: plan.evaluate[0] as string,
    image: 'bird',
    shows,
    view,
    pngBase64: PNG,
  });
  const text = `${plan.tier}/${plan.train}/${arm}/${seed}`;
  return {
    schema: 2,
    hash: Buffer.from(text).toString('hex').padEnd(64, '0').slice(-64),
    spec: { recipe: recipe(arm, plan), seed, engine: 'wasm' },
    provenance: {
      engine: 'wasm',
      engineVersion: '4.22.0',
      versions: { node: 'v20.19.0', '@tensorflow/tfjs-core': '4.22.0' },
      gitCommit: '0123456789abcdef0123456789abcdef01234567',
      gitDirty: false,
      datasetHashes: { [plan.train]: 'a'.repeat(64), ...Object.fromEntries(plan.evaluate.map((name) => [name, 'b'.repeat(64)])) },
      featureNetwork: plan.tier === 'smoke' ? 'random features, seed 0' : 'VGG19 (weights sha256 0123)',
      platform: 'linux x64',
      command: `distillery run fixture/${plan.tier}/${arm}-x4/${seed}`,
    },
    evaluations: plan.evaluate.flatMap((dataset) => [evaluation(network, dataset, own, false), evaluation(network, dataset, own, true)]),
    costs: [
      {
        network,
        parameters: Math.round(1e6 * width ** 2),
        multiplyAdds: Math.round(4e9 * width ** 2),
        inputShape: [64, 64],
        latencyMs: 40 * width,
        latencyPasses: 5,
      },
    ],
    curves: {
      l1: [1, 10, 20, 30].map((step) => [step, (own - 27) / step + 0.01] as const),
      contrast: [1, 30].map((step) => [step, 1 + 1 / step] as const),
    },
    validation: {
      set: 'General-100-subset',
      side: 72,
      bicubic: 27.4,
      // The sums had not finished learning.
      networks: { [network]: [10, 20, 30].map((step) => [step, own + 0.4 - (arm.startsWith('sum') ? 4 : 0.4) / step]) },
    },
    crops: [crop('hr', 'whole'), ...['lr', 'bicubic', network, 'hr'].map((shows) => crop(shows, 'zoom'))],
    trainSeconds: 84.2,
  };
}

const SMALL: Plan = { tier: 'small', train: 'T91', evaluate: ['Set5'] };
const SMOKE: Plan = { tier: 'smoke', train: 'procedural', evaluate: ['procedural-test'] };

/** Two seeds of every arm but the control. */
export const SMALL_RESULTS: ResultsFile = {
  schema: 2,
  paper: 'fixture',
  tier: 'small',
  runs: Object.keys(LEVELS).flatMap((arm) => [0, 1].map((seed) => run(arm, seed, SMALL, arm === 'teacher' ? 'teacher' : 'student'))),
};

/** One seed of two arms, on stand-ins. */
export const SMOKE_RESULTS: ResultsFile = {
  schema: 2,
  paper: 'fixture',
  tier: 'smoke',
  runs: ['alone', 'contrast'].map((arm) => run(arm, 0, SMOKE)),
};
