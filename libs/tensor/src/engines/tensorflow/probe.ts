import { spawn } from 'node:child_process';
import { UserError } from '../../user-error';
import type { Addon } from './addon';
import { tensorflowEnvironment } from './environment';
import type { TensorflowFacts } from './facts';

const PROBE_SECONDS = 60;

const probes = new Map<string, Promise<TensorflowFacts>>();

/**
 * Loads an addon and computes with it. Throws UserError saying what is wrong. In a process of its own, because TensorFlow writes to the terminal, and a broken one
 * ends the process. Asked once per process.
 */
export function probeAddon({ binding }: Addon): Promise<TensorflowFacts> {
  const known = probes.get(binding) ?? probe(binding);
  probes.set(binding, known);
  return known;
}

/** A convolution of ones by ones with TensorFlow's own padding: 4 in the corner, 9 in the middle. */
const SCRIPT = `
try {
  const b = require(process.argv[1]);
  const ones = (shape) => b.createTensor(shape, b.TF_FLOAT, new Float32Array(9).fill(1));
  const attrs = [
    { name: 'T', type: b.TF_ATTR_TYPE, value: b.TF_FLOAT },
    { name: 'strides', type: b.TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: 'padding', type: b.TF_ATTR_STRING, value: 'SAME' },
  ];
  const [y] = b.executeOp('Conv2D', attrs, [ones([1, 3, 3, 1]), ones([3, 3, 1, 1])], 1);
  const values = [...b.tensorDataSync(y.id)];
  if (values[0] !== 4 || values[4] !== 9) throw new Error('it computes ' + values + ' for a convolution that gives 4,6,4,6,9,6,4,6,4');
  console.log('FACTS ' + JSON.stringify({ tensorflow: b.TF_Version, usesCard: b.isUsingGpuDevice() }));
} catch (error) {
  console.log('REASON ' + String(error.message).split('\\n')[0]);
}
`;

function probe(binding: string): Promise<TensorflowFacts> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', SCRIPT, binding], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PROBE_SECONDS * 1000,
      env: { ...process.env, ...tensorflowEnvironment() },
    });
    let output = '';
    const fail = (reason: string): void => reject(new UserError(`engine 'tensorflow': its addon cannot be used: ${reason}`));
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => fail(error.message));
    child.on('close', () => {
      const facts = lineOf(output, 'FACTS ');
      if (facts !== null) return resolve(JSON.parse(facts) as TensorflowFacts);
      fail(lineOf(output, 'REASON ') ?? 'it ended the process');
    });
  });
}

function lineOf(output: string, start: string): string | null {
  const line = output.split('\n').find((candidate) => candidate.startsWith(start));
  return line === undefined ? null : line.slice(start.length);
}
