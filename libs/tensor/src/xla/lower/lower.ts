import { isElementwise } from '../../compile/graph/operations';
import { reachable, sizeOf, type ConstantSource, type NodeValue, type Value } from '../../compile/graph/value';
import type { NamedValue } from '../../compile/record/record';
import { UnsupportedOperation } from '../../compile/unsupported';
import type { Precision } from '../../precision';
import { lowerConv, lowerConvFilterGradient, lowerConvInputGradient } from './convolution';
import { lowerElementwise } from './elementwise';
import { HloBuilder, type Hlo } from './hlo-builder';
import { lowerAveragePool, lowerMaxPool, lowerMaxPoolGradient } from './pooling';
import { lowerArg, lowerCumSum, lowerReduction, lowerSoftmax } from './reductions';
import { lowerDepthToSpace, lowerGather, lowerMatMul, lowerPad, lowerSlice, lowerSpaceToDepth } from './shaping';
import { severalSteps, type Between } from './several';
import { typeText } from './text';

type Lower = (builder: HloBuilder, value: NodeValue, operands: never) => Hlo;

const LOWERINGS: Readonly<Record<string, Lower>> = {
  ReduceSum: lowerReduction,
  ReduceMean: lowerReduction,
  ReduceMax: lowerReduction,
  ReduceMin: lowerReduction,
  ReduceProd: lowerReduction,
  ArgMax: lowerArg,
  ArgMin: lowerArg,
  Softmax: lowerSoftmax,
  CumSum: lowerCumSum,
  Reshape: (builder, value, [x]: readonly [Hlo]) => builder.reshape(x, value.shape),
  Transpose: (builder, value, [x]: readonly [Hlo]) => builder.transpose(x, value.source.attrs.perm as readonly number[]),
  Expand: (builder, value, [x]: readonly [Hlo]) => builder.broadcast(x, value.shape),
  Slice: lowerSlice,
  Pad: lowerPad,
  Concat: (builder, value, xs: readonly Hlo[]) => builder.concat(xs, value.source.attrs.axis as number),
  Gather: lowerGather,
  MatMul: lowerMatMul,
  DepthToSpace: lowerDepthToSpace,
  SpaceToDepth: lowerSpaceToDepth,
  Conv: lowerConv,
  ConvInputGradient: lowerConvInputGradient,
  ConvFilterGradient: lowerConvFilterGradient,
  MaxPool: lowerMaxPool,
  AveragePool: lowerAveragePool,
  MaxPoolGradient: lowerMaxPoolGradient,
};

export interface LowerOptions {
  readonly precision: Precision;
  /** Constants of as many elements become arguments: what a program computes does not depend on them, and it stays short. */
  readonly fedFrom: number;
  /** Inputs whose place an output takes: the input's name by the output's. */
  readonly replaces?: ReadonlyMap<string, string>;
  /** Steps that the program takes one after the other, if more than one: every output then takes an input's place, and these inputs have so many along a new first axis. */
  readonly several?: { readonly steps: number; readonly stacked: ReadonlySet<string>; readonly between: Between };
}

/** A program and what it is to be given, in order. */
export interface HloProgram {
  readonly text: string;
  readonly arguments: readonly Argument[];
  readonly outputs: readonly NamedValue[];
}

/** An input, or a constant that is fed. */
export interface Argument {
  readonly name: string;
  readonly value: Value;
}

/** The StableHLO program that computes `outputs` of those `inputs` that they need. Throws UnsupportedOperation. */
export function lower(inputs: readonly NamedValue[], outputs: readonly NamedValue[], options: LowerOptions): HloProgram {
  const values = reachable(outputs.map(({ value }) => value));
  const { replaces = new Map<string, string>() } = options;
  const replaced = new Set(replaces.values());
  const used = new Set(values);
  const fed = values.filter(({ source, shape }) => source.kind === 'constant' && sizeOf(shape) >= options.fedFrom);
  const given: readonly Argument[] = [
    ...inputs.filter(({ name, value }) => used.has(value) || replaced.has(name)),
    ...fed.map((value) => ({ name: `constant/${value.id}`, value })),
  ];
  const builder = new HloBuilder(options.precision);
  const lowered = new Map<Value, Hlo>(given.map(({ value }, i) => [value, { name: `%arg${i}`, type: value.type, shape: value.shape }]));
  for (const value of values) if (!lowered.has(value)) lowered.set(value, lowerOne(builder, value, lowered));
  const results = outputs.map(({ value }) => lowered.get(value) as Hlo);
  return { text: programText(builder, given, outputs, results, { ...options, replaces }), arguments: given, outputs };
}

function lowerOne(builder: HloBuilder, value: Value, lowered: ReadonlyMap<Value, Hlo>): Hlo {
  const { source, type, shape } = value;
  if (source.kind === 'constant') return builder.constant((source as ConstantSource).data, type, shape);
  if (source.kind === 'input') throw new Error(`input ${source.name} was not declared`);
  const node = value as NodeValue;
  const operands = source.operands.map((x) => lowered.get(x) as Hlo);
  if (isElementwise(source.op)) return lowerElementwise(builder, node, operands);
  const lowerOp = LOWERINGS[source.op];
  if (!lowerOp) throw new UnsupportedOperation(`operation ${source.op} cannot be compiled`);
  return lowerOp(builder, node, operands as never);
}

function programText(
  builder: HloBuilder,
  given: readonly Argument[],
  outputs: readonly NamedValue[],
  results: readonly Hlo[],
  { replaces, several }: Pick<LowerOptions, 'several'> & { readonly replaces: ReadonlyMap<string, string> },
): string {
  const places = new Map(outputs.map(({ name }, i) => [replaces.get(name), i]));
  const parameters = given.map(({ name, value: { type, shape } }, i) => {
    const place = places.get(name);
    const whole = several?.stacked.has(name) ? [several.steps, ...shape] : shape;
    return `%arg${i}: ${typeText(type, whole)}${place === undefined ? '' : ` {tf.aliasing_output = ${place} : i32}`}`;
  });
  const types = results.map(({ type, shape }) => typeText(type, shape)).join(', ');
  const functions = several
    ? severalSteps(
        {
          given: given.map(({ value: { type, shape } }) => ({ type, shape })),
          batch: new Set(given.flatMap(({ name }, i) => (several.stacked.has(name) ? [i] : []))),
          lines: builder.lines,
          results,
          replaces: outputs.map(({ name }) => given.findIndex((argument) => argument.name === replaces.get(name))),
        },
        several.steps,
        several.between,
        parameters.join(', '),
      )
    : [
        `func.func public @main(${parameters.join(', ')}) -> (${types}) {`,
        ...builder.lines,
        `return ${results.map(({ name }) => name).join(', ')} : ${types}`,
        '}',
      ];
  return ['module @step {', ...functions, '}', ''].join('\n');
}
