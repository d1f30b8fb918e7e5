import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildMethod,
  methodOfRecipe,
  datasetsOfRuns,
  deployRun,
  performRun,
  plan,
  recipeSchema,
  TIERS,
  type ArmRef,
  type Datasets,
  type Experiment,
  type Recipe,
  type RunResult,
  type Tier,
  mapStarts,
} from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { ALEXNET_LAYERS, alexNet, rrdbnet, VGG19_LAYERS } from '@distillery/models';
import { seedRng, useEngine, UserError } from '@distillery/tensor';
import { dispose } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';
import { pddFeatures } from '../src/pdd/features';

const { pdd } = PAPERS;
const plainSets: Datasets = { train: 'T91', evaluate: ['Set5'] };
const allSets: Datasets = {
  ...plainSets,
  real: [
    { adapt: 'camera-adapt', test: ['camera-test'] },
    { adapt: 'telephone-adapt', test: ['telephone-test'] },
    { adapt: 'photographs', test: ['other-test'] },
  ],
  published: ['realesr-general'],
};
const experimentsAt = (tier: Tier, sets = allSets): readonly Experiment[] => pdd.experiments(tier, sets);
const recipesAt = (tier: Tier, sets = allSets): Recipe[] =>
  plan([pdd], tier, { engine: 'wasm', datasets: sets, seeds: 1 }).map(({ spec }) => spec.recipe);
const recipe = (tier: Tier, arm: string, sets = allSets): Recipe => {
  const found = recipesAt(tier, sets).find((candidate) => candidate.arm === arm);
  if (!found) throw new Error(`no ${arm} at ${tier}`);
  return found;
};
const armsOf = (tier: Tier, experiment: string, sets = allSets): string[] =>
  experimentsAt(tier, sets)
    .filter(({ id }) => id === experiment)
    .flatMap(({ arms }) => arms.map(({ arm }) => arm));
const method = (one: Recipe) => buildMethod(pdd, one, { vgg19: null, start: {} });

function shows(tier: Tier, experiment: string, { arm, network }: ArmRef): boolean {
  return experimentsAt(tier).some(({ id, arms }) => id === experiment && arms.some((row) => row.arm === arm && row.network === network));
}

describe('PDD: experiments', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(TIERS)('are made of valid recipes whose methods can be built and deploy what is scored, %s tier', (tier) => {
    for (const one of [...recipesAt(tier), ...recipesAt(tier, plainSets)]) {
      expect(recipeSchema.parse(one), one.arm).toEqual(one);
      expect(one.scale).toBe(4);
      const built = method(one);
      // Above this tier drawing every network takes longer than the test is worth.
      if (tier !== 'smoke') continue;
      expect(Object.keys(built.deploy(built.init(seedRng(1)))), one.arm).toEqual(expect.arrayContaining([...one.evaluate.networks]));
    }
  });

  it('refuse options that are none in one line', () => {
    const one = recipe('smoke', 'static');
    const broken = { ...one, method: { ...one.method, reference: 'teacher' } };
    expect(() => method(broken)).toThrow(UserError);
    expect(() => method(broken)).toThrow(/recipe static of pdd.*reference/);
  });

  it.each(TIERS)('have the arms that every claim and every direction speaks of, %s tier', (tier) => {
    for (const { id, experiment, better, worse } of pdd.directions)
      for (const side of [better, worse]) expect(shows(tier, experiment, side), `${id} ${side.arm}`).toBe(true);
    for (const { id, experiment, arm, network } of pdd.claims)
      if (experiment !== undefined) expect(shows(tier, experiment, { arm: arm as string, network }), id).toBe(true);
  });

  it('ablate the distances in Static and EMA: intra only, inter only, both, neither; nothing else changes', () => {
    expect(armsOf('small', 'terms')).toEqual(['supervised', 'static-intra', 'static-inter', 'static', 'ema-intra', 'ema-inter', 'ema']);
    const options = (arm: string) => ({ ...recipe('small', arm).method, premise: false });
    const [intra, inter] = [
      { weight: 1, distance: 'cross-entropy' },
      { weight: 1, distance: 'gram-of-difference' },
    ];
    for (const name of ['static', 'ema']) {
      expect(options(name)).toMatchObject({ inter, intra });
      expect(options(`${name}-intra`)).toEqual({ ...options(name), inter: null });
      expect(options(`${name}-inter`)).toEqual({ ...options(name), intra: null });
    }
    expect(options('supervised')).toEqual({ ...options('static'), inter: null, intra: null });
    expect(options('direct')).toEqual({ ...options('static'), inter: null, intra: null, direct: 1 });
  });

  it('ablate them a second time through AlexNet’s features, which nothing else changes', () => {
    const arms = armsOf('small', 'terms');
    expect(armsOf('small', 'terms-alexnet')).toEqual(arms.map((arm) => `${arm}-alexnet`));
    for (const arm of arms) {
      const [own, second] = [recipe('small', arm), recipe('small', `${arm}-alexnet`)];
      expect(own.method).toMatchObject({ features: 'vgg19' });
      expect({ ...second, arm }).toEqual({ ...own, method: { ...own.method, features: 'alexnet' } });
      const { method: made, options } = methodOfRecipe(pdd, second);
      expect(made.needsFeatures?.(options)).toBe('alexnet');
      for (const tier of TIERS) expect(recipe(tier, `${arm}-alexnet`).data.patch).toBeGreaterThanOrEqual(alexNet.minSide);
    }
  });

  it('look at layers that the feature network has, with weights that do not depend on it', () => {
    const [own, second] = [
      pddFeatures('vgg19', { vgg19: null, start: {} }).layers,
      pddFeatures('alexnet', { vgg19: null, start: {} }).layers,
    ];
    for (const term of ['inter', 'intra', 'perceptual'] as const) {
      expect(Object.values(second[term])).toEqual(Object.values(own[term]));
      expect(VGG19_LAYERS).toEqual(expect.arrayContaining(Object.keys(own[term])));
      expect(ALEXNET_LAYERS).toEqual(expect.arrayContaining(Object.keys(second[term])));
    }
  });

  it('sweep the ratio of the weights above the tier that proves the machinery', () => {
    for (const tier of ['small', 'full'] as const) {
      const sweep = experimentsAt(tier).find(({ id }) => id === 'ratio');
      expect(sweep?.arms.map(({ x }) => x)).toEqual([0.25, 0.5, 1, 2, 4]);
      for (const { recipe: one, x } of sweep?.arms ?? []) expect(one.method).toMatchObject({ inter: { weight: x }, intra: { weight: 1 } });
    }
  });

  it('train either network against the other', () => {
    expect(recipe('small', 'static').method).toMatchObject({ trained: 'generalist', reference: 'specialist', detachSynthetic: true });
    expect(recipe('small', 'static-specialist').method).toMatchObject({ trained: 'specialist', reference: 'generalist' });
    expect(recipe('small', 'ema').method).toMatchObject({ trained: 'generalist', reference: 'ema', detachSynthetic: false });
  });

  it('start from generalists of both degradations, and have the published one where its weights are', () => {
    const blind = (arm: string) => recipe('small', arm).startFrom.pretrained?.data.blind;
    expect(blind('static-specialist')).toBe('real-esrgan');
    expect(blind('static-specialist-bsrgan')).toBe('bsrgan');
    expect(blind('ema-bsrgan')).toBe('bsrgan');
    expect(recipe('small', 'static-specialist-published').method).toMatchObject({ trained: 'specialist', reference: 'published' });
    const asked = (arm: string) => {
      const { method, options } = methodOfRecipe(pdd, recipe('small', arm));
      return method.needsPublished?.(options);
    };
    expect([asked('as-is-published'), asked('static-specialist-published'), asked('static')]).toEqual([
      'realesr-general',
      'realesr-general',
      null,
    ]);
    expect(recipesAt('small', plainSets).filter(({ arm }) => arm.endsWith('published'))).toEqual([]);
  });

  it('adapt to each target domain, or to the stand-in, and test there', () => {
    const domain = (arm: string, sets = allSets) => [recipe('small', arm, sets).data.real, ...recipe('small', arm, sets).data.evaluate];
    expect(domain('static')).toEqual(['camera-adapt', 'camera-test']);
    expect(domain('ema-photographs')).toEqual(['photographs', 'other-test']);
    expect(recipe('small', 'as-is-telephone-adapt').data.evaluate).toEqual(['telephone-test']);
    expect(domain('static', plainSets)).toEqual(['procedural-real', 'procedural-real-test']);
    expect(armsOf('small', 'domains', plainSets)).toEqual([]);
    // What a pretrained network is scored on decides with whom it is compared.
    expect(recipe('small', 'pretrain').data.evaluate).toEqual(['camera-test']);
    expect(recipe('small', 'as-is-bicubic').data.evaluate).toEqual(['Set5']);
  });

  it('update G equally often in every arm after pretraining: the discriminator’s warm-up does not count', () => {
    for (const tier of TIERS) {
      const length = (arm: string) => recipe(tier, arm).schedule.steps;
      const updates = ({ method: { warmUp }, schedule }: Recipe) =>
        schedule.steps - ((warmUp as { discriminator: number } | undefined)?.discriminator ?? 0);
      const adapted = recipesAt(tier).filter(({ arm }) => !/^(pretrain|pretrain-bsrgan|as-is.*)$/.test(arm));
      expect(adapted.map(({ arm }) => arm)).toEqual(expect.arrayContaining(['plain', 'pretrain-long', 'static', 'ema']));
      expect(new Set(adapted.map(updates)).size).toBe(1);
      expect(length('plain')).toBeLessThan(length('static'));
      expect(length('pretrain-bsrgan')).toBe(length('pretrain'));
    }
  });

  it('train the generalist on, on its own degradation and at the rate of adaptation, in the control', () => {
    const [longer, plain, first] = ['pretrain-long', 'plain', 'pretrain'].map((arm) => recipe('small', arm)) as [Recipe, Recipe, Recipe];
    expect(longer).toEqual({ ...plain, arm: 'pretrain-long', data: { ...plain.data, lr: first.data.blind } });
    expect(longer.startFrom).toEqual({ pretrained: first });
    // The rate is halved at the same update of G: 300 steps of the released schedule train the discriminator alone.
    expect(recipe('full', 'pretrain-long').schedule).toMatchObject({ steps: 99_700, decayEvery: 24_700, decays: 1 });
    expect(longer.schedule.learningRate).toBe(recipe('small', 'static').schedule.learningRate);
  });

  it('hold the released configurations at the full tier', () => {
    const { data, schedule, method: options } = recipe('full', 'static');
    expect(data).toMatchObject({ patch: 192, batch: 16, channels: 3, lr: 'opencv-mix' });
    expect(schedule).toMatchObject({ steps: 100_000, learningRate: 1e-4, decay: 0.5, decayEvery: 25_000 });
    expect(options).toMatchObject({
      network: { architecture: 'rrdbnet', features: 64, growth: 32, blocks: 23 },
      adversarial: 0.01,
      warmUp: { discriminator: 300, supervised: 0 },
      emaDecay: 0.999,
      discriminatorFeatures: 64,
    });
    expect(recipe('full', 'ema').method).toMatchObject({ warmUp: { discriminator: 300, supervised: 5 } });
    expect(recipe('full', 'ema-no-warm-up').method).toMatchObject({ warmUp: { discriminator: 300, supervised: 0 } });
    const matlab = recipe('full', 'ema-matlab');
    expect(matlab.method).toMatchObject({ inter: { weight: 0.5 }, intra: { weight: 1 } });
    expect(matlab.data.lr).toBeUndefined();
  });

  it('start G from the network that is to be trained, plain training from the generalist', () => {
    const rrdb = rrdbnet({ features: 8, growth: 4, blocks: 1, scale: 4 });
    const [specialist, generalist] = [rrdb.init(seedRng(1)), rrdb.init(seedRng(2))];
    const first = Object.keys(rrdb.shapes)[0] as string;
    const start = (arm: string) => {
      const built = buildMethod(pdd, recipe('smoke', arm), { vgg19: null, start: { pretrained: { specialist, generalist } } });
      return built.init(seedRng(3)).network?.[first]?.dataSync();
    };
    for (const arm of ['static', 'ema', 'plain', 'pretrain-long', 'supervised'])
      expect(start(arm), arm).toEqual(generalist[first]?.dataSync());
    expect(start('static-specialist')).toEqual(specialist[first]?.dataSync());
  });
});

describe('PDD: claims', () => {
  const published = join(__dirname, '../../../../shared/papers/published/pdd.json');
  interface Table {
    readonly table: string;
    readonly rows: readonly { method: string; dataset: string; scale?: number; psnr: number; ssim: number }[];
  }
  const values = (row: string, dataset: string) =>
    ['psnr', 'ssim'].map(
      (metric) => pdd.claims.find((claim) => claim.row === row && claim.dataset === dataset && claim.metric === metric)?.value,
    );

  it('are unique, sourced, and empty where nothing could be read', () => {
    for (const all of [pdd.claims, pdd.directions]) expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { source, value, verified } of pdd.claims) {
      expect(source).not.toBe('');
      expect(value === null).toBe(!verified);
    }
    expect(pdd.claims.filter(({ row }) => row.startsWith('PDD')).every(({ value }) => value === null)).toBe(true);
  });

  it('hold the numbers of the sources', () => {
    expect(values('Real-ESRGAN', 'NTIRE2020-track1')).toEqual([26.4, 0.7431]);
    expect(values('BSRGAN', 'NTIRE2020-track1')).toEqual([26.75, 0.7386]);
    expect(values('Bicubic', 'DRealSR')).toEqual([30.56, 0.82]);
  });

  it.skipIf(!existsSync(published))('hold every x4 number of the published tables that they name', () => {
    const tables = JSON.parse(readFileSync(published, 'utf8')) as Table[];
    const rows = (title: string) => (tables.find(({ table }) => table === title)?.rows ?? []).filter(({ scale = 4 }) => scale === 4);
    expect(rows('table3')).toHaveLength(12);
    for (const { method: row, dataset, psnr, ssim } of [...rows('table3'), ...rows('readme')])
      expect(values(row, dataset), `${row} ${dataset}`).toEqual([psnr, ssim]);
    for (const { method: row, psnr, ssim } of rows('v3-readme'))
      expect(values(row === 'Bicubic' ? 'Bicubic' : 'RealSR baseline', 'RealSR-V3'), row).toEqual([psnr, ssim]);
  });

  it('register what paper and code leave open', () => {
    const points = pdd.divergences.map(({ point }) => point).join('; ');
    for (const word of [
      'Who is trained',
      'pairwise distance',
      'Start of EMA',
      'synthetic outputs',
      'Weights that are scored',
      'Released configurations',
      'Measures',
    ])
      expect(points).toContain(word);
  });
});

describe('PDD: runs', () => {
  beforeAll(() => useEngine('wasm'));
  const short = (one: Recipe): Recipe => ({
    ...one,
    data: {
      ...one.data,
      train: 'procedural',
      batch: 2,
      ...(one.data.real !== undefined && { real: 'procedural-real' }),
      evaluate: ['procedural-real-test'],
    },
    schedule: { ...one.schedule, steps: 2 },
    startFrom: mapStarts(one.startFrom, short),
  });

  it('go end to end: both networks, then G against the other, its average scored beside it, the premise measured', async () => {
    const runsDir = await temporaryFolder();
    let folder = '';
    const onProgress = (event: { kind: string; folder?: string }) => (folder = event.folder ?? folder);
    const place = { dataDir: null, runsDir, papers: [pdd], onProgress };
    const perform = (arm: string) => performRun({ recipe: short(recipe('smoke', arm)), seed: 0, engine: 'wasm' }, place);
    const adapted = await perform('static');
    expect(adapted.evaluations.map(({ network, dataset }) => [network, dataset])).toEqual([
      ['student', 'procedural-real-test'],
      ['ema', 'procedural-real-test'],
    ]);
    const terms = ['total', 'pixel', 'perceptual', 'adversarial', 'inter', 'intra', 'discriminator'];
    const premise = ['premise inter', 'premise inter random', 'premise intra', 'premise intra random'];
    expect(Object.keys(adapted.curves)).toEqual(expect.arrayContaining([...terms, ...premise]));
    expect(adapted.provenance.featureNetwork).toMatch(/random/);

    const deployed = await deployRun(folder, 'wasm', [pdd]);
    expect(Object.keys(deployed)).toEqual(expect.arrayContaining(['student', 'ema']));
    dispose(Object.values(deployed).map(({ params }) => params));

    const before = await perform('pretrain');
    expect(Object.keys(before.curves)).toEqual(['total', 'specialist', 'generalist']);
    const psnr = (result: RunResult, network: string) => result.evaluations.find((one) => one.network === network)?.images[0]?.psnr;
    expect(psnr(before, 'specialist')).not.toBe(psnr(before, 'generalist'));
    const asIs = await performRun({ recipe: short(recipe('smoke', 'as-is-bicubic')), seed: 0, engine: 'wasm' }, place);
    for (const network of ['specialist', 'generalist']) expect(psnr(asIs, network)).toBe(psnr(before, network));
  });

  it('tell which sets their experiments were given', () => {
    const results = (sets: Datasets) =>
      recipesAt('small', sets).map((one) => ({ spec: { recipe: one, seed: 0, engine: 'wasm' } }) as RunResult);
    expect(datasetsOfRuns(pdd, results(allSets))).toEqual(allSets);
    expect(datasetsOfRuns(pdd, results(plainSets))).toEqual(plainSets);
  });
});
