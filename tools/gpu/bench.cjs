'use strict';
// node bench.cjs ENGINE WORKLOAD STEPS: times one workload's training step; prints a line of JSON. WORKLOAD is an index into workloads.cjs.
// `waiting` is a step whose losses are waited for, `streaming` a step among many that are not.
const path = require('node:path');

require('./variants.cjs');

const root = path.join(__dirname, '..', '..');
const { startStepper, takeStep } = require(path.join(root, 'libs', 'distill'));
const { useEngine } = require(path.join(root, 'libs', 'tensor'));
const { workloadStep } = require(path.join(root, 'libs', 'cli', 'dist', 'bench', 'workload-step.js'));
const { WORKLOADS } = require('./workloads.cjs');

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounded = (number) => Number(number.toFixed(3));

async function main() {
  const [name, index, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
  const engine = await useEngine(name);
  const workload = WORKLOADS[index];
  const { method, state, batch } = workloadStep(workload);
  const begun = performance.now();
  let fallback;
  const stepper = await startStepper(method, state, batch, (reason) => (fallback = reason));
  const compiled = performance.now();
  const first = await takeStep(stepper, batch);
  const waiting = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await takeStep(stepper, batch);
    waiting.push(performance.now() - start);
  }
  const [start, processor] = [performance.now(), process.cpuUsage()];
  let hostMs = 0;
  for (let i = 0; i < count; i += stepper.ahead) {
    const from = performance.now();
    for (let k = 0; k < Math.min(stepper.ahead, count - i); k++) await stepper.start(batch);
    hostMs += performance.now() - from;
    await stepper.losses();
  }
  const streaming = (performance.now() - start) / count;
  const { user, system } = process.cpuUsage(processor);
  const last = await takeStep(stepper, batch);
  const line = {
    workload: workload.name,
    engine: engine.name,
    variants: process.env.VARIANTS,
    version: engine.version,
    compileSeconds: rounded((compiled - begun) / 1000),
    waitingMs: rounded(median(waiting)),
    streamingMs: rounded(streaming),
    hostMs: rounded(hostMs / count),
    processorMs: rounded((user + system) / 1000 / count),
    losses: [first, last],
    ...(fallback && { fallback }),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
}

void main();
