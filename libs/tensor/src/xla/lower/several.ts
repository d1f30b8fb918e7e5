import { typeText } from './text';
import type { Hlo } from './hlo-builder';

/** A step as the body of a function: what it takes, its lines, and what it yields. */
export interface StepBody {
  /** In order; those in `batch` by place are one step's share of what several steps are given. */
  readonly given: readonly Pick<Hlo, 'type' | 'shape'>[];
  readonly batch: ReadonlySet<number>;
  readonly lines: readonly string[];
  readonly results: readonly Hlo[];
  /** Which argument of the next step a result is. */
  readonly replaces: readonly number[];
}

/**
 * What keeps XLA from merging the end of a step with the beginning of the next, which would round otherwise than single steps do. The compiler for the processor
 * drops barriers before it merges: there a branch has to do, which is always taken, and only when the program runs this is known.
 */
export type Between = 'barrier' | 'branch';

/**
 * The functions of a program that takes `steps` steps, one after the other, each on its slice of the batches, which lie end to end along a new first axis. A chain
 * of calls and no loop: what is in a loop gets other convolutions on the processor, ten times as slow and not the same to the bit.
 */
export function severalSteps(
  { given, batch, lines, results, replaces }: StepBody,
  steps: number,
  between: Between,
  parameters: string,
): string[] {
  const typeOf = ({ type, shape }: Pick<Hlo, 'type' | 'shape'>): string => typeText(type, shape);
  const taken = given.map(typeOf).join(', ');
  const yields = results.map(typeOf).join(', ');
  const text: string[] = [];
  let state = given.map((_, i) => `%arg${i}`);
  for (let turn = 0; turn < steps; turn++) {
    const names = state.map((name, i) => (batch.has(i) ? `%b${turn}_${i}` : name));
    given.forEach((value, i) => batch.has(i) && text.push(...sliceOf(i, turn, steps, value)));
    text.push(`%c${turn}:${results.length} = func.call @one(${names.join(', ')}) : (${taken}) -> (${yields})`);
    if (turn === steps - 1) break;
    const before = replaces.map((i) => state[i] as string);
    const after = results.map((_, k) => `%c${turn}#${k}`);
    text.push(...(between === 'barrier' ? barrier(turn, after, yields) : branch(turn, before, after, yields, results)));
    state = state.map((name, i) => (replaces.includes(i) ? `%o${turn}#${replaces.indexOf(i)}` : name));
  }
  const last = results.map((_, k) => `%c${steps - 1}#${k}`).join(', ');
  return [
    `func.func private @one(${given.map((value, i) => `%arg${i}: ${typeOf(value)}`).join(', ')}) -> (${yields}) {`,
    ...lines,
    `return ${results.map(({ name }) => name).join(', ')} : ${yields}`,
    '}',
    `func.func public @main(${parameters}) -> (${yields}) {`,
    ...text,
    `return ${last} : ${yields}`,
    '}',
  ];
}

function barrier(turn: number, after: readonly string[], types: string): string[] {
  return [`%o${turn}:${after.length} = stablehlo.optimization_barrier ${after.join(', ')} : ${types}`];
}

/** Where a counter, which only grows, is not negative: the state after the step; else that before. */
function branch(turn: number, before: readonly string[], after: readonly string[], types: string, results: readonly Hlo[]): string[] {
  const counter = before[results.findIndex(({ type, shape }) => type === 'int32' && shape.length === 0)] as string;
  return [
    `%z${turn} = stablehlo.constant dense<0> : tensor<i32>`,
    `%p${turn} = stablehlo.compare GE, ${counter}, %z${turn}, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>`,
    `%o${turn}:${after.length} = "stablehlo.if"(%p${turn}) ({ stablehlo.return ${after.join(', ')} : ${types} }, ` +
      `{ stablehlo.return ${before.join(', ')} : ${types} }) : (tensor<i1>) -> (${types})`,
  ];
}

/** One step's share of what is given for several. */
function sliceOf(i: number, turn: number, steps: number, { type, shape }: Pick<Hlo, 'type' | 'shape'>): string[] {
  const [whole, slice] = [typeText(type, [steps, ...shape]), typeText(type, [1, ...shape])];
  const ranges = [`${turn}:${turn + 1}`, ...shape.map((dim) => `0:${dim}`)].join(', ');
  return [
    `%s${turn}_${i} = stablehlo.slice %arg${i} [${ranges}] : (${whole}) -> ${slice}`,
    `%b${turn}_${i} = stablehlo.reshape %s${turn}_${i} : (${slice}) -> ${typeText(type, shape)}`,
  ];
}
