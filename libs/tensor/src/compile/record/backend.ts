import {
  engine,
  getKernelsForBackend,
  KernelBackend,
  registerBackend,
  registerKernel,
  type BackendValues,
  type DataType,
  type NamedAttrMap,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Builder } from '../graph/builder';
import { isConstant, type Data, type ElementType, type Value } from '../graph/value';
import { UnsupportedOperation } from '../unsupported';
import type { KernelRecorder, KernelRecorders } from './call';
import { CONVOLUTIONS } from './convolutions';
import { ELEMENTWISE } from './elementwise';
import { foldKernel, type HostTensor } from './fold';
import { MATRICES } from './matrices';
import { REDUCTIONS } from './reductions';
import { RESIZING } from './resizing';
import { SHAPING } from './shaping';

export const RECORDING_BACKEND = 'distillery-recording';

/** What can be recorded, by tfjs' names of kernels. */
export const RECORDERS: KernelRecorders = { ...ELEMENTWISE, ...REDUCTIONS, ...SHAPING, ...RESIZING, ...MATRICES, ...CONVOLUTIONS };

type DataId = TensorInfo['dataId'];

/** A tfjs backend that computes nothing: it writes down which kernel was called on what. */
export class RecordingBackend extends KernelBackend {
  private readonly values = new Map<DataId, Value>();
  private builder: Builder | null = null;

  /** Recording into `builder` while `run` runs. Values of earlier recordings are forgotten. */
  recordInto<T>(builder: Builder, run: () => T): T {
    this.builder = builder;
    try {
      return run();
    } finally {
      this.builder = null;
      this.values.clear();
    }
  }

  /** A tfjs tensor that stands for `value`. */
  tensorOf(value: Value): Tensor {
    return engine().makeTensorFromTensorInfo(this.info(value), this);
  }

  /** The value a tensor stands for. A tensor that lives on another backend is a constant of the recording. */
  valueFor({ dataId, shape, dtype }: TensorInfo): Value {
    const known = this.values.get(dataId);
    if (known) return known;
    const constant = this.recording().constant(engine().readSync(dataId) as Data, elementType(dtype), shape);
    this.values.set(dataId, constant);
    return constant;
  }

  recordCall(
    kernelName: string,
    recorder: KernelRecorder | undefined,
    inputs: Record<string, TensorInfo>,
    attrs: NamedAttrMap,
  ): TensorInfo | TensorInfo[] {
    const builder = this.recording();
    const present = Object.entries(inputs).filter(([, info]) => (info as TensorInfo | undefined) !== undefined);
    const values = Object.fromEntries(present.map(([name, info]) => [name, this.valueFor(info)]));
    const folded = Object.values(values).every(isConstant)
      ? foldKernel(kernelName, hostTensors(values), Array.isArray(inputs), attrs)
      : null;
    // One result is handed to tfjs as such, not as a list of one.
    if (folded) return mapResult(folded, ({ data, dtype, shape }) => this.info(builder.constant(data, elementType(dtype), shape)));
    if (!recorder) throw new UnsupportedOperation(`operation ${kernelName} cannot be compiled`);
    try {
      return mapResult(recorder({ builder, inputs: values, attrs }), (value) => this.info(value));
    } catch (error) {
      throw new UnsupportedOperation(`operation ${kernelName}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    return this.info(this.recording().constant(values as Data, elementType(dtype), shape)).dataId;
  }

  override readSync(dataId: DataId): BackendValues {
    const value = this.values.get(dataId);
    if (value && isConstant(value)) return value.source.data;
    const op = value?.source.kind === 'node' ? `the result of ${value.source.op}` : 'an input';
    throw new UnsupportedOperation(`the step reads ${op} while it is recorded: a compiled step must not look at its tensors' values`);
  }

  override read(dataId: DataId): Promise<BackendValues> {
    return Promise.resolve().then(() => this.readSync(dataId));
  }

  override disposeData(dataId: DataId): boolean {
    return this.values.delete(dataId);
  }

  override numDataIds(): number {
    return this.values.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.values.clear();
  }

  private info(value: Value): TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.type };
  }

  private recording(): Builder {
    if (!this.builder) throw new Error('the recording backend is used outside a recording');
    return this.builder;
  }
}

function mapResult<T, U>(result: T | T[], f: (item: T) => U): U | U[] {
  return Array.isArray(result) ? result.map(f) : f(result);
}

function elementType(dtype: string): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new UnsupportedOperation(`tensors of type ${dtype} cannot be compiled`);
}

function hostTensors(values: Readonly<Record<string, Value>>): Record<string, HostTensor> {
  const constants = Object.entries(values).map(([name, value]) => {
    if (!isConstant(value)) throw new Error(`${name} is not constant`);
    return [name, { shape: value.shape, dtype: value.type, data: value.source.data }] as const;
  });
  return Object.fromEntries(constants);
}

/** The recording backend, registered with tfjs on first use: every kernel that tfjs has is either recorded or refused by name. */
export function recordingBackend(): RecordingBackend {
  const existing = engine().findBackend(RECORDING_BACKEND) as RecordingBackend | null;
  if (existing) return existing;
  registerBackend(RECORDING_BACKEND, () => new RecordingBackend(), 0);
  const names = new Set([...Object.keys(RECORDERS), ...getKernelsForBackend('cpu').map(({ kernelName }) => kernelName)]);
  for (const kernelName of names) {
    registerKernel({
      kernelName,
      backendName: RECORDING_BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) =>
        (backend as RecordingBackend).recordCall(kernelName, RECORDERS[kernelName], inputs as Record<string, TensorInfo>, attrs ?? {}),
    });
  }
  return engine().findBackend(RECORDING_BACKEND) as RecordingBackend;
}
