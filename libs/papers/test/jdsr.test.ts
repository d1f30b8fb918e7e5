import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildMethod,
  deployRun,
  performRun,
  plan,
  recipeSchema,
  TIERS,
  type ArmRef,
  type Experiment,
  type Recipe,
  type Tier,
  mapStarts,
} from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { sectionedEdsr, shallowEdsr, superiorLrEncoder } from '@distillery/models';
import { seedRng, useEngine } from '@distillery/tensor';
import { dispose } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';

const { jdsr } = PAPERS;
const datasets = { train: 'T91', evaluate: ['Set5'] };
const experimentsAt = (tier: Tier): readonly Experiment[] => jdsr.experiments(tier, datasets);
const recipesAt = (tier: Tier): Recipe[] => plan([jdsr], tier, { engine: 'wasm', datasets, seeds: 1 }).map(({ spec }) => spec.recipe);
const recipe = (tier: Tier, arm: string): Recipe => {
  const found = recipesAt(tier).find((candidate) => candidate.arm === arm);
  if (!found) throw new Error(`no ${arm} at ${tier}`);
  return found;
};
const parameters = (shapes: Readonly<Record<string, readonly number[]>>) =>
  Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, side) => product * side, 1), 0);

function shows(tier: Tier, experiment: string, { arm, network }: ArmRef): boolean {
  return experimentsAt(tier).some(({ id, arms }) => id === experiment && arms.some((row) => row.arm === arm && row.network === network));
}

describe('JDSR: experiments', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(TIERS)('are made of valid recipes whose methods can be built and deploy what is scored, %s tier', (tier) => {
    for (const one of recipesAt(tier)) {
      expect(recipeSchema.parse(one), one.arm).toEqual(one);
      const method = buildMethod(jdsr, one, { vgg19: null, start: {} });
      // At the full tier drawing every network takes longer than the test is worth.
      if (tier !== 'smoke') continue;
      const encoder = superiorLrEncoder({ features: 8, blocks: 1, scale: 4, rgbRange: 1 }).init(seedRng(1));
      const start = { network: Object.fromEntries(Object.entries(encoder).map(([name, tensor]) => [`encoder/${name}`, tensor])) };
      const state = buildMethod(jdsr, one, { vgg19: null, start: { encoder: start } }).init(seedRng(1));
      expect(Object.keys(method.deploy(state)), one.arm).toEqual(expect.arrayContaining([...one.evaluate.networks]));
    }
  });

  it('refuse options that are none in one line', () => {
    const one = recipe('smoke', 'jdsr');
    const broken = { ...one, method: { ...one.method, labels: { from: 'above', distance: 'l1', virtualRate: 1 } } };
    expect(() => buildMethod(jdsr, broken, { vgg19: null, start: {} })).toThrow(/recipe jdsr of jdsr.*labels\.from/);
  });

  it('have the arms that every claim and every direction speaks of', () => {
    for (const { id, experiment, better, worse } of jdsr.directions)
      for (const tier of TIERS)
        for (const side of [better, worse]) expect(shows(tier, experiment, side), `${id} ${side.arm} ${tier}`).toBe(true);
    for (const { id, experiment, arm, network } of jdsr.claims)
      if (experiment !== undefined) expect(shows('full', experiment, { arm: arm as string, network }), id).toBe(true);
    const arms = new Set(recipesAt('small').map(({ arm }) => arm));
    for (const arm of [jdsr.overhead?.plain, ...(jdsr.overhead?.arms ?? [])]) expect(arms).toContain(arm);
  });

  it('train every arm of the second stage equally long, but for the control that is to be longer', () => {
    for (const tier of TIERS) {
      const second = recipesAt(tier).filter(({ arm }) => !/^superior-lr|-long$/.test(arm));
      expect(new Set(second.map(({ schedule }) => schedule.steps)).size).toBe(1);
      const [encode, steps, long] = ['superior-lr', 'jdsr', 'alone-long'].map((arm) => recipe(tier, arm).schedule.steps) as [number, number, number]; // prettier-ignore
      expect(long).toBe(encode + 2 * steps);
    }
  });

  it('change one thing at a time along the staircase', () => {
    const options = (arm: string) => recipe('small', arm).method;
    expect(options('intermediate')).toMatchObject({ labels: null, peer: null });
    expect(options('soft-labels')).toEqual({ ...options('jdsr'), peer: null });
    expect(options('mutual-only')).toEqual({ ...options('jdsr'), labels: null });
    // The sweep of the imitation weight: no threshold holds any of its peers.
    expect(options('no-threshold')).toMatchObject({ peer: { gapThreshold: null } });
    for (const weight of [0.01, 0.1, 10]) {
      expect(options(`no-threshold-w${weight}`)).toEqual(options('no-threshold'));
      expect(recipe('small', `no-threshold-w${weight}`).startFrom.encoder?.method).toMatchObject({
        name: 'superior-lr',
        imitationWeight: weight,
      });
    }
  });

  it('have at the full tier a peer of fewer than 300,000 parameters, the bound of the abstract', () => {
    const { network } = recipe('full', 'peer-superior').method as unknown as { network: { features: number; blocks: number } };
    expect(parameters(shallowEdsr({ ...network, scale: 4, rgbRange: 255 }).shapes)).toBe(214080);
  });

  it('start every arm from the same student', () => {
    const tail = (arm: string) => {
      const one = recipe('smoke', arm);
      return buildMethod(jdsr, one, { vgg19: null, start: {} }).init(seedRng(4)).network?.['tail.2.1.weight']?.dataSync();
    };
    expect(tail('alone')?.length).toBeGreaterThan(0);
    for (const arm of ['intermediate', 'soft-labels', 'be-your-own-teacher', 'deep-mutual-learning'])
      expect(tail(arm)).toEqual(tail('alone'));
  });

  it('run end to end: the encoder, then student and peer, scored on HR’s superior LR, and deployed from the folder', async () => {
    const short = (one: Recipe): Recipe => ({
      ...one,
      data: { train: 'procedural', evaluate: ['procedural-test'], patch: 16, batch: 2, channels: 3 },
      schedule: { ...one.schedule, steps: 2 },
      startFrom: mapStarts(one.startFrom, short),
    });
    const spec = { recipe: short(recipe('smoke', 'jdsr')), seed: 0, engine: 'wasm' };
    let folder = '';
    const result = await performRun(spec, {
      dataDir: null,
      runsDir: await temporaryFolder(),
      papers: [jdsr],
      onProgress: (event) => (folder = event.kind === 'finished' ? event.folder : folder),
    });
    expect(result.evaluations.map(({ network, dataset }) => [network, dataset])).toEqual(
      expect.arrayContaining([
        ['student', 'procedural-test'],
        ['peer', 'procedural-test'],
      ]),
    );
    expect(Object.keys(result.curves)).toEqual(
      expect.arrayContaining([
        'total',
        'reconstruction',
        'intermediate',
        'labels',
        'mutual',
        'meta',
        'peer',
        'gap',
        'peer learns',
        'curriculum',
      ]),
    );
    const deployed = await deployRun(folder, 'wasm', [jdsr]);
    expect(Object.keys(deployed)).toEqual(['student', 'exit-1', 'peer']);
    const shipped = sectionedEdsr({ features: 8, sections: 2, blocks: 1, resScale: 1, scale: 4, rgbRange: 1, exits: 'last' });
    expect(Object.keys(deployed.student?.params ?? {}).sort()).toEqual(Object.keys(shipped.shapes).sort());
    dispose(Object.values(deployed).map(({ params }) => params));
  });
});

interface PublishedTable {
  readonly table: string;
  readonly verified: boolean;
  readonly rows: readonly { method: string; dataset: string; psnr: number; ssim: number }[];
}
const PUBLISHED = join(__dirname, '../../../..', 'shared/papers/published/jdsr.json');

describe('JDSR: claims', () => {
  it.skipIf(!existsSync(PUBLISHED))('are the verified baselines, every cell', () => {
    const tables = JSON.parse(readFileSync(PUBLISHED, 'utf8')) as PublishedTable[];
    const rows = tables.find(({ table }) => table === 'baselines-x4')?.rows ?? [];
    for (const { method, dataset, psnr, ssim } of rows) {
      const cell = `jdsr/baselines/${method.toLowerCase()}/x4/${dataset === 'B100' ? 'BSD100' : dataset}`;
      for (const [metric, value] of Object.entries({ psnr, ssim }))
        expect(jdsr.claims.find(({ id }) => id === `${cell}/${metric}`)?.value, `${cell}/${metric}`).toBe(value);
    }
    expect(jdsr.claims.filter(({ value }) => value !== null)).toHaveLength(2 * rows.length);
  });

  it('have an id each, no number where none could be read, and no published difference', () => {
    const ids = [...jdsr.claims, ...jdsr.directions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { value, verified } of jdsr.claims) expect(verified).toBe(value !== null);
    for (const { published, verified, source } of jdsr.directions) {
      expect(published).toBeNull();
      expect(verified).toBe(source === 'the abstract');
    }
  });

  it('register all nine points that the note leaves open', () => {
    const points = jdsr.divergences.map(({ point }) => point).join('; ');
    for (const word of [
      'Depth',
      'Blocks of the peer',
      'Mutual-learning',
      'Meta update',
      'curriculum',
      'threshold',
      '8 bit',
      'gradients',
      'Patch',
    ])
      expect(points).toContain(word);
  });
});
