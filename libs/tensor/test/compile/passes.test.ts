import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/compile/graph/builder';
import { rewrite, type Rule } from '../../src/compile/graph/rewrite';
import { reachable, type Value } from '../../src/compile/graph/value';
import { lower } from '../../src/onnx/lower/lower';
import { constantFactors, gatheredBiases, neutralElements } from '../../src/compile/passes/arithmetic';
import { reshapeOfExpandedScalar, simplifyExpand, unexpandOperands } from '../../src/compile/passes/broadcasts';
import { fuseBias, fuseRelu, fuseResidual } from '../../src/compile/passes/fuse-convolution';
import { maskedProduct, signOfRelu } from '../../src/compile/passes/relu-gradient';
import { simplifyReshape, simplifySlice, simplifyTranspose, spaceToDepth } from '../../src/compile/passes/reshaping';

/** The graph as text, operands in place: `Add(x, 1)`. */
function text(value: Value): string {
  const { source } = value;
  if (source.kind === 'input') return source.name;
  if (source.kind === 'constant') return source.data.length === 1 ? String(source.data[0]) : `[${value.shape.join()}]`;
  return `${source.op}(${source.operands.map(text).join(', ')})`;
}

function after(value: Value, b: Builder, ...rules: Rule[]): string {
  return text(rewrite([value], b, rules)[0] as Value);
}

function image(b: Builder, name = 'x', c = 8): Value {
  return b.input(name, 'float32', [2, 4, 4, c]);
}

function conv(b: Builder, x: Value, name = 'w'): Value {
  const w = b.input(name, 'float32', [3, 3, x.shape[3] as number, 8]);
  return b.node('Conv', [x, w], [2, 4, 4, 8], { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], groups: 1 });
}

describe('builder', () => {
  it('makes equal operations on equal operands once', () => {
    const b = new Builder();
    const x = image(b);
    expect(b.elementwise('Add', [x, b.scalar(1)])).toBe(b.elementwise('Add', [x, b.scalar(1)]));
    expect(b.elementwise('Add', [x, b.scalar(1)])).not.toBe(b.elementwise('Add', [x, b.scalar(2)]));
    expect(b.scalar(0)).not.toBe(b.scalar(-0));
  });

  it('reaches only what the outputs need', () => {
    const b = new Builder();
    const x = image(b);
    b.elementwise('Exp', [x]);
    expect(reachable([b.elementwise('Neg', [x])]).map(text)).toEqual(['x', 'Neg(x)']);
  });
});

describe('broadcasts', () => {
  it('hands a tensor of equal elements over as a scalar', () => {
    const b = new Builder();
    const ones = b.constant(new Float32Array(256).fill(3), 'float32', [2, 4, 4, 8]);
    expect(after(b.elementwise('Mul', [image(b), ones]), b, unexpandOperands)).toBe('Mul(x, 3)');
  });

  it('computes before it expands', () => {
    const b = new Builder();
    const s = b.input('s', 'float32', []);
    const value = b.elementwise('Mul', [b.expand(s, [2, 3]), b.scalar(2)]);
    const [result] = rewrite([value], b, [unexpandOperands]);
    expect(text(result as Value)).toBe('Expand(Mul(s, 2))');
    expect(result?.shape).toEqual([2, 3]);
  });

  it('drops expansions to the same shape, and reshapes of expanded scalars', () => {
    const b = new Builder();
    const x = image(b);
    const s = b.input('s', 'float32', [1, 1]);
    expect(after(b.expand(x, x.shape), b, simplifyExpand)).toBe('x');
    expect(after(b.reshape(b.expand(s, [2, 3]), [6]), b, reshapeOfExpandedScalar)).toBe('Expand(Reshape(s))');
  });
});

describe('arithmetic', () => {
  it('drops neutral elements', () => {
    const b = new Builder();
    const x = image(b);
    const sum = b.elementwise('Add', [b.scalar(0), b.elementwise('Mul', [x, b.scalar(1)])]);
    expect(after(b.elementwise('Div', [b.elementwise('Sub', [sum, b.scalar(0)]), b.scalar(1)]), b, neutralElements)).toBe('x');
    expect(after(b.elementwise('Sub', [b.scalar(0), x]), b, neutralElements)).toBe('Sub(0, x)');
  });

  it('multiplies constant factors', () => {
    const b = new Builder();
    const value = b.elementwise('Mul', [b.scalar(3), b.elementwise('Mul', [image(b), b.scalar(2)])]);
    expect(after(value, b, constantFactors)).toBe('Mul(x, 6)');
  });

  it('sums biases before they meet the image, unless the partial sum is needed', () => {
    const b = new Builder();
    const [p, q] = [b.input('p', 'float32', [8]), b.input('q', 'float32', [8])];
    const partial = b.elementwise('Add', [image(b), p]);
    const value = b.elementwise('Add', [partial, q]);
    expect(after(value, b, gatheredBiases)).toBe('Add(x, Add(p, q))');
    expect(rewrite([value, partial], b, [gatheredBiases]).map(text)).toEqual(['Add(Add(x, p), q)', 'Add(x, p)']);
  });
});

describe('reshaping', () => {
  it('joins reshapes and transposes, and drops those that change nothing', () => {
    const b = new Builder();
    const x = image(b);
    expect(after(b.reshape(b.reshape(x, [8, 32]), x.shape), b, simplifyReshape)).toBe('x');
    const there = b.transpose(x, [0, 3, 1, 2]);
    expect(after(b.transpose(there, [0, 2, 3, 1]), b, simplifyTranspose, simplifyReshape)).toBe('x');
    expect(after(b.slice(x, [0, 0, 0, 0], x.shape), b, simplifySlice)).toBe('x');
    expect(after(b.slice(x, [1, 3, 3, 7], x.shape, [-1, -1, -1, -1]), b, simplifySlice)).toBe('Slice(x)');
  });

  it('recognises the gradient of depthToSpace, and nothing that only resembles it', () => {
    const b = new Builder();
    const apart = b.transpose(b.reshape(image(b), [4, 2, 2, 16]), [0, 2, 1, 3]);
    expect(after(b.reshape(apart, [2, 2, 2, 32]), b, spaceToDepth)).toBe('SpaceToDepth(x)');
    expect(after(b.reshape(apart, [2, 4, 1, 32]), b, spaceToDepth)).toBe('Reshape(Transpose(Reshape(x)))');
  });
});

describe('ReLU gradient', () => {
  it('becomes a selection by the sign of the output', () => {
    const b = new Builder();
    const [x, dy] = [image(b), image(b, 'dy')];
    const relu = b.elementwise('Relu', [x]);
    const step = b.node('Cast', [b.elementwise('Greater', [x, b.scalar(0)], 'bool')], x.shape, {}, 'float32');
    const outputs = rewrite([relu, b.elementwise('Mul', [dy, step])], b, [maskedProduct, signOfRelu]);
    expect(outputs.map(text)).toEqual(['Relu(x)', 'Where(Greater(Relu(x), 0), dy, 0)']);
  });
});

describe('convolution', () => {
  it('takes in bias, ReLU and residual', () => {
    const b = new Builder();
    const x = image(b);
    const biased = b.elementwise('Add', [conv(b, x), b.input('b', 'float32', [8])]);
    expect(after(b.elementwise('Relu', [biased]), b, fuseBias, fuseRelu)).toBe('Conv(x, w, b)');
    expect(after(b.elementwise('Add', [x, biased]), b, fuseBias, fuseResidual)).toBe('Conv(x, w, b, x)');
  });

  it('keeps a result that something else needs', () => {
    const b = new Builder();
    const linear = conv(b, image(b));
    const biased = b.elementwise('Add', [linear, b.input('b', 'float32', [8])]);
    expect(rewrite([biased, linear], b, [fuseBias]).map(text)).toEqual(['Add(Conv(x, w), b)', 'Conv(x, w)']);
  });
});

describe('layouts', () => {
  /** Operations of a graph that rearrange elements. */
  function rearrangements(block: number): string[] {
    const b = new Builder();
    const x = image(b);
    const first = b.elementwise('Relu', [conv(b, x)]);
    const second = b.elementwise('Add', [conv(b, first, 'v'), first]);
    const inputs = reachable([second]).flatMap((value) => (value.source.kind === 'input' ? [{ name: value.source.name, value }] : []));
    const { nodes } = lower(inputs, [{ name: 'y', value: second }], { block, webgpu: false });
    const images = nodes.filter(({ op, inputs: [name] }) => op.startsWith('Reorder') || (op === 'Transpose' && name === 'x'));
    return [...images.map(({ op }) => op), `${nodes.filter(({ op }) => op === 'Transpose').length} transposes`];
  }

  it('stay between convolutions: blocked ones are entered and left once', () => {
    // The two transposes are those of the kernels.
    expect(rearrangements(8)).toEqual(['ReorderInput', 'ReorderOutput', '2 transposes']);
  });

  it('of portable graphs are entered and left once', () => {
    // Two kernels, the image in, the image out.
    expect(rearrangements(0)).toEqual(['Transpose', '4 transposes']);
  });
});
