import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/compile/graph/builder';
import type { Value } from '../../src/compile/graph/value';
import { packUpdates } from '../../src/compile/passes/pack-updates';
import type { NamedValue } from '../../src/compile/record/record';

const KERNEL = [3, 3, 2, 4];
const BIAS = [4];

/** m <- decay m + g, p <- p - m rate for one parameter. */
function momentum(b: Builder, name: string, shape: readonly number[], { rate = 0.1, scale = null as Value | null } = {}) {
  const [p, m] = [b.input(`p ${name}`, 'float32', shape), b.input(`m ${name}`, 'float32', shape)];
  const raw = b.node('ConvFilterGradient', [b.input(`dy ${name}`, 'float32', [1, 4, 4, 1])], shape);
  const g = scale ? b.elementwise('Mul', [raw, scale]) : raw;
  const next = b.elementwise('Add', [b.elementwise('Mul', [m, b.scalar(0.9)]), g]);
  const updated = b.elementwise('Sub', [p, b.elementwise('Mul', [next, b.scalar(rate)])]);
  const before = [named(`p ${name}`, p), named(`m ${name}`, m)];
  return { before, after: [named(`p ${name}`, updated), named(`m ${name}`, next)], g, updated };
}

function named(name: string, value: Value): NamedValue {
  return { name, value };
}

function packed(
  b: Builder,
  parts: readonly { before: readonly NamedValue[]; after: readonly NamedValue[] }[],
  others: readonly Value[] = [],
) {
  return packUpdates(
    parts.flatMap(({ before }) => before),
    parts.flatMap(({ after }) => after),
    others,
    b,
  );
}

function text({ source, shape }: Value): string {
  if (source.kind === 'input') return source.name;
  if (source.kind === 'constant') return String(source.data[0]);
  return `${source.op}[${shape.join()}](${source.operands.map(text).join(', ')})`;
}

describe('updates alike', () => {
  it('become one, on the arrays end to end', () => {
    const b = new Builder();
    const { packs, before, after } = packed(b, [momentum(b, 'kernel', KERNEL), momentum(b, 'bias', BIAS)]);
    expect(packs.map(({ members }) => members)).toEqual([
      ['m kernel', 'm bias'],
      ['p kernel', 'p bias'],
    ]);
    expect(before.map(({ name, value }) => [name, value.shape])).toEqual(packs.map(({ name }) => [name, [76]]));
    const gradients = 'Concat[76](Reshape[72](ConvFilterGradient[3,3,2,4](dy kernel)), Reshape[4](ConvFilterGradient[4](dy bias)))';
    const m = `Add[76](Mul[76](${packs[0]?.name}, 0.9), ${gradients})`.replace('0.9', String(Math.fround(0.9)));
    const p = `Sub[76](${packs[1]?.name}, Mul[76](${m}, ${Math.fround(0.1)}))`;
    expect(Object.fromEntries(after.map(({ name, value }) => [name, text(value)]))).toEqual({
      [packs[0]?.name as string]: m,
      [packs[1]?.name as string]: p,
    });
  });

  it('are packed with what follows from them, such as a moving average', () => {
    const b = new Builder();
    const parts = ['a', 'b'].map((name) => {
      const { before, after, updated } = momentum(b, name, KERNEL);
      const average = b.input(`mean ${name}`, 'float32', KERNEL);
      const next = b.elementwise('Add', [b.elementwise('Mul', [average, b.scalar(0.5)]), b.elementwise('Mul', [updated, b.scalar(0.5)])]);
      return { before: [...before, named(`mean ${name}`, average)], after: [...after, named(`mean ${name}`, next)] };
    });
    const { packs, after } = packed(b, parts);
    expect(new Set(packs.flatMap(({ members }) => members))).toEqual(new Set(['p a', 'p b', 'm a', 'm b', 'mean a', 'mean b']));
    expect(after).toHaveLength(3);
  });

  it('share the numbers they are scaled by', () => {
    const b = new Builder();
    const scale = b.node('ReduceMean', [b.input('x', 'float32', [4])], [1], { axes: [0] });
    const { packs } = packed(b, [momentum(b, 'a', KERNEL, { scale }), momentum(b, 'b', KERNEL, { scale })]);
    expect(packs).toHaveLength(2);
  });
});

describe('updates that stay apart', () => {
  it.each([
    ['by another rule', (b: Builder) => [momentum(b, 'a', KERNEL), momentum(b, 'b', KERNEL, { rate: 0.2 })]],
    ['one alone', (b: Builder) => [momentum(b, 'a', KERNEL)]],
    ['of one number', (b: Builder) => [momentum(b, 'a', []), momentum(b, 'b', [])]],
  ])('%s', (_, make) => {
    const b = new Builder();
    const parts = make(b);
    const { packs, after } = packed(b, parts);
    expect(packs).toEqual([]);
    expect(after).toEqual(parts.flatMap((part) => part.after));
  });

  it('whose result the step goes on with', () => {
    const b = new Builder();
    const [a, c, d] = [momentum(b, 'a', KERNEL), momentum(b, 'c', KERNEL), momentum(b, 'd', KERNEL)] as const;
    const loss = b.reduce('ReduceSum', c.updated, [0, 1, 2, 3]);
    const { packs, after } = packed(b, [a, c, d], [loss]);
    expect(packs.flatMap(({ members }) => members)).toEqual(['m a', 'm d', 'p a', 'p d']);
    expect(after.map(({ name }) => name)).toEqual(expect.arrayContaining(['p c', 'm c']));
  });

  it('of states that two of them change', () => {
    const b = new Builder();
    const [a, c] = [momentum(b, 'a', KERNEL), momentum(b, 'c', KERNEL)];
    const crossed = named(
      'x',
      b.elementwise('Add', [b.input('x', 'float32', KERNEL), b.elementwise('Mul', [a.g, b.input('p c', 'float32', KERNEL)])]),
    );
    const { packs } = packed(b, [a, c, { before: [named('x', b.input('x', 'float32', KERNEL))], after: [crossed] }]);
    expect(packs).toEqual([]);
  });
});
