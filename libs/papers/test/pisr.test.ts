import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildMethod,
  directionVerdict,
  performRun,
  plan,
  recipeSchema,
  TIERS,
  type ArmRef,
  type Evaluation,
  type Experiment,
  type Recipe,
  type Tier,
  mapStarts,
} from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { pisrAutoencoder, fsrcnn } from '@distillery/models';
import { seedRng, useEngine, UserError } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';

const { pisr } = PAPERS;
const datasets = { train: 'T91', evaluate: ['Set5'] };
const experimentsAt = (tier: Tier): readonly Experiment[] => pisr.experiments(tier, datasets);
const recipesAt = (tier: Tier): Recipe[] => plan([pisr], tier, { engine: 'wasm', datasets, seeds: 1 }).map(({ spec }) => spec.recipe);
const recipe = (tier: Tier, arm: string, scale = 2): Recipe => {
  const found = recipesAt(tier).find((candidate) => candidate.arm === arm && candidate.scale === scale);
  if (!found) throw new Error(`no ${arm} x${scale} at ${tier}`);
  return found;
};
const method = (one: Recipe, network?: ReturnType<ReturnType<typeof pisrAutoencoder>['init']>) =>
  buildMethod(pisr, one, { vgg19: null, start: network ? { teacher: { network } } : {} });

function shows(tier: Tier, experiment: string, scale: number, { arm, network }: ArmRef): boolean {
  return experimentsAt(tier).some(
    ({ id, arms }) => id === experiment && arms.some((row) => row.arm === arm && row.network === network && row.recipe.scale === scale),
  );
}

describe('PISR: experiments', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(TIERS)('are made of valid recipes whose methods can be built and deploy what is evaluated, %s tier', (tier) => {
    for (const one of recipesAt(tier)) {
      expect(recipeSchema.parse(one), one.arm).toEqual(one);
      const built = method(one);
      if (tier !== 'smoke') continue;
      expect(Object.keys(built.deploy(built.init(seedRng(1)))), one.arm).toEqual(expect.arrayContaining([...one.evaluate.networks]));
    }
  });

  it('refuse options that are none in one line', () => {
    const broken = { ...recipe('smoke', 'pisr'), method: { ...recipe('smoke', 'pisr').method, start: 'teacher' } };
    expect(() => method(broken)).toThrow(UserError);
    expect(() => method(broken)).toThrow(/recipe pisr of pisr.*start/);
  });

  it.each(TIERS)('have the arms that every claim and every direction speaks of, %s tier', (tier) => {
    for (const { id, experiment, better, worse, scale } of pisr.directions)
      for (const side of [better, worse]) expect(shows(tier, experiment, scale, side), `${id} ${side.arm}`).toBe(true);
    for (const { id, experiment, arm, network, scale } of pisr.claims)
      if (experiment !== undefined) expect(shows(tier, experiment, scale, { arm: arm as string, network }), id).toBe(true);
  });

  it('train every arm of a backbone equally long, but for the control that has the length of both stages', () => {
    for (const tier of TIERS) {
      for (const prefix of ['', 'vdsr-', 'idn-', 'carn-']) {
        const arms = recipesAt(tier).filter(({ arm }) => (prefix ? arm.startsWith(prefix) : !/^(vdsr|idn|carn)-/.test(arm)));
        const lengths = new Set(arms.filter(({ arm }) => !arm.endsWith('long')).map(({ schedule }) => schedule.steps));
        expect(lengths.size, prefix).toBe(1);
        const [steps] = lengths;
        for (const { schedule } of arms.filter(({ arm }) => arm.endsWith('long'))) expect(schedule.steps).toBe(2 * (steps as number));
      }
    }
  });

  it('hold the released configuration at the full tier', () => {
    const { data, schedule, method: options, startFrom } = recipe('full', 'pisr');
    expect(data).toMatchObject({ patch: 192, batch: 16, channels: 1 });
    expect(schedule).toMatchObject({ steps: 1_000_000, learningRate: 1e-3, cosineTo: 1e-5 });
    expect(options).toMatchObject({
      network: { architecture: 'fsrcnn', features: 56, shrunk: 12, mapping: 4, slopes: 'layer', start: 'pytorch' },
      encoder: { features: 56, shrunk: 12, sees: 'hr' },
      start: 'decoder',
      distillation: { distance: 'vid-laplace', tap: 'mid_part', channels: 56, strength: { weight: 1e-6 } },
    });
    expect(startFrom.teacher?.method).toMatchObject({ name: 'pisr-teacher', imitationWeight: 1e-4 });
  });

  it('sweep the weight of VID from 1e-6 to 1 above the tier that proves the machinery', () => {
    for (const tier of ['small', 'full'] as const) {
      const sweep = experimentsAt(tier).find(({ id }) => id === 'vid-weight');
      expect(sweep?.arms.flatMap(({ x }) => (x === undefined ? [] : [x]))).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]);
    }
  });

  it('say over how many values VID is a mean: channels times LR positions', () => {
    const caption = (tier: Tier, experiment: string) => experimentsAt(tier).find(({ id }) => id === experiment)?.caption;
    expect(caption('small', 'components')).toContain('a mean over 18,144 values');
    expect(caption('full', 'components')).toContain('a mean over 516,096 values');
    expect(caption('small', 'vid-weight')).toContain('it would weigh 0.018 on the mean');
    expect(caption('full', 'vid-weight')).toContain('it would weigh 0.52 on the mean');
  });

  it('differ between arms by what their name says', () => {
    const distillation = (arm: string) => recipe('small', arm).method.distillation;
    const teacherOf = (arm: string) => recipe('small', arm).startFrom.teacher?.method;
    expect(distillation('init')).toBeNull();
    expect(distillation('pisr-weight-0.01')).toMatchObject({ distance: 'vid-laplace', strength: { weight: 0.01 } });
    expect(distillation('l2-matched')).toMatchObject({ distance: 'l2', strength: { gradientRatio: 0.1 } });
    expect(recipe('small', 'vid').method).toMatchObject({ start: 'random', distillation: distillation('pisr') });
    expect(teacherOf('pisr-free')).toMatchObject({ imitationWeight: 0, encoder: { sees: 'hr' } });
    expect(teacherOf('init-lr')).toMatchObject({ imitationWeight: 1e-4, encoder: { sees: 'lr' } });
    expect(teacherOf('carn-pisr')).toMatchObject({ network: { architecture: 'carn' } });
  });

  it('start the student as the decoder, or fresh', () => {
    const decoder = fsrcnn({ features: 8, shrunk: 4, mapping: 1, scale: 2, tail: { kind: 'deconvolution', crop: 4 }, slopes: 'layer' });
    const trained = pisrAutoencoder(decoder, { features: 8, shrunk: 4, sees: 'hr' }).init(seedRng(3));
    const start = (arm: string, network?: typeof trained) =>
      method(recipe('smoke', arm), network).init(seedRng(1)).network?.['last_part.weight']?.dataSync();
    expect(start('pisr', trained)).toEqual(trained['decoder.last_part.weight']?.dataSync());
    expect(start('init', trained)).toEqual(start('pisr', trained));
    expect(start('vid', trained)).toEqual(start('alone'));
    expect(start('vid', trained)).not.toEqual(start('pisr', trained));
  });
});

describe('PISR: claims', () => {
  const published = join(__dirname, '../../../../shared/papers/published/pisr.json');
  interface Table {
    readonly table: string;
    readonly rows: readonly {
      readonly method: string;
      readonly dataset: string;
      readonly scale: number;
      readonly psnr: number;
      readonly ssim: number;
    }[];
  }
  const value = (id: string) => pisr.claims.find((claim) => claim.id === `pisr/${id}`)?.value;

  it('are unique, sourced, and empty where nothing could be read', () => {
    expect(new Set(pisr.claims.map(({ id }) => id)).size).toBe(pisr.claims.length);
    expect(new Set(pisr.directions.map(({ id }) => id)).size).toBe(pisr.directions.length);
    for (const { source, value, verified } of pisr.claims) {
      expect(source).not.toBe('');
      expect(value === null).toBe(!verified);
    }
  });

  it('hold the numbers of the sources', () => {
    expect(value('other-backbones/carn-pisr/student/x2/Set5/psnr')).toBe(37.82);
    expect(value('figure/FSRCNN/pisr/x3/psnr')).toBe(20.68);
    expect(value('figure/IDN/baseline/x3/ssim')).toBe(0.7887);
    expect(value('original/FSRCNN/x2/Set5/psnr')).toBe(37);
    expect(value('fsrcnn-x2/pisr/student/x2/Set5/psnr')).toBeNull();
    const carn = pisr.directions.find(({ id }) => id === 'pisr/direction/carn-pisr-over-alone');
    expect(carn?.published).toEqual({ Set5: 0.06, BSD100: -0.01 });
  });

  it.skipIf(!existsSync(published))('hold every number of the published figures and baselines', () => {
    const tables = JSON.parse(readFileSync(published, 'utf8')) as Table[];
    const rows = (title: string) => tables.find(({ table }) => table.startsWith(title))?.rows ?? [];
    const figure = rows('Qualitative');
    expect(figure).toHaveLength(12);
    figure.forEach(({ psnr, ssim, scale }, i) => {
      const network = ['FSRCNN', 'VDSR', 'IDN', 'CARN'][Math.floor(i / 3)];
      const which = ['bicubic', 'baseline', 'pisr'][i % 3];
      expect([value(`figure/${network}/${which}/x${scale}/psnr`), value(`figure/${network}/${which}/x${scale}/ssim`)]).toEqual([
        psnr,
        ssim,
      ]);
    });
    const baselines = rows('ASSL Table 2');
    expect(baselines).toHaveLength(36);
    for (const { method: row, dataset, scale, psnr, ssim } of baselines) {
      const id = `original/${row.split(' ')[0]}/x${scale}/${dataset}`;
      expect([value(`${id}/psnr`), value(`${id}/ssim`)], id).toEqual([psnr, ssim]);
    }
  });

  it('are directions that a run of both arms can decide, and none at the smoke tier', () => {
    for (const claim of pisr.directions) expect(directionVerdict(claim, [], 'smoke').overall.kind).toBe('not judged');
  });
});

describe('PISR: a run', () => {
  it('trains the teacher first, scores it on the HR that it sees, then the student', async () => {
    const runsDir = await temporaryFolder();
    const shorten = (one: Recipe): Recipe => ({
      ...one,
      data: { ...one.data, train: 'procedural', evaluate: ['procedural-test'], patch: 12, batch: 2 },
      schedule: { ...one.schedule, steps: 2 },
      startFrom: mapStarts(one.startFrom, shorten),
    });
    const perform = (arm: string) =>
      performRun({ recipe: shorten(recipe('smoke', arm)), seed: 0, engine: 'wasm' }, { dataDir: null, runsDir, papers: [pisr] });
    const student = await perform('pisr');
    expect(student.evaluations.map(({ network }) => network)).toEqual(['student']);
    expect(Object.keys(student.curves)).toEqual(
      expect.arrayContaining(['reconstruction', 'distillation', 'gradient reconstruction', 'gradient distillation']),
    );

    const teacher = await perform('teacher');
    const mean = ({ images }: Evaluation) => images.reduce((sum, { psnr }) => sum + (psnr as number), 0) / images.length;
    const [whole, decoder] = ['teacher', 'decoder'].map((network) =>
      teacher.evaluations.find((one) => one.network === network && one.protocol === 'y-border-scale'),
    ) as [Evaluation, Evaluation];
    expect(whole.images).toHaveLength(decoder.images.length);
    expect(mean(whole)).not.toBe(mean(decoder));
    // Twice the LR side: the cost of the network that sees HR is that of the HR image.
    const { shapes } = pisrAutoencoder(
      fsrcnn({ features: 8, shrunk: 4, mapping: 1, scale: 2, tail: { kind: 'deconvolution', crop: 4 }, slopes: 'layer' }),
      { features: 8, shrunk: 4, sees: 'hr' },
    );
    const [cost, ownCost] = ['teacher', 'decoder'].map((network) => teacher.costs.find((one) => one.network === network));
    const kernel = (name: string) => (shapes[name] as number[]).reduce((product, side) => product * side, 1);
    const encoder = 96 * 96 * kernel('encoder.0.weight') + 48 * 48 * [2, 4, 6].reduce((sum, i) => sum + kernel(`encoder.${i}.weight`), 0);
    expect((cost?.multiplyAdds as number) - (ownCost?.multiplyAdds as number)).toBe(encoder);
  });
});
