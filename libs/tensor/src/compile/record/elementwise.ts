import type { Value } from '../graph/value';
import { input, inputList, type KernelCall, type KernelRecorder, type KernelRecorders } from './call';
import { cast } from './cast';

function unary(op: string): KernelRecorder {
  return (call) => call.builder.elementwise(op, [input(call, 'x')]);
}

function binary(op: string): KernelRecorder {
  return (call) => call.builder.elementwise(op, [input(call, 'a'), input(call, 'b')]);
}

function comparison(op: string): KernelRecorder {
  return (call) => call.builder.elementwise(op, [input(call, 'a'), input(call, 'b')], 'bool');
}

function composed(compute: (x: Value, call: KernelCall) => Value): KernelRecorder {
  return (call) => compute(input(call, 'x'), call);
}

function filled({ builder, inputs }: KernelCall, value: number): Value {
  const x = inputs.x as Value;
  return builder.expand(builder.scalar(value, x.type), x.shape);
}

/** Kernels that work on corresponding elements, with broadcasting. */
export const ELEMENTWISE: KernelRecorders = {
  Abs: unary('Abs'),
  Neg: unary('Neg'),
  Sign: unary('Sign'),
  Relu: unary('Relu'),
  Sigmoid: unary('Sigmoid'),
  Tanh: unary('Tanh'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Reciprocal: unary('Reciprocal'),
  Softplus: unary('Softplus'),
  Elu: unary('Elu'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Erf: unary('Erf'),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Round: unary('Round'),
  LogicalNot: unary('Not'),
  Identity: composed((x) => x),
  Square: composed((x, { builder }) => builder.elementwise('Mul', [x, x])),
  Rsqrt: composed((x, { builder }) => builder.elementwise('Reciprocal', [builder.elementwise('Sqrt', [x])])),
  Log1p: composed((x, { builder }) => builder.elementwise('Log', [builder.elementwise('Add', [x, builder.scalar(1)])])),
  Expm1: composed((x, { builder }) => builder.elementwise('Sub', [builder.elementwise('Exp', [x]), builder.scalar(1)])),
  Relu6: composed((x, { builder }) => clip(x, 0, 6, builder)),
  ClipByValue: composed((x, { builder, attrs }) => clip(x, attrs.clipValueMin as number, attrs.clipValueMax as number, builder)),
  LeakyRelu: composed((x, { builder, attrs }) => builder.elementwise('LeakyRelu', [x], x.type, { alpha: attrs.alpha as number })),
  Step: composed((x, { builder, attrs }) => {
    const positive = builder.elementwise('Greater', [x, builder.scalar(0, x.type)], 'bool');
    const alpha = attrs.alpha as number;
    if (!alpha) return cast(builder, positive, x.type);
    return builder.elementwise('Where', [positive, builder.scalar(1, x.type), builder.scalar(alpha, x.type)], x.type);
  }),
  Cast: composed((x, { builder, attrs }) => cast(builder, x, attrs.dtype as string)),
  ZerosLike: (call) => filled(call, 0),
  OnesLike: (call) => filled(call, 1),

  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  FloorDiv: (call) => call.builder.elementwise('Floor', [call.builder.elementwise('Div', [input(call, 'a'), input(call, 'b')])]),
  LogicalAnd: comparison('And'),
  LogicalOr: comparison('Or'),
  Equal: comparison('Equal'),
  NotEqual: (call) => call.builder.elementwise('Not', [comparison('Equal')(call) as Value]),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  SquaredDifference: (call) => {
    const difference = call.builder.elementwise('Sub', [input(call, 'a'), input(call, 'b')]);
    return call.builder.elementwise('Mul', [difference, difference]);
  },
  Prelu: (call) => {
    const x = input(call, 'x');
    const zero = call.builder.scalar(0);
    const negative = call.builder.elementwise('Mul', [x, input(call, 'alpha')]);
    return call.builder.elementwise('Where', [call.builder.elementwise('Greater', [x, zero], 'bool'), x, negative], x.type);
  },
  AddN: (call) => inputList(call).reduce((sum, x) => call.builder.elementwise('Add', [sum, x])),
  Select: (call) => {
    const [condition, t, e] = [input(call, 'condition'), input(call, 't'), input(call, 'e')];
    return call.builder.elementwise('Where', [condition, t, e], t.type);
  },
};

function clip(x: Value, low: number, high: number, builder: KernelCall['builder']): Value {
  return builder.elementwise('Clip', [x, builder.scalar(low, x.type), builder.scalar(high, x.type)]);
}
