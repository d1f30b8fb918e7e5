import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { encodeModel } from '../../onnx/run/encode';
import type { Provider } from '../../onnx/run/provider';
import { onnxRuntime } from '../../onnx/run/runtime';
import { UserError } from '../../user-error';
import { cudaCard } from '../cuda';
import { cudaLibraries, requireCudaRuntime, runtimeModule } from './cuda-runtime';

const requireHere = createRequire(__filename);
const PROBE_SECONDS = 30;

const probes = new Map<Provider, Promise<void>>();

/**
 * Makes sure that onnxruntime can run a graph on a provider here. Throws UserError saying what is missing. In a process of its own, because
 * GPU drivers write to the terminal, and a broken one ends the process. Asked once per process.
 */
export function probeProvider(provider: Exclude<Provider, 'cpu'>): Promise<void> {
  const known = probes.get(provider) ?? probe(provider);
  probes.set(provider, known);
  return known;
}

async function probe(provider: Exclude<Provider, 'cpu'>): Promise<void> {
  if (provider === 'cuda') cudaCard('onnx:cuda');
  // In one line, where onnxruntime itself is missing.
  onnxRuntime();
  if (provider === 'cuda') requireCudaRuntime();
  const reason = await runsHere(provider);
  if (reason !== null) throw new UserError(`engine 'onnx:${provider}': ${reason}`);
}

/** Relu of one number. */
const MODEL = () =>
  Buffer.from(
    encodeModel({
      nodes: [{ op: 'Relu', domain: '', inputs: ['x'], outputs: ['y'], attrs: {} }],
      initializers: [],
      inputs: [{ name: 'x', type: 'float32', shape: [1] }],
      outputs: [{ name: 'y', type: 'float32', shape: [1] }],
    }),
  ).toString('base64');

const SCRIPT = `
for (const path of JSON.parse(process.argv[5])) require(process.argv[4]).load(path, { global: true });
const { InferenceSession, Tensor } = require(process.argv[1]);
InferenceSession.create(Buffer.from(process.argv[2], 'base64'), { executionProviders: [process.argv[3]], logSeverityLevel: 4 })
  .then((session) => session.run({ x: new Tensor('float32', [3], [1]) }))
  .then(({ y }) => process.exit(y.data[0] === 3 ? 0 : 3), (error) => { console.error('REASON ' + error.message); process.exit(2); });
`;

/** null, or why it does not. */
function runsHere(provider: Provider): Promise<string | null> {
  return new Promise((resolve) => {
    const libraries = provider === 'cuda' ? cudaLibraries() : [];
    const modules = [runtimeModule(), 'koffi'].map((name) => requireHere.resolve(name)) as [string, string];
    const child = spawn(process.execPath, ['-e', SCRIPT, modules[0], MODEL(), provider, modules[1], JSON.stringify(libraries)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: PROBE_SECONDS * 1000,
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(code === 0 ? null : reasonIn(stderr)));
  });
}

/** The last sentence of onnxruntime's message: what stands before names its source files. */
function reasonIn(stderr: string): string {
  const line = stderr.split('\n').find((candidate) => candidate.startsWith('REASON '));
  if (line === undefined) return 'its driver ended the process';
  return line.replace(/^REASON /, '').replace(/^.* was false\. /, '');
}
