import { env, getBackend } from '@tensorflow/tfjs-core';
import type { Compiler } from './compile/compiler';
import type { EngineDriver, KernelSet } from './engines/driver';
import { onnx, onnxCuda, onnxWebgpu } from './engines/onnx/driver';
import { tensorflow } from './engines/tensorflow';
import { wasm } from './engines/wasm/driver';
import { xlaCpu, xlaCuda, xlaRocm } from './engines/xla/driver';
import { registerGradients } from './gradients';
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

/** Who runs the maths. Every number carries both fields. */
export interface Engine {
  readonly name: EngineName;
  /** Version of the package that runs the maths. */
  readonly version: string;
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
export async function useEngine(name: string, options: { readonly kernels?: KernelSet } = {}): Promise<Engine> {
  if (!isEngineName(name)) throw new UserError(`engine '${name}': unknown, expected one of ${ENGINES.join(', ')}`);
  const driver: EngineDriver = DRIVERS[name];
  const version = driver.version();
  // disableDeprecationWarnings() would itself print.
  env().set('DEPRECATION_WARNINGS_ENABLED', false);
  registerGradients();
  await driver.start(options.kernels ?? 'own');
  if (getBackend() !== driver.backend) {
    throw new UserError(`engine '${name}': its backend did not start here, tfjs fell back to '${getBackend()}'`);
  }
  active = { name, version };
  return active;
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
  /** The version, or what is missing. */
  readonly detail: string;
}

/** Which engines can be used here. Selects nothing. */
export async function engineStatus(): Promise<EngineStatus[]> {
  return Promise.all(
    ENGINES.map(async (name) => {
      const driver: EngineDriver = DRIVERS[name];
      try {
        const detail = driver.version();
        await driver.probe?.();
        return { name, available: true, detail };
      } catch (error) {
        return { name, available: false, detail: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}
