import type { ConvAttrs } from '../../compile/graph/conv-attrs';
import type { NodeValue } from '../../compile/graph/value';
import type { Hlo, HloBuilder } from './hlo-builder';

interface WindowText {
  readonly strides?: readonly number[];
  /** Before and after, of rows and of columns. */
  readonly pads: readonly (readonly [number, number])[];
  readonly lhsDilation?: readonly number[];
  readonly rhsDilation?: readonly number[];
  readonly featureGroups?: number;
  readonly batchGroups?: number;
}

/** StableHLO's general convolution; `dims` names the axes of image, kernel and result. */
function convolution(builder: HloBuilder, x: Hlo, w: Hlo, dims: string, shape: readonly number[], attrs: WindowText): Hlo {
  const factors = [x, w].map((factor) => (builder.precision === 'bf16' ? builder.convert(factor, 'bfloat16') : factor));
  const [image, kernel] = factors as [Hlo, Hlo];
  const { strides = [1, 1], pads, lhsDilation = [1, 1], rhsDilation = [1, 1], featureGroups = 1, batchGroups = 1 } = attrs;
  const list = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;
  const window = [
    `stride = ${list(strides)}`,
    `pad = [${pads.map(list).join(', ')}]`,
    `lhs_dilate = ${list(lhsDilation)}`,
    `rhs_dilate = ${list(rhsDilation)}`,
  ].join(', ');
  const precision = builder
    .precisionText()
    .split(', ')
    .map((each) => `#stablehlo<precision ${each}>`)
    .join(', ');
  const text =
    `stablehlo.convolution(${image.name}, ${kernel.name}) dim_numbers = ${dims}, window = {${window}} ` +
    `{batch_group_count = ${batchGroups} : i64, feature_group_count = ${featureGroups} : i64, precision_config = [${precision}]}`;
  return builder.convert(builder.emit(text, image.type, shape, [image, kernel]), x.type);
}

/** conv(x, w) with an optional bias, residual and ReLU. */
export function lowerConv(builder: HloBuilder, value: NodeValue, operands: readonly [Hlo, Hlo, Hlo?, Hlo?]): Hlo {
  const [x, w, bias, residual] = operands;
  const { strides, dilations, pads, groups, activation } = value.source.attrs as unknown as ConvAttrs;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const y = convolution(builder, x, w, '[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]', value.shape, {
    strides,
    pads: [
      [top, bottom],
      [left, right],
    ],
    rhsDilation: dilations,
    featureGroups: groups,
  });
  const biased = bias ? builder.elementwise('add', [y, builder.broadcast(bias, y.shape)]) : y;
  const sum = residual ? builder.elementwise('add', [biased, residual]) : biased;
  return activation ? builder.elementwise('maximum', [sum, builder.filled(0, sum)]) : sum;
}

/** d conv / d x: dy, spread by the strides, convolved with the turned kernel, whose channels are exchanged within each group. */
export function lowerConvInputGradient(builder: HloBuilder, value: NodeValue, [dy, w]: readonly [Hlo, Hlo]): Hlo {
  const { strides, dilations, pads, groups } = value.source.attrs as unknown as ConvAttrs;
  const along = [0, 1].map((i): readonly [number, number] => {
    const reach = ((w.shape[i] as number) - 1) * (dilations[i] as number);
    const before = reach - (pads[i] as number);
    const spread = ((dy.shape[1 + i] as number) - 1) * (strides[i] as number) + 1;
    return [before, (value.shape[1 + i] as number) + reach - spread - before];
  });
  const turned = builder.reverse(w, [0, 1]);
  const attrs = { pads: along, lhsDilation: strides, rhsDilation: dilations, featureGroups: groups };
  if (groups === 1) return convolution(builder, dy, turned, '[b, 0, 1, f]x[0, 1, o, i]->[b, 0, 1, f]', value.shape, attrs);
  const [kh, kw, inputs, outputs] = w.shape as [number, number, number, number];
  const split = builder.transpose(builder.reshape(turned, [kh, kw, inputs, groups, outputs / groups]), [0, 1, 4, 3, 2]);
  const exchanged = builder.reshape(split, [kh, kw, outputs / groups, groups * inputs]);
  return convolution(builder, dy, exchanged, '[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]', value.shape, attrs);
}

/** d conv / d w: x convolved with dy, the images of a batch taking the place of channels. */
export function lowerConvFilterGradient(builder: HloBuilder, value: NodeValue, [x, dy]: readonly [Hlo, Hlo]): Hlo {
  const { strides, dilations, pads, groups } = value.source.attrs as unknown as ConvAttrs;
  const along = [0, 1].map((i): readonly [number, number] => {
    const before = pads[i] as number;
    const reach = ((value.shape[i] as number) - 1) * (dilations[i] as number);
    const spread = ((dy.shape[1 + i] as number) - 1) * (strides[i] as number) + 1;
    return [before, reach + spread - (x.shape[1 + i] as number) - before];
  });
  return convolution(builder, x, dy, '[f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f]', value.shape, {
    strides: dilations,
    pads: along,
    rhsDilation: strides,
    batchGroups: groups,
  });
}
