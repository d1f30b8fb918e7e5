'use strict';
// node parity.cjs ENGINE WORKLOAD [STEPS]: largest difference of any parameter from engine wasm after so many steps (20), relative to its norm.
// Exits with 1 if it is above 1e-4.
const path = require('node:path');

require('./variants.cjs');

const root = path.join(__dirname, '..', '..');
const { startStepper, takeStep } = require(path.join(root, 'libs', 'distill'));
const { useEngine } = require(path.join(root, 'libs', 'tensor'));
const { workloadStep } = require(path.join(root, 'libs', 'cli', 'dist', 'bench', 'workload-step.js'));
const { WORKLOADS } = require('./workloads.cjs');

const TOLERANCE = 1e-4;

/** Every array of the state by its path, after some steps. */
async function trained(engine, workload, steps) {
  await useEngine(engine);
  const { method, state, batch } = workloadStep(workload);
  const stepper = await startStepper(method, state, batch);
  for (let i = 0; i < steps; i++) await takeStep(stepper, batch);
  return arrays(await stepper.finish());
}

function arrays(tree, prefix = '') {
  if (typeof tree.dataSync === 'function') return [[prefix, Float64Array.from(tree.dataSync())]];
  return Object.entries(tree).flatMap(([key, child]) => (child && typeof child === 'object' ? arrays(child, `${prefix}/${key}`) : []));
}

async function main() {
  const [engine, index, steps] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 20)];
  const reference = new Map(await trained('wasm', WORKLOADS[index], steps));
  let worst = { path: '', difference: 0 };
  for (const [name, values] of await trained(engine, WORKLOADS[index], steps)) {
    if (!name.startsWith('/network')) continue;
    const expected = reference.get(name);
    const norm = (f) => Math.sqrt(expected.reduce((sum, x, i) => sum + f(x, i) ** 2, 0));
    const difference = norm((x, i) => values[i] - x) / (norm((x) => x) || 1);
    if (!(difference <= worst.difference)) worst = { path: name, difference };
  }
  const line = { workload: WORKLOADS[index].name, engine, steps, arrays: reference.size, worst };
  process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(worst.difference <= TOLERANCE ? 0 : 1));
}

void main();
