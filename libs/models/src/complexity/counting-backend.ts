import * as tf from '@tensorflow/tfjs-core';
import type { DataType, KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { KERNEL_SHAPES } from './kernel-shapes';

const NAME = 'distillery-counting';

/** What a forward pass costs. */
export interface Tally {
  /** Multiply-adds of convolutions, transposed convolutions and products of computed matrices. */
  multiplyAdds: number;
  /** Elements of all outputs of convolutions. */
  activations: number;
  /** The most bytes that tensors made on the way held at the same time. */
  peakBytes: number;
}

/**
 * A tfjs backend whose tensors have shapes but no values (PyTorch calls this the meta device): a forward pass on it costs
 * nothing, and the backend counts what it would have cost.
 */
class CountingBackend extends tf.KernelBackend {
  tally: Tally = { multiplyAdds: 0, activations: 0, peakBytes: 0 };
  private liveBytes = 0;
  private readonly data = new WeakMap<object, { bytes: number; refs: number; constant: boolean }>();
  private count = 0;

  /** Starts counting: what is alive already (the parameters) does not count as memory. */
  reset(): void {
    this.tally = { multiplyAdds: 0, activations: 0, peakBytes: 0 };
    this.liveBytes = 0;
  }

  allocate(shape: readonly number[], dtype: DataType, constant = false): TensorInfo {
    const bytes = size(shape) * 4;
    const dataId = {};
    this.data.set(dataId, { bytes, refs: 1, constant });
    this.count++;
    this.liveBytes += bytes;
    this.tally.peakBytes = Math.max(this.tally.peakBytes, this.liveBytes);
    return { dataId, shape: [...shape], dtype };
  }

  /** Values that the network brings along rather than computes: a fixed interpolation matrix. */
  isConstant({ dataId }: TensorInfo): boolean {
    return this.data.get(dataId)?.constant ?? false;
  }

  override write(_values: unknown, shape: number[], dtype: DataType): object {
    return this.allocate(shape, dtype, true).dataId;
  }
  override disposeData(dataId: object): boolean {
    const entry = this.data.get(dataId);
    if (!entry || --entry.refs > 0) return false;
    this.data.delete(dataId);
    this.count--;
    this.liveBytes -= entry.bytes;
    return true;
  }
  override incRef(dataId: object): void {
    const entry = this.data.get(dataId);
    if (entry) entry.refs++;
  }
  override refCount(dataId: object): number {
    return this.data.get(dataId)?.refs ?? 0;
  }
  override readSync(): never {
    throw new Error('the forward pass reads the values of a tensor, so its cost cannot be counted without running it');
  }
  override numDataIds(): number {
    return this.count;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {
    this.count = 0;
  }
}

/**
 * Runs `f` with every tensor operation counted instead of computed. `f` makes its own parameters, then calls `start`, then runs the network.
 * Tensors of other backends must not be used inside.
 */
export function counting(f: (start: () => void) => void): Tally {
  const engine = tf.engine();
  const previous = engine.backendName;
  const backend = new CountingBackend();
  engine.registerBackend(NAME, () => backend, 0);
  try {
    // Synchronous up to its result, because this backend starts at once: no other code can run on it meanwhile.
    void engine.setBackend(NAME);
    engine.tidy(() => f(() => backend.reset()));
    return backend.tally;
  } finally {
    if (previous) void engine.setBackend(previous);
    engine.removeBackend(NAME);
  }
}

for (const [kernelName, shapes] of Object.entries(KERNEL_SHAPES)) {
  register(kernelName, ({ inputs, attrs, backend }) => {
    const given = Object.fromEntries(Object.entries(inputs).filter(([, input]) => input)) as Record<string, TensorInfo>;
    const outputs = shapes(given, attrs ?? {}).map((shape) => backend.allocate(shape, 'float32'));
    count(kernelName, given, outputs[0] as TensorInfo, attrs ?? {}, backend);
    return outputs.length === 1 && kernelName !== 'SplitV' ? (outputs[0] as TensorInfo) : outputs;
  });
}
for (const kernelName of ['Identity', 'Reshape', 'ExpandDims', 'Cast']) {
  register(kernelName, ({ inputs, attrs, backend }) => {
    const x = (inputs['x'] ?? inputs['input']) as TensorInfo;
    backend.incRef(x.dataId);
    return { dataId: x.dataId, dtype: x.dtype, shape: viewShape(kernelName, x.shape, attrs ?? {}) };
  });
}

type Call = { inputs: Parameters<KernelConfig['kernelFunc']>[0]['inputs']; attrs?: NamedAttrMap; backend: CountingBackend };

function register(kernelName: string, kernelFunc: (call: Call) => TensorInfo | TensorInfo[]): void {
  tf.registerKernel({ kernelName, backendName: NAME, kernelFunc: kernelFunc as KernelConfig['kernelFunc'] });
}

function count(
  kernel: string,
  inputs: Record<string, TensorInfo>,
  output: TensorInfo,
  attrs: NamedAttrMap,
  backend: CountingBackend,
): void {
  const { tally } = backend;
  if (kernel === 'Conv2D') {
    const [kh, kw, depth] = (inputs['filter'] as TensorInfo).shape as [number, number, number];
    tally.multiplyAdds += size(output.shape) * kh * kw * depth;
    tally.activations += size(output.shape);
  } else if (kernel === 'DepthwiseConv2dNative') {
    const [kh, kw] = (inputs['filter'] as TensorInfo).shape as [number, number];
    tally.multiplyAdds += size(output.shape) * kh * kw;
    tally.activations += size(output.shape);
  } else if (kernel === 'Conv2DBackpropInput') {
    const [kh, kw, depth] = (inputs['filter'] as TensorInfo).shape as [number, number, number];
    tally.multiplyAdds += size((inputs['dy'] as TensorInfo).shape) * kh * kw * depth;
    tally.activations += size(output.shape);
  } else if (kernel === 'BatchMatMul' && !backend.isConstant(inputs['a'] as TensorInfo)) {
    const a = (inputs['a'] as TensorInfo).shape;
    tally.multiplyAdds += size(output.shape) * (a.at(attrs['transposeA'] ? -2 : -1) as number);
  }
}

function viewShape(kernel: string, shape: number[], { shape: target, dim }: NamedAttrMap): number[] {
  if (kernel === 'Reshape') return tf.util.inferFromImplicitShape(target as number[], size(shape));
  if (kernel !== 'ExpandDims') return shape;
  const at = (dim as number) < 0 ? shape.length + 1 + (dim as number) : (dim as number);
  return [...shape.slice(0, at), 1, ...shape.slice(at)];
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
