import { env, getBackend } from '@tensorflow/tfjs-core';
import type { Compiler } from './compile/compiler';
import type { EngineDriver, KernelSet } from './engines/driver';
import { onnx, onnxCuda, onnxWebgpu } from './engines/onnx/driver';
import { tensorflow } from './engines/tensorflow/driver';
import { wasm } from './engines/wasm/driver';
import { xlaCpu, xlaCuda, xlaRocm } from './engines/xla/driver';
import { registerGradients } from './gradients';
import type { Precision } from './precision';
import { fixThreads } from './threads';
import { UserError } from './user-error';

const DRIVERS = {
  wasm,
  onnx,
  'onnx:cuda': onnxCuda,
  'onnx:webgpu': onnxWebgpu,
  'xla:cpu': xlaCpu,
  'xla:cuda': xlaCuda,
  'xla:rocm': xlaRocm,
  tensorflow,
} as const satisfies Record<string, EngineDriver>;

export type EngineName = keyof typeof DRIVERS;

/** Who runs the maths. Every number carries all fields. */
export interface Engine {
  readonly name: EngineName;
  /** Versions of the packages that run the maths: the same wherever they are installed. */
  readonly version: string;
  readonly precision: Precision;
  /** The card, or the kind of device; null: the machine's processor. */
  readonly device: string | null;
}

export interface EngineOptions {
  readonly kernels?: KernelSet;
  /** Threads of what is compiled for the CPU, until the next call; see `threadCount`. */
  readonly threads?: number;
}

/** Every engine this library knows, installed or not. */
export const ENGINES = Object.keys(DRIVERS) as readonly EngineName[];

let active: Engine | null = null;

function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(DRIVERS, name);
}

/**
 * Selects the engine that runs all later operations, and makes sure that it really does: tfjs by itself falls back silently.
 * Throws UserError if `name` is unknown (lists the known ones) or the engine is not available here (says why).
 */
export async function useEngine(name: string, { kernels = 'own', threads }: EngineOptions = {}): Promise<Engine> {
  if (!isEngineName(name)) throw new UserError(`engine '${name}': unknown, expected one of ${ENGINES.join(', ')}`);
  const driver: EngineDriver = DRIVERS[name];
  // Before the engine is asked anything: one that must be loaded to tell its version starts its threads then.
  fixThreads(threads);
  const described = describe(driver);
  // disableDeprecationWarnings() would itself print.
  env().set('DEPRECATION_WARNINGS_ENABLED', false);
  registerGradients();
  await driver.start(kernels);
  if (getBackend() !== driver.backend) {
    throw new UserError(`engine '${name}': its backend did not start here, tfjs fell back to '${getBackend()}'`);
  }
  active = { name, ...described };
  return active;
}

function describe(driver: EngineDriver): Omit<Engine, 'name'> {
  return { version: driver.version(), precision: driver.precision?.() ?? 'float32', device: driver.device?.() ?? null };
}

/** The engine selected last. Throws if none was, or if something other than `useEngine` has changed tfjs' backend since. */
export function activeEngine(): Engine {
  if (!active) throw new Error('no engine selected: call useEngine() first');
  const { backend } = DRIVERS[active.name];
  if (getBackend() !== backend) throw new Error(`engine '${active.name}' was selected, but tfjs runs '${getBackend()}'`);
  return active;
}

/** What the active engine compiles with; null if it compiles nothing. */
export function activeCompiler(): Compiler | null {
  const driver: EngineDriver = DRIVERS[activeEngine().name];
  return driver.compiler ?? null;
}

/** The same. Throws Error if the active engine compiles nothing. */
export function compilerInUse(): Compiler {
  const compiler = activeCompiler();
  if (!compiler) throw new Error(`engine '${activeEngine().name}' compiles nothing`);
  return compiler;
}

export interface EngineStatus {
  readonly name: EngineName;
  readonly available: boolean;
  /** Version, device and precision, or what is missing. */
  readonly detail: string;
}

/** Which engines can be used here. Selects nothing. */
export async function engineStatus(): Promise<EngineStatus[]> {
  return Promise.all(
    ENGINES.map(async (name) => {
      const driver: EngineDriver = DRIVERS[name];
      try {
        await driver.probe?.();
        const { version, precision, device } = describe(driver);
        const detail = [version, ...(device === null ? [] : [device]), ...(precision === 'float32' ? [] : [precision])].join(', ');
        return { name, available: true, detail };
      } catch (error) {
        return { name, available: false, detail: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}
