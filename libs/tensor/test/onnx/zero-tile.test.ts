import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/compile/graph/builder';
import type { NodeValue, Value } from '../../src/compile/graph/value';
import { keepsZeros } from '../../src/onnx/lower/zero-tile';

const b = new Builder();
const [x, y] = [b.input('x', 'float32', [2, 4, 4, 3]), b.input('y', 'float32', [2, 4, 4, 3])];
const bias = b.input('bias', 'float32', [3]);
const computed = b.input('computed', 'float32', []);
const [zero, one] = [b.scalar(0), b.scalar(1)];
const keeps = (op: string, ...operands: Value[]): boolean => keepsZeros(b.elementwise(op, operands) as NodeValue);

/** False at zero. */
const isPositive = b.elementwise('Greater', [x, zero], 'bool');

describe('zeros', () => {
  it.each<[string, ...Value[]]>([
    ['Add', x, y],
    ['Add', x, bias],
    ['Mul', x, computed],
    ['Mul', x, bias],
    ['Div', x, computed],
    ['Div', x, b.scalar(255)],
    ['Relu', x],
    ['Sub', x, zero],
    ['Max', x, b.scalar(-1)],
    ['Greater', x, zero],
    ['Where', isPositive, one, y],
  ])('stay zeros: %s', (op, ...operands) => expect(keeps(op, ...operands)).toBe(true));

  it.each<[string, ...Value[]]>([
    ['Add', x, one],
    ['Add', x, computed],
    ['Sub', one, x],
    ['Div', x, y],
    ['Div', x, bias],
    ['Div', x, zero],
    ['Exp', x],
    ['Sigmoid', x],
    ['Max', x, one],
    ['Equal', x, y],
    ['GreaterOrEqual', x, zero],
    ['Not', isPositive],
    ['Where', isPositive, y, one],
    ['Pow', x, zero],
  ])('do not stay zeros: %s', (op, ...operands) => expect(keeps(op, ...operands)).toBe(false));
});
