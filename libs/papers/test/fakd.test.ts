import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildMethod,
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
import { rcan } from '@distillery/models';
import { seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';

const { fakd } = PAPERS;
const datasets = { train: 'T91', evaluate: ['Set5'] };
const experimentsAt = (tier: Tier): readonly Experiment[] => fakd.experiments(tier, datasets);
const recipesAt = (tier: Tier): Recipe[] => plan([fakd], tier, { engine: 'wasm', datasets, seeds: 1 }).map(({ spec }) => spec.recipe);
const recipe = (tier: Tier, arm: string, scale: number): Recipe => {
  const found = recipesAt(tier).find((candidate) => candidate.arm === arm && candidate.scale === scale);
  if (!found) throw new Error(`no ${arm} x${scale} at ${tier}`);
  return found;
};

function shows(tier: Tier, experiment: string, { arm, network }: ArmRef): boolean {
  return experimentsAt(tier).some(({ id, arms }) => id === experiment && arms.some((row) => row.arm === arm && row.network === network));
}

describe('FAKD: experiments', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(TIERS)('are made of valid recipes whose methods can be built and deployed, %s tier', (tier) => {
    for (const one of recipesAt(tier)) {
      expect(recipeSchema.parse(one), one.arm).toEqual(one);
      expect(buildMethod(fakd, one, { vgg19: null, start: {} }).name, one.arm).toMatch(/^(plain|fakd)$/);
    }
  });

  it('refuse options that are none in one line', () => {
    const broken = { ...recipe('smoke', 'rcan-fakd', 4), method: { ...recipe('smoke', 'rcan-fakd', 4).method, alpha: 2 } };
    expect(() => buildMethod(fakd, broken, { vgg19: null, start: {} })).toThrow(/recipe rcan-fakd of fakd.*alpha/);
  });

  it('have the arms that every claim and every direction speaks of', () => {
    for (const { id, experiment, better, worse, scale } of fakd.directions) {
      const tiers: readonly Tier[] = scale === 3 ? ['full'] : experiment === 'forms-matched-x4' ? ['small'] : ['small', 'full'];
      for (const tier of tiers)
        for (const side of [better, worse]) expect(shows(tier, experiment, side), `${id} ${side.arm} ${tier}`).toBe(true);
    }
    for (const { id, experiment, arm, network } of fakd.claims)
      if (experiment !== undefined) expect(shows('full', experiment, { arm: arm as string, network }), id).toBe(true);
  });

  it('match gradient norms only where these were measured, not at the full tier', () => {
    const tiers = TIERS.filter((tier) => experimentsAt(tier).some(({ id }) => id === 'forms-matched-x4'));
    expect(tiers).toEqual(TIERS.filter((tier) => tier !== 'full'));
    expect(recipesAt('full').filter(({ arm }) => arm.endsWith('-matched'))).toEqual([]);
  });

  it('train all students of a backbone and scale equally long, but for the control that is to be longer', () => {
    for (const tier of TIERS) {
      const students = recipesAt(tier).filter(({ arm }) => !/-(teacher|long)$/.test(arm));
      expect(new Set(students.map(({ schedule }) => schedule.steps)).size).toBe(1);
      const [teacher, alone, long] = ['teacher', 'alone', 'long'].map((arm) => recipe(tier, `rcan-${arm}`, 4).schedule.steps);
      expect(long).toBe((teacher as number) + (alone as number));
    }
  });

  it('take the released positions at the released depths', () => {
    const positions = (arm: string, scale: number) => (recipe('full', arm, scale).method.features as { positions: unknown }).positions;
    const body = ['body.2', 'body.6', 'body'];
    expect(positions('rcan-fakd', 4)).toEqual({ student: body, teacher: body });
    expect(positions('rcan-fakd', 3)).toEqual({ student: body.slice(1), teacher: body.slice(1) });
    expect(positions('san-fakd', 2)).toEqual({ student: ['RG.1', 'RG.3', 'non_local'], teacher: ['RG.6', 'RG.13', 'non_local'] });
    expect(positions('edsr-fakd', 4)).toEqual({ student: ['body.4', 'body.9', 'body'], teacher: ['body.9', 'body.20', 'body'] });
    expect(positions('rcan-at-before-skip', 4)).toEqual({
      student: ['body.2', 'body.6', 'body.10'],
      teacher: ['body.2', 'body.6', 'body.10'],
    });
    expect(positions('rcan-at-four', 4)).toEqual({ student: ['head', ...body], teacher: ['head', ...body] });
  });

  it('start distilled students from scratch and the truncated one from the teacher', () => {
    const teacher = rcan({ features: 8, groups: 3, blocks: 2, reduction: 4, scale: 4, rgbRange: 1 }).init(seedRng(3));
    const started = (arm: string) =>
      buildMethod(fakd, recipe('smoke', arm, 4), { vgg19: null, start: { teacher: { network: teacher } } })
        .init(seedRng(1))
        .network?.['head.0.weight']?.dataSync();
    expect(started('rcan-truncated')).toEqual(teacher['head.0.weight']?.dataSync());
    expect(started('rcan-fakd')).toEqual(started('rcan-output'));
    expect(started('rcan-fakd')).not.toEqual(teacher['head.0.weight']?.dataSync());
  });

  it('run end to end: teacher, then the student that it teaches', async () => {
    const short = (one: Recipe): Recipe => ({
      ...one,
      data: { train: 'procedural', evaluate: ['procedural-test'], patch: 24, batch: 2, channels: 3 },
      schedule: { ...one.schedule, steps: 2 },
      startFrom: mapStarts(one.startFrom, short),
    });
    const spec = { recipe: short(recipe('smoke', 'rcan-fsp-2019', 4)), seed: 0, engine: 'wasm' };
    const result = await performRun(spec, { dataDir: null, runsDir: await temporaryFolder(), papers: [fakd] });
    expect(result.evaluations.map(({ network, dataset }) => [network, dataset])).toContainEqual(['student', 'procedural-test']);
    expect(Object.keys(result.curves)).toEqual(['total', 'reconstruction', 'imitation', 'relation']);
  });
});

interface PublishedTable {
  readonly table: string;
  readonly rows?: readonly { backbone: string; method: string; dataset: string; scale: number; psnr: number; ssim: number }[];
}
const PUBLISHED = join(__dirname, '../../../..', 'shared/papers/published/fakd.json');

describe('FAKD: claims', () => {
  it.skipIf(!existsSync(PUBLISHED))('are the printed numbers, every cell of Table 3 and DCKD’s rows on RCAN', () => {
    const tables = JSON.parse(readFileSync(PUBLISHED, 'utf8')) as PublishedTable[];
    const arms: Record<string, string> = {
      'teacher (TN)': 'teacher',
      'student without FAKD': 'alone',
      'student with FAKD': 'fakd',
      Teacher: 'teacher',
      Scratch: 'alone',
      Logits: 'output',
      FAKD: 'fakd',
    };
    const compared = (key: string, printed: string): number => {
      const rows = tables
        .filter(({ table }) => table === printed || table.startsWith(`${printed} Table 2`))
        .flatMap(({ rows }) => rows ?? []);
      const ours = rows.filter(({ backbone, psnr }) => backbone !== 'SwinIR' && psnr !== undefined);
      for (const row of ours) {
        const arm = `${row.backbone.toLowerCase()}-${arms[row.method] as string}`;
        for (const metric of ['psnr', 'ssim'] as const) {
          const found = fakd.claims.find(
            ({ id }) => id.startsWith(`fakd/${key}/${arm}/`) && id.endsWith(`/x${row.scale}/${row.dataset}/${metric}`),
          );
          expect(found?.value, `${key} ${arm} x${row.scale} ${row.dataset}`).toBe(row[metric]);
        }
      }
      return ours.length;
    };
    expect(compared('table3', 'Table 3')).toBe(96);
    expect(compared('dckd', 'DCKD')).toBe(48);
    expect(fakd.claims.filter(({ value }) => value !== null)).toHaveLength(2 * (96 + 48));
  });

  it('have an id each, and no number where none could be read', () => {
    const ids = [...fakd.claims, ...fakd.directions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { value, verified } of fakd.claims) expect(verified).toBe(value !== null);
  });

  it('state the published gains: 0.04 to 0.22 dB for every backbone, scale and set that we run', () => {
    const gains = fakd.directions
      .filter(({ id }) => id.includes('fakd-over-alone'))
      .flatMap(({ published }) => Object.values(published ?? {}));
    expect(gains).toHaveLength(2 * 3 * 4);
    expect(Math.min(...gains)).toBeCloseTo(0.041, 4);
    expect(Math.max(...gains)).toBeCloseTo(0.216, 4);
  });
});
