import { plain } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng, uniformTensor, useEngine } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import type { StepWorkload } from './workloads';

/** What a step worker is told on its command line, as JSON. */
export interface StepWorkerSetup {
  readonly workload: StepWorkload;
  readonly engine: string;
  readonly kernels: 'own' | 'stock';
}

/** A child process: sends `ready` after a warm-up step, then the seconds of one step for every message it gets. */
async function main({ workload, engine, kernels }: StepWorkerSetup): Promise<void> {
  await useEngine(engine, { kernels });
  const { teacher, batch, side } = workload;
  const method = plain({ model: edsr(teacher), role: 'teacher' });
  const rng = seedRng(0);
  let state = method.init(rng);
  const draw = (pixels: number) => uniformTensor(rng, [batch, pixels, pixels, 3], 0, 1) as tf.Tensor4D;
  const data = { lr: draw(side), hr: draw(side * teacher.scale), learningRate: tf.scalar(1e-4) };

  const step = (): number => {
    const begun = performance.now();
    const next = tf.tidy(() => method.step(state, data));
    next.losses.total?.dataSync();
    const seconds = (performance.now() - begun) / 1000;
    tf.dispose([state, next.losses]);
    state = next.state;
    return seconds;
  };

  step();
  process.on('message', () => process.send?.(step()));
  process.send?.('ready');
}

void main(JSON.parse(process.argv[2] as string) as StepWorkerSetup);
