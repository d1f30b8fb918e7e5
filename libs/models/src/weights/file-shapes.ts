/** Names and shapes of a file's tensors under the names of an architecture, kernels HWIO. */
export type FileShapes = Readonly<Record<string, readonly number[]>>;

/** Inputs and outputs of a convolution in a file; null if it is not there. */
export function convSize(shapes: FileShapes, name: string): { readonly inputs: number; readonly outputs: number } | null {
  const shape = Object.hasOwn(shapes, `${name}.weight`) ? shapes[`${name}.weight`] : undefined;
  return shape?.length === 4 ? { inputs: shape[2] as number, outputs: shape[3] as number } : null;
}

/** How many of `name(0)`, `name(1)` ... are there in a row. */
export function consecutive(shapes: FileShapes, name: (index: number) => string): number {
  let count = 0;
  while (Object.hasOwn(shapes, name(count))) count++;
  return count;
}

/** The scale of EDSR's up-sampler `name`: convolutions 0, 2 ... to 4 or 9 times the features. */
export function upsamplerScale(shapes: FileShapes, name: string, features: number): number | null {
  const stages = [0, 2, 4].map((stage) => convSize(shapes, `${name}.${stage}`)).filter((size) => size !== null);
  if (stages.length === 1 && stages[0]?.outputs === 9 * features) return 3;
  return stages.length > 0 && stages.every(({ outputs }) => outputs === 4 * features) ? 2 ** stages.length : null;
}
