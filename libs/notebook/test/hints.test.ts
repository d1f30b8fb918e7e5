import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Diagnostic } from 'tslab/dist/converter';
import { createCompiler } from '../src/kernel/compiler';
import { ARGUMENTS, FOREIGN_LINES, METHODS, NAMES, NO_KEYWORDS } from '../src/kernel/python-habits';

vi.setConfig({ testTimeout: 600_000 });

let heard: readonly Diagnostic[] = [];
const compiler = createCompiler({
  onDiagnostics: (all) => void (heard = all),
  declarations: (previous) => previous,
  onOutput: (emitted) => emitted,
});
afterAll(() => compiler.close());

const EARLIER = `import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
const a = tf.ones([1, 2, 2, 3]) as Tensor4D;
const b: Tensor = a;
const xs = [1, 2, 3];
interface Trial { state: number; losses: number }
const train = async (): Promise<Trial> => ({ state: 1, losses: 2 });
const loss = async (): Promise<number> => 1;
const showTrials = async (trials: Record<string, Trial>): Promise<void> => void trials;
const begun = train();`;
let declared: string | undefined;

/** What the compiler says about a cell. */
function said(source: string): string[] {
  if (declared === undefined) {
    const { declOutput, diagnostics } = compiler.convert('', EARLIER);
    expect(diagnostics).toEqual([]);
    declared = declOutput ?? '';
  }
  const { diagnostics } = compiler.convert(declared, source);
  expect(heard).toEqual(diagnostics);
  return diagnostics.map(({ messageText }) => messageText);
}
/** The hints in what it says. */
const hints = (source: string): string[] => said(source).flatMap((message) => message.split(' Hint: ').slice(1));

describe('what a habit of Python is answered with', () => {
  it.each(Object.entries(NAMES))('the name %s: %s', (name, hint) => {
    expect(hints(`console.log(${name}.x);`)).toEqual([hint]);
  });

  it.each(ARGUMENTS)('the argument %s', (name) => {
    expect(hints(`tf.mean(a, ${name}=1);`)[0]).toBe(NO_KEYWORDS);
  });

  it.each(Object.entries(METHODS))('the method %s of a tensor: %s', (name, hint) => {
    expect(hints(`a.${name};`)).toEqual([hint.replaceAll(/\bx\b/g, 'a')]);
  });

  it.each(FOREIGN_LINES)('the line $example: $hint, and nothing that follows from it', ({ example, hint }) => {
    const messages = said(`console.log(1);\n${example}\n  pass`);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.split(' Hint: ')[1]).toBe(hint);
  });

  it.each([
    ['(a - b) ** 2;', 'a tensor has no operators: tf.square(tf.sub(a, b))'],
    ['2 * (a + b) / 3;', 'a tensor has no operators: tf.div(tf.mul(2, tf.add(a, b)), 3)'],
    ['a + b;', 'a tensor has no operators: tf.add(a, b)'],
    ['1 + tf.mean(a);', 'a tensor has no operators: tf.add(1, tf.mean(a))'],
    ['a > 3;', 'a tensor has no operators: tf.greater(a, 3)'],
    ['tf.sub(a, b) * 2;', 'a tensor has no operators: tf.mul(tf.sub(a, b), 2)'],
    ['a.mean();', 'tf.mean(a)'],
    ['tf.sub(a, b).mean(1);', 'tf.mean(tf.sub(a, b), 1)'],
    ['a.pow(2);', 'tf.pow(a, 2)'],
    ['tf.mean(a).item();', 'tf.mean(a).dataSync()[0]'],
    ['a.shape();', 'without (): a.shape'],
    ['a.size();', 'without (): a.size'],
    ['print(a);', 'console.log(x), x.print() for all values of a tensor'],
    ['xs.append(4);', 'xs.push(x)'],
    ['console.log(xs[0, 1]);', 'one index in each pair of brackets: xs[0][1]; tf.slice(x, begin, size) for a tensor'],
    ['z = 3;', 'a new name is declared: const z = …'],
    ['tf.mean(a, axis=[1, 2]);', NO_KEYWORDS],
    ['begun.state;', 'missing await?'],
    ['const { losses } = train();', 'missing await?'],
    ['const trial: Trial = train();', 'missing await?'],
    ['await showTrials({ begun });', 'missing await?'],
    ['await showTrials({ mine: train() });', 'missing await?'],
    ['const n: number = loss();', 'missing await?'],
    ['2 * loss();', 'missing await?'],
    ['1 + loss();', 'missing await?'],
    ['tf.square(Promise.resolve(a));', 'missing await?'],
    ['const [first] = begun;', 'missing await?'],
  ])('%s: %s', (typed, hint) => {
    expect(hints(typed)[0]).toBe(hint);
  });

  it('takes no foreign name for one that it resembles, and names types without their file', () => {
    expect(said('torch.mean(a);')).toEqual([`Cannot find name 'torch'. Hint: ${NAMES['torch']}`]);
    expect(said('a + b;')[0]).toMatch(/^Operator '\+' cannot be applied to types 'Tensor4D' and 'Tensor<.*Rank>'\./);
  });

  it('points to the line of the cell', () => {
    said('const one = { a };\nconst two = { a, b }; a.mean();');
    expect(heard[0]?.start).toMatchObject({ line: 1, character: 24 });
    said('const one = 1;\nimport torch');
    expect(heard[0]?.start.line).toBe(1);
  });
});

it.each([
  'const n: number = "x";',
  'xs.lenght;',
  'unheard;',
  '"a" * 2;',
  'const open = (',
  'const p: Promise<number> = train();',
  'a.nonsense();',
  'xs.mean();',
  'Math.max(1, "2");',
  'console.log(1;\nconsole.log(2);',
  'console.log("one # and two";',
  'const figure = { data: [{ y: [1, 2 }] };',
  'console.log( // this and that\n;',
  'if (xs.length > 1) console.log({ x: 1 };',
])('a mistake that is none of these gets no hint: %s', (typed) => {
  expect(said(typed).length).toBeGreaterThan(0);
  expect(hints(typed)).toEqual([]);
});

it('names only functions that tfjs has', () => {
  const all = [...Object.values(NAMES), ...Object.values(METHODS), ...FOREIGN_LINES.map(({ hint }) => hint), NO_KEYWORDS];
  const named = all.flatMap((hint) => [...hint.matchAll(/\btf\.(\w+)/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => typeof (tf as Readonly<Record<string, unknown>>)[name] !== 'function')).toEqual([]);
});
