/** What somebody who comes from Python and PyTorch types, and what is written here instead. Each hint is one clause that stands after the compiler's message. */

export const NO_KEYWORDS = 'no keyword arguments: tf.mean(x, 1)';

/** Names that Python or its libraries have. */
export const NAMES: Readonly<Record<string, string>> = {
  torch: 'tf.…, as in tf.mean(x)',
  np: 'tf.… for tensors, Math.… for numbers',
  numpy: 'tf.… for tensors, Math.… for numbers',
  F: 'tf.…; losses and layers are imported from @distillery/distill and @distillery/models',
  nn: 'tf.…; networks are imported from @distillery/models',
  plt: 'showFigure({ data: [{ y: [1, 2, 3] }] }) of @distillery/notebook',
  math: 'Math.…, as in Math.sqrt(2)',
  os: "import { join } from 'node:path' or 'node:fs'",
  True: 'true',
  False: 'false',
  None: 'null or undefined',
  range: 'for (let i = 0; i < n; i++)',
  len: 'xs.length; x.shape for a tensor',
  sum: 'tf.sum(x); xs.reduce((sum, x) => sum + x, 0) for an array',
  max: 'tf.max(x); Math.max(...xs) for numbers',
  min: 'tf.min(x); Math.min(...xs) for numbers',
  abs: 'tf.abs(x); Math.abs(x) for a number',
  round: 'tf.round(x); Math.round(x) for a number',
  int: 'Math.trunc(x)',
  float: 'Number(x)',
  str: 'String(x)',
  dict: '{ name: value }',
  enumerate: 'for (const [i, x] of xs.entries())',
  zip: 'xs.map((x, i) => [x, ys[i]])',
  sorted: '[...xs].sort((a, b) => a - b)',
  isinstance: 'x instanceof C, or typeof x',
  pass: 'an empty block is { }',
  elif: 'else if (condition) { … }',
};

/** Names of arguments, which are given by position here. */
export const ARGUMENTS: readonly string[] = ['dim', 'axis', 'keepdim', 'keepdims', 'dtype', 'device'];

/** Methods of PyTorch's tensors that have another name here, or none. `x` stands for the tensor. What has the same name needs no entry. */
export const METHODS: Readonly<Record<string, string>> = {
  item: 'x.dataSync()[0]',
  numpy: 'x.arraySync()',
  tolist: 'x.arraySync()',
  backward: 'no backward(): a method returns its loss, and the training takes the gradients',
  grad: 'gradients are taken by tf.grad(f)',
  requires_grad: 'no requires_grad: gradients are taken of what a function is called with, as in tf.grad(f)',
  detach: 'not needed: only the gradients of the trained parameters are taken',
  cpu: 'not needed: useEngine(name) says where everything is computed',
  cuda: 'not needed: useEngine(name) says where everything is computed',
  to: "not needed for a device; tf.cast(x, 'float32') for a type",
  float: "tf.cast(x, 'float32')",
  view: 'tf.reshape(x, shape)',
  permute: 'tf.transpose(x, order)',
  T: 'tf.transpose(x)',
  t: 'tf.transpose(x)',
  unsqueeze: 'tf.expandDims(x, axis)',
  repeat: 'tf.tile(x, times)',
  flatten: 'tf.reshape(x, [-1])',
  matmul: 'tf.matMul(x, y)',
  clamp: 'tf.clipByValue(x, 0, 1)',
  clip: 'tf.clipByValue(x, 0, 1)',
  std: 'tf.sqrt(tf.moments(x).variance)',
  var: 'tf.moments(x).variance',
  ndim: 'x.rank',
  dim: 'x.rank',
  numel: 'x.size',
};

/** A line that is Python and no TypeScript, an example of it, and what is said. The first that fits counts. */
export interface ForeignLine {
  readonly example: string;
  readonly line: RegExp;
  readonly hint: string;
}

export const FOREIGN_LINES: readonly ForeignLine[] = [
  { example: '# a comment: what it does', line: /(?:^|\s)#/, hint: 'a comment is // …' },
  { example: '"""Adds."""', line: /"""|'''/, hint: 'a comment is // …, a text of several lines stands in `…`' },
  { example: '%matplotlib inline', line: /^\s*%/, hint: 'this is TypeScript, without % commands' },
  { example: 'def f(x):', line: /^\s*def\s/, hint: 'const f = (x: Tensor) => …' },
  { example: 'class A(B):', line: /^\s*class\s.*:\s*$/, hint: 'class A extends B { … }' },
  { example: 'f = lambda x: x', line: /\blambda\b/, hint: '(x) => …' },
  { example: 'import torch', line: /^\s*(?:import|from)\s+torch\b/, hint: "import * as tf from '@tensorflow/tfjs-core'" },
  {
    example: 'import numpy as np',
    line: /^\s*(?:import\s+[\w.]+\s*(?:as\s+\w+)?\s*;?$|from\s+[\w.]+\s+import\b)/,
    hint: "import { name } from 'package'",
  },
  { example: 'ys = [2 * x for x in xs]', line: /\bfor\s+\w+(?:\s*,\s*\w+)*\s+in\b.*[\])]\s*;?$/, hint: 'xs.map((x) => …)' },
  { example: 'for x in xs:', line: /^\s*for\b.*:\s*$/, hint: 'for (const x of xs) { … }' },
  { example: 'if loss > 3:', line: /^\s*(?:if|while)\b(?:.*:\s*$|\s+[^(\s].*:)/, hint: 'if (condition) { … }, while (condition) { … }' },
  { example: 'try:', line: /^\s*(?:try|except\b.*|finally)\s*:/, hint: 'try { … } catch (error) { … }' },
  { example: 'with tape as t:', line: /^\s*with\b.*:\s*$/, hint: 'no with: tf.tidy(() => …) frees what was made in it' },
  { example: 'y = a if b else c', line: /\bif\b.+\belse\b/, hint: 'condition ? a : b' },
  { example: 'raise error', line: /^\s*raise\b/, hint: 'throw new Error(message)' },
  { example: 'del x', line: /^\s*del\s/, hint: 'tf.dispose(x)' },
  { example: 'assert x', line: /^\s*assert\s/, hint: 'if (!condition) throw new Error(message)' },
  { example: "f'{x}'", line: /\bf['"]/, hint: '`… ${x} …`' },
  { example: 'a and b', line: /[\w)\]]\s+(?:and|or|is)\s+\w|\bnot\s+\w/, hint: '&&, ||, ! and ===' },
  { example: 'x[:, 1:]', line: /[\w)\]]\[[^\][{}?]*:[^\][{}?]*\]/, hint: 'no slices: tf.slice(x, begin, size), xs.slice(1) for an array' },
  { example: 'a @ b', line: /[\w)\]]\s*@\s*[\w(]/, hint: 'tf.matMul(a, b)' },
];
