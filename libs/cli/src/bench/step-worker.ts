import { plain, startStepper } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng, uniformTensor, useEngine } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { answerSteps } from './answer-steps';
import type { StepWorkload } from './workloads';

/** What a step worker is told on its command line, as JSON. */
export interface StepWorkerSetup {
  readonly workload: StepWorkload;
  readonly engine: string;
  readonly kernels: 'own' | 'stock';
}

/** A child process that times steps of a workload. */
async function main({ workload, engine, kernels }: StepWorkerSetup): Promise<void> {
  await useEngine(engine, { kernels });
  const { teacher, batch, side } = workload;
  const method = plain({ model: edsr(teacher), role: 'teacher' });
  const rng = seedRng(0);
  const draw = (pixels: number) => uniformTensor(rng, [batch, pixels, pixels, 3], 0, 1) as tf.Tensor4D;
  const data = { lr: draw(side), hr: draw(side * teacher.scale), learningRate: tf.scalar(1e-4) };

  const stepper = await startStepper(method, method.init(rng), data);
  await stepper.run(data);
  answerSteps(async () => void (await stepper.run(data)));
}

void main(JSON.parse(process.argv[2] as string) as StepWorkerSetup);
