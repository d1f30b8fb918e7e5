import { plain, startStepper } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng, uniformTensor, useEngine } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import type { StepSeconds } from './timed-process';
import type { StepWorkload } from './workloads';

/** What a step worker is told on its command line, as JSON. */
export interface StepWorkerSetup {
  readonly workload: StepWorkload;
  readonly engine: string;
  readonly kernels: 'own' | 'stock';
}

/** A child process: sends `ready` after a warm-up step, then what one step took for every message it gets. */
async function main({ workload, engine, kernels }: StepWorkerSetup): Promise<void> {
  await useEngine(engine, { kernels });
  const { teacher, batch, side } = workload;
  const method = plain({ model: edsr(teacher), role: 'teacher' });
  const rng = seedRng(0);
  const draw = (pixels: number) => uniformTensor(rng, [batch, pixels, pixels, 3], 0, 1) as tf.Tensor4D;
  const data = { lr: draw(side), hr: draw(side * teacher.scale), learningRate: tf.scalar(1e-4) };

  const stepper = await startStepper(method, method.init(rng), data);
  const step = async (): Promise<StepSeconds> => {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    await stepper.run(data);
    const { user, system } = process.cpuUsage(used);
    return { clock: (performance.now() - begun) / 1000, processor: (user + system) / 1e6 };
  };

  await step();
  process.on('message', () => void step().then((seconds) => process.send?.(seconds)));
  process.send?.('ready');
}

void main(JSON.parse(process.argv[2] as string) as StepWorkerSetup);
