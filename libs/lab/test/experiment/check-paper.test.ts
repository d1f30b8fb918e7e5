import {
  checkPaper,
  OUTPUT_DISTILLATION,
  paperMethod,
  PLAIN,
  row,
  type Claim,
  type DirectionClaim,
  type Experiment,
  type Paper,
  type Recipe,
  type Tier,
} from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lenientObject } from '../../src/experiment/lenient-object';

const network = { architecture: 'edsr', features: 4, blocks: 1, resScale: 1, rgbRange: 1 };

function recipe(tier: Tier, arm: string, change: Partial<Recipe> = {}): Recipe {
  return {
    paper: 'mine',
    arm,
    scale: 2,
    tier,
    method: { name: 'plain', network, role: 'student' },
    data: { train: 'procedural', evaluate: ['procedural-test'], patch: 16, batch: 2, channels: 3 },
    schedule: { steps: 10, learningRate: 0.01, decay: 0.5, decayEvery: 5, checkpointEvery: 4 },
    startFrom: {},
    evaluate: { networks: ['student'], selfEnsemble: false },
    ...change,
  };
}

const claim: Claim = {
  id: 'mine/table1/taught',
  paper: 'mine',
  table: 'Table 1',
  row: 'Taught',
  experiment: 'table1',
  arm: 'taught',
  network: 'student',
  dataset: 'Set5',
  scale: 2,
  metric: 'psnr',
  value: 30,
  protocol: 'y-border-scale',
  selfEnsemble: false,
  source: 'the paper',
  verified: true,
};

const direction: DirectionClaim = {
  id: 'mine/direction/taught-over-alone',
  paper: 'mine',
  table: 'Table 1',
  statement: 'It helps.',
  experiment: 'table1',
  better: { arm: 'taught', network: 'student' },
  worse: { arm: 'alone', network: 'student' },
  metric: 'psnr',
  scale: 2,
  published: null,
  source: 'the paper',
  verified: true,
};

/** A paper of two arms, of which `taught` is as given. */
function paper(change: Partial<Paper> = {}, taught: Partial<Recipe> = {}, experiment: Partial<Experiment> = {}): Paper {
  return {
    id: 'mine',
    title: 'Mine',
    venue: 'Test',
    url: null,
    summary: 'A paper.',
    claims: [claim],
    directions: [direction],
    divergences: [],
    overhead: { plain: 'alone', arms: ['taught'] },
    experiments: (tier) => [
      {
        id: 'table1',
        title: 'Table 1',
        caption: 'Two arms.',
        kind: 'table',
        arms: [row(recipe(tier, 'alone'), 'Alone'), row(recipe(tier, 'taught', taught), 'Taught')],
        ...experiment,
      },
    ],
    methods: { plain: PLAIN, 'output-distillation': OUTPUT_DISTILLATION },
    ...change,
  };
}

const method = (change: object): Partial<Recipe> => ({ method: { ...recipe('smoke', 'x').method, ...change } });

const WRONG: Readonly<Record<string, [paper: unknown, says: RegExp]>> = {
  'no paper at all': [{ id: 'mine' }, /at title/],
  'an unknown entry': [{ ...paper(), abstract: '' }, /unknown entry 'abstract'/],
  'a method without a schema': [
    paper({ methods: { plain: { ...PLAIN, options: {} as never } } }),
    /methods\.plain\.options \(expected a zod schema\)/,
  ],
  'an unknown method': [paper({}, method({ name: 'plane' })), /method 'plane' is unknown, expected plain or output-distillation/],
  'an unknown option': [paper({}, method({ weightDecay: 1e-4 })), /recipe taught of mine has an unknown entry 'weightDecay'/],
  'an unknown option of a network': [
    paper({}, method({ network: { ...network, dropout: 0.1 } })),
    /recipe taught of mine has an unknown entry 'network\.dropout'/,
  ],
  'an unknown architecture': [
    paper({}, method({ network: { ...network, architecture: 'edsrr' } })),
    /network\.architecture \(expected one of the architectures .*edsr, .*rcan/,
  ],
  'options that ignore what they do not know': [
    paper({
      methods: { plain: PLAIN, other: paperMethod({ options: z.strictObject({ inner: z.object({}) }), build: () => ({}) as never }) },
    }),
    /options\.inner of the method 'other' takes entries that it does not know, expected z\.strictObject/,
  ],
  'an unknown entry of a recipe': [
    paper({}, { epochs: 3 } as Partial<Recipe>),
    /table1 at the smoke tier, arm 'taught'.*unknown entry 'epochs'/,
  ],
  'a recipe of another paper': [paper({}, { paper: 'csd' }), /its recipe is of the paper 'csd'/],
  'a recipe of another tier': [paper({}, { tier: 'full' }), /its recipe is of the full tier/],
  'a recipe that does not evaluate its row': [
    paper({}, { evaluate: { networks: ['teacher'], selfEnsemble: false } }),
    /does not evaluate the network 'student', only teacher/,
  ],
  'two recipes of one name': [
    paper(
      {},
      {},
      {
        arms: [
          row(recipe('smoke', 'taught'), ''),
          row(recipe('smoke', 'taught', { scale: 2, startFrom: { pretrained: recipe('smoke', 'alone') } }), ''),
        ],
      },
    ),
    /no plan can be made.*two different recipes/,
  ],
  'an unknown start': [
    paper({}, { startFrom: { teacher: recipe('smoke', 'alone') } }),
    /recipe taught of mine: the method 'plain' starts from pretrained, but startFrom has 'teacher'$/,
  ],
  'a start of a method that has none': [
    paper(
      { methods: { plain: PLAIN, bare: paperMethod({ options: z.strictObject({}), build: () => ({}) as never }) } },
      { method: { name: 'bare' }, startFrom: { teacher: recipe('smoke', 'alone') } },
    ),
    /the method 'bare' starts from nothing, but startFrom has 'teacher'$/,
  ],
  'a missing start': [
    paper({}, { method: { name: 'output-distillation', student: network, teacher: network, alpha: 0.5 } }),
    /recipe taught of mine: the method 'output-distillation' starts from teacher, but startFrom has no 'teacher'$/,
  ],
  'a fault in what a recipe starts from': [
    paper({}, { startFrom: { pretrained: recipe('smoke', 'before', { startFrom: { student: recipe('smoke', 'alone') } }) } }),
    /recipe before of mine: the method 'plain' starts from pretrained, but startFrom has 'student'$/,
  ],
  'a name of a start that is none': [
    paper({}, { startFrom: { 'the teacher': recipe('smoke', 'alone') } }),
    /startFrom\.the teacher \(expected letters and digits only\)/,
  ],
  'an unknown control': [paper({}, {}, { controls: ['untaught'] }), /the control 'untaught' is none of its arms/],
  'a claim of an unknown arm': [paper({ claims: [{ ...claim, arm: 'tought' }] }), /unknown arm 'tought', expected one of alone, taught/],
  'a claim of an unknown experiment': [
    paper({ claims: [{ ...claim, experiment: 'table2' }] }),
    /unknown experiment 'table2', expected one of table1/,
  ],
  'a claim of an unknown network': [
    paper({ claims: [{ ...claim, network: 'teacher' }] }),
    /no network 'teacher' of the arm 'taught', only student/,
  ],
  'a claim under an unknown protocol': [paper({ claims: [{ ...claim, protocol: 'y' }] }), /at claims\.0\.protocol/],
  'a claim with an unverified value': [paper({ claims: [{ ...claim, verified: false }] }), /has a value that is not verified/],
  'two claims of one id': [paper({ claims: [claim, claim] }), /two claims have the id 'mine\/table1\/taught'/],
  'a direction of an unknown arm': [
    paper({ directions: [{ ...direction, worse: { arm: 'untaught', network: 'student' } }] }),
    /direction mine\/direction\/taught-over-alone: unknown arm 'untaught'/,
  ],
  'an unknown measured arm': [paper({ overhead: { plain: 'alone', arms: ['tought'] } }), /the overhead of the arm 'tought'/],
};

describe('checkPaper', () => {
  it('accepts a paper whose parts fit together', () => {
    expect(checkPaper(paper(), './mine')).toMatchObject({ id: 'mine', claims: [claim] });
  });

  it.each(Object.entries(WRONG))('names %s in one line', (_, [wrong, says]) => {
    const check = () => checkPaper(wrong, './mine');
    expect(check).toThrow(UserError);
    expect(check).toThrow(says);
    expect(check).toThrow(/^\.\/mine\b[^\n]*$/);
  });
});

describe('lenientObject', () => {
  const strict = z.strictObject({ a: z.number() });
  const lenient = z.object({ a: z.number() });
  it.each([
    [lenient, 'options'],
    [z.looseObject({}), 'options'],
    [strict.extend({ b: z.array(lenient) }), 'options.b[]'],
    [z.strictObject({ b: z.union([z.string(), lenient]).nullable().optional() }), 'options.b'],
    [z.strictObject({ b: z.tuple([strict, lenient]) }), 'options.b[1]'],
    [z.strictObject({ b: z.record(z.string(), lenient).default({}) }), 'options.b{}'],
    [z.discriminatedUnion('k', [z.strictObject({ k: z.literal(1) }), z.object({ k: z.literal(2) })]), 'options'],
    [lenient.transform((value) => value.a), 'options'],
    [z.lazy(() => lenient).readonly(), 'options'],
    [strict.extend({ b: z.union([z.string(), strict]).nullable() }), null],
  ])('finds the first that is not strict (%#)', (schema, path) => {
    expect(lenientObject(schema)).toBe(path);
  });
});
