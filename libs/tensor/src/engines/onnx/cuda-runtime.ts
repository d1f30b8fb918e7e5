import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../user-error';
import { koffi } from '../../xla/pjrt/native';
import { cacheFolder } from '../cache-folder';

const requireHere = createRequire(__filename);

export const RUNTIME_PACKAGES = ['onnxruntime-node', 'onnxruntime-common'] as const;

/** What onnxruntime opens for CUDA, beside its own library. */
export const PROVIDER_FILES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'] as const;

/** CUDA's libraries in an order in which each finds those that it needs: they ask for them by name, and not where they lie. */
const CUDA_LIBRARIES = ['cudart', 'nvrtc', 'cublasLt', 'cublas', 'curand', 'nvJitLink', 'cufft', 'cudnn'] as const;

/** Where `distillery setup onnx:cuda` puts onnxruntime-node with the CUDA provider, and CUDA's libraries. */
export function cudaRuntimeFolder(): string {
  return join(cacheFolder(), 'onnx-cuda');
}

/** The folder of a package of onnxruntime below the one where `distillery setup onnx:cuda` works. */
export function runtimeCopy(root: string, name: (typeof RUNTIME_PACKAGES)[number] = 'onnxruntime-node'): string {
  return join(root, 'node_modules', name);
}

/** The folder within onnxruntime-node where its native files are. */
export function nativeFolder(copy: string): string {
  return join(copy, 'bin', 'napi-v6', process.platform, process.arch);
}

export interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
}

/** A package as npm installed it, for those who resolve it from `from`. Throws where it is missing. */
export function installedPackage(name: string, from: NodeJS.Require = requireHere): InstalledPackage {
  // Not every package lets its manifest be asked for by name.
  for (let folder = dirname(from.resolve(name)); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path) && manifest(path).name === name) return { folder, version: manifest(path).version };
    if (folder === dirname(folder)) throw new Error(`${name} has no manifest`);
  }
}

function manifest(path: string): { readonly name?: string; readonly version: string } {
  return JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version: string };
}

/** Why onnxruntime has no CUDA provider here; null if it has. */
export function cudaRuntimeProblem(): string | null {
  const copy = runtimeCopy(cudaRuntimeFolder());
  if (PROVIDER_FILES.some((name) => !existsSync(join(nativeFolder(copy), name)))) return "onnxruntime's CUDA libraries are not here";
  const { version } = installedPackage('onnxruntime-node');
  const copied = manifest(join(copy, 'package.json')).version;
  return copied === version ? null : `the CUDA libraries here are for onnxruntime ${copied}, installed is ${version}`;
}

/** What to load onnxruntime from: a process can hold one only, so that with CUDA's, if it is here, serves the processor too. */
export function runtimeModule(): string {
  return cudaRuntimeProblem() === null ? runtimeCopy(cudaRuntimeFolder()) : 'onnxruntime-node';
}

/** Throws UserError, saying how to get them, if onnxruntime's CUDA libraries are not here. */
export function requireCudaRuntime(): void {
  const problem = cudaRuntimeProblem();
  if (problem !== null) throw new UserError(`engine 'onnx:cuda': ${problem}; run: distillery setup onnx:cuda`);
}

/** The files of CUDA's libraries, in an order in which they can be loaded. */
export function cudaLibraries(root = cudaRuntimeFolder()): string[] {
  const nvidia = join(root, 'nvidia');
  const folders = existsSync(nvidia) ? readdirSync(nvidia).map((name) => join(nvidia, name, 'lib')) : [];
  const files = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return CUDA_LIBRARIES.flatMap((name) => files.filter((file) => file.includes(`/lib${name}.so.`)).slice(0, 1));
}

/** Loads CUDA's libraries, so that onnxruntime finds them. Throws UserError if one cannot be loaded. */
export function loadCudaLibraries(): void {
  // Without: TensorFloat-32 on cards that have it.
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  for (const path of cudaLibraries()) {
    try {
      koffi().load(path, { global: true });
    } catch (error) {
      throw new UserError(`engine 'onnx:cuda': ${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
