import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  ARCHITECTURES,
  buildModel,
  EVERY_ARCHITECTURE,
  fsrcnn,
  loadParams,
  MODELS,
  pisrAutoencoder,
  superiorLrDecoder,
  superiorLrEncoder,
  type Architecture,
  type Model,
  type Scale,
} from '@distillery/models';
import { compiled, ENGINES, engineStatus, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { z } from 'zod';
import {
  cotangent,
  golden,
  imageSummary,
  patternImage,
  stateDict,
  summary,
  type Golden,
  type GoldenCase,
  type Summary,
} from './golden/golden';
import { shapeCount } from './shape-count';

interface Subject {
  readonly name: string;
  readonly golden: Golden;
  build(options: never): Model;
}

/** Networks that train along with an architecture. */
const PARTS: readonly Subject[] = [
  {
    name: 'pisr-autoencoder',
    build: ({
      scale,
      student,
      ...encoder
    }: Parameters<typeof pisrAutoencoder>[1] & { scale: Scale; student: Parameters<typeof fsrcnn>[0] }) =>
      pisrAutoencoder(fsrcnn({ ...student, scale, slopes: 'layer' }), encoder),
  },
  { name: 'superior-lr-encoder', build: superiorLrEncoder },
  { name: 'superior-lr-decoder', build: superiorLrDecoder },
].map((part) => ({ ...part, golden: golden('parts', part.name) }));

const SUBJECTS: readonly Subject[] = [
  ...EVERY_ARCHITECTURE.map((build) => ({ name: build.id, golden: golden('sr', build.id), build })),
  ...PARTS,
];

/** Times PyTorch's own error in float32: sums are taken in other orders here. */
const MARGIN = 10;
/** That error is taken for at least this. */
const ROUNDING = 2e-6;

const build = (subject: Subject, { options, scale }: { readonly options: object; readonly scale: Scale }): Model =>
  subject.build({ ...options, scale } as never);

/** Output, and gradients of its product with the cotangent, in the input and every parameter. */
async function pass(model: Model, params: Params, { input, output }: GoldenCase) {
  const step = compiled((p: Params, x: Tensor4D, weights: tf.Tensor) => {
    const { aux, grads } = valueAndGrads(
      (all) => {
        const { '': image, ...rest } = all;
        const y = model.apply(rest, image as Tensor4D);
        return { loss: tf.sum(tf.mul(y, weights)), aux: { y } };
      },
      { ...p, '': x },
    );
    return { y: aux.y, grads };
  });
  const result = await step(params, patternImage(input), cotangent(output.shape));
  await step.dispose();
  return result;
}

/** How far a gradient is from the golden's, relative to its norm. */
function distance(found: Summary, expected: Summary): number {
  return Math.max(...found.map((value, i) => Math.abs(value - (expected[i] as number)))) / (expected[0] as number);
}

/** Gradients by name with their distances from the golden's; where there should be none, with the norm. */
function distances({ '': image, ...gradients }: Params, { tensors, inputGradient }: GoldenCase): Record<string, number> {
  const ofParameters = Object.entries(gradients).map(([name, gradient]) => {
    const expected = tensors[name]?.gradient;
    const found = summary(gradient);
    return [name, expected && (expected[0] as number) > 0 ? distance(found, expected) : (found[0] as number)] as const;
  });
  return { ...Object.fromEntries(ofParameters), images: distance(imageSummary(image as tf.Tensor), inputGradient) };
}

describe.each(ENGINES)('on engine %s', (engine) => {
  describe.each(SUBJECTS)('$name', (subject) => {
    it.for(named(subject.golden.cases))('%s has the output and the gradients of PyTorch in float64', async ([, one], { skip }) => {
      const status = (await engineStatus()).find(({ name }) => name === engine);
      if (!status?.available) skip(status?.detail ?? engine);
      await useEngine(engine);
      const model = build(subject, one);
      const params = loadParams(model, stateDict(one, model));
      const { y, grads } = await pass(model, params, one);
      expect(y.shape).toEqual(one.output.shape);
      const values = [...y.dataSync()].filter((_, i) => i % one.output.step === 0);
      const worst = Math.max(...values.map((value, i) => Math.abs(value - (one.output.values[i] as number))));
      expect(worst).toBeLessThan(MARGIN * Math.max(one.float32.output, ROUNDING));
      const allowed = MARGIN * Math.max(one.float32.gradient, ROUNDING);
      expect(Object.entries(distances(grads, one)).filter(([, far]) => !(far < allowed))).toEqual([]);
      tf.dispose([params, y, grads]);
    });
  });
});

describe.each(SUBJECTS)('$name', (subject) => {
  it('has in full size the parameters that PyTorch counts', () => {
    for (const one of subject.golden.published)
      expect(shapeCount(build(subject, one).shapes), JSON.stringify(one.options)).toBe(one.parameters);
  });

  it.each(named(subject.golden.cases))('%s has the state dict of the original: no tensor more, none less', (_, one) => {
    const model = build(subject, one);
    const trained = Object.keys(model.shapes).filter((name) => one.tensors[name]?.gradient !== undefined);
    expect(trained.sort()).toEqual(Object.keys(model.shapes).sort());
    const others = Object.keys(one.tensors).filter((name) => !Object.hasOwn(model.shapes, name));
    // What else a file may hold is either fixed, or made into parameters on reading.
    if (!model.fromFile) expect(others.sort()).toEqual(Object.keys(model.constants).sort());
  });
});

describe.each(EVERY_ARCHITECTURE.map((entry) => ({ name: entry.id, entry, cases: golden('sr', entry.id).cases })))(
  '$name',
  ({ entry, cases }) => {
    it('has a golden at every scale, and of every value of every option that is a choice', () => {
      expect([...new Set(cases.map(({ scale }) => scale))].sort()).toEqual([...entry.scales].sort());
      const { properties = {} } = z.toJSONSchema(entry.options, { io: 'input' });
      for (const [name, schema] of Object.entries(properties)) {
        const { type, enum: choices = type === 'boolean' ? [true, false] : [] } = schema as { type?: string; enum?: unknown[] };
        const used = cases.map(({ options }) => entry.options.parse(options)[name]);
        for (const value of choices) expect(used, name).toContain(value);
      }
    });
  },
);

describe.each(Object.entries(MODELS))('model %s', (name, { architecture, scales, printedParameters = {} }) => {
  it.each(scales)('is among the networks that PyTorch counted, at x%i, and has as many parameters as the paper prints', (scale) => {
    const model = buildModel(name, scale);
    const build = ARCHITECTURES[architecture] as unknown as Architecture;
    const counted = golden('sr', architecture).published.find((one) =>
      isDeepStrictEqual(build({ ...one.options, scale: one.scale }).config, model.config),
    );
    expect(counted).toBeDefined();
    const printed = printedParameters[scale];
    if (printed !== undefined) expect(asPrinted(shapeCount(model.shapes), printed)).toBe(printed);
  });
});

/** A count with as many digits and the unit of another: 15592355 like `15.59M`. */
function asPrinted(count: number, like: string): string {
  const unit = like.at(-1) as 'K' | 'M';
  const digits = (like.split('.')[1]?.length ?? 1) - 1;
  return (count / { K: 1e3, M: 1e6 }[unit]).toFixed(digits) + unit;
}

function named(cases: readonly GoldenCase[]): (readonly [string, GoldenCase])[] {
  return cases.map((one) => [JSON.stringify({ scale: one.scale, ...one.options }), one]);
}
