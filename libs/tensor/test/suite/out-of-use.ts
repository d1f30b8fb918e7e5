/** What no golden covers, and why. Nothing here may call it. The gradient of a kernel that is out of use is out of use with it. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'called by tf.fused and tf.layers only, which nothing here uses': ['_FusedMatMul', 'FusedConv2D', 'FusedDepthwiseConv2D'],
  'a part of gradients that are written in other operations here': [
    'AvgPoolGrad',
    'EluGrad',
    'ResizeBilinearGrad',
    'ResizeNearestNeighborGrad',
  ],
  'called by no function of tfjs': ['LogicalXor'],
  'of numbers that have no slope': ['gradient of OneHot'],
  'of complex numbers': ['gradient of ComplexAbs'],
  'of volumes': ['AvgPool3D', 'AvgPool3DGrad', 'Conv3D', 'Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2', 'MaxPool3D', 'MaxPool3DGrad'],
  'of morphology, detection and augmentation': [
    ...['CropAndResize', 'Dilation2D', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput', 'FlipLeftRight', 'NonMaxSuppressionV3'],
    ...['NonMaxSuppressionV4', 'NonMaxSuppressionV5', 'RotateWithOffset', 'Transform'],
  ],
  'of networks of other kinds': ['LRN', 'LRNGrad', 'MaxPoolWithArgmax'],
  'of text, sparse arrays and counts': [
    ...['Bincount', 'BitwiseAnd', 'BroadcastArgs', 'DenseBincount', 'Multinomial', 'SearchSorted', 'SparseFillEmptyRows', 'SparseReshape'],
    ...['SparseSegmentMean', 'SparseSegmentSum', 'SparseToDense', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
    ...['TensorScatterUpdate', 'Unique'],
  ],
};

/** The same of kernels that only `tensorflow` has. */
const REASONS_OF_TENSORFLOW: Readonly<Record<string, readonly string[]>> = {
  'of complex numbers': ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'],
  'a part of gradients that are written in other operations here': [
    'DepthwiseConv2dNativeBackpropFilter',
    'DepthwiseConv2dNativeBackpropInput',
  ],
  'called by tf.einsum only, which nothing here uses': ['Einsum'],
  'of text, sparse arrays and counts': ['StaticRegexReplace'],
};

const byName = (reasons: Readonly<Record<string, readonly string[]>>): [string, string][] =>
  Object.entries(reasons).flatMap(([reason, names]) => names.map((name): [string, string] => [name, reason]));

/** Names of kernels that only `tensorflow` has. */
export const OUT_OF_USE_ON_TENSORFLOW: readonly string[] = byName(REASONS_OF_TENSORFLOW).map(([name]) => name);

/** Reasons by the names of kernels, and of gradients as `gradient of KERNEL`. */
export const OUT_OF_USE: ReadonlyMap<string, string> = new Map([...byName(REASONS), ...byName(REASONS_OF_TENSORFLOW)]);

export function isOutOfUse(name: string): boolean {
  return OUT_OF_USE.has(name) || OUT_OF_USE.has(name.replace(/^gradient of /, ''));
}
