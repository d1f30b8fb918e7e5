import { csd, CSD_CONTRAST_WEIGHT, CSD_LAYER_WEIGHTS, CSD_LAYERS, plain, startStepper, takeStep, type Method } from '@distillery/distill';
import { edsr, edsrWidth, randomVgg19, vgg19Features } from '@distillery/models';
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
  const method = methodOf(workload);
  const rng = seedRng(0);
  const draw = (pixels: number) => uniformTensor(rng, [batch, pixels, pixels, 3], 0, 1) as tf.Tensor4D;
  const data = { lr: draw(side), hr: draw(side * teacher.scale), learningRate: tf.scalar(1e-4) };

  const stepper = await startStepper(method, method.init(rng), data);
  await takeStep(stepper, data);
  answerSteps(async () => void (await takeStep(stepper, data)));
}

function methodOf({ teacher, csd: distilled }: StepWorkload): Method {
  if (!distilled) return plain({ model: edsr(teacher), role: 'teacher' });
  const vgg19 = randomVgg19(0);
  return csd({
    teacher: edsr(teacher),
    student: edsr(edsrWidth(teacher, distilled.width)),
    teacherWeight: 1,
    contrast: {
      weight: CSD_CONTRAST_WEIGHT,
      positive: 'teacher',
      negatives: distilled.negatives,
      denominator: 'sum',
      features(image) {
        const maps = vgg19Features(vgg19, image, CSD_LAYERS, 'raw');
        return CSD_LAYERS.map((layer) => maps[layer] as tf.Tensor4D);
      },
      layerWeights: CSD_LAYER_WEIGHTS,
    },
  });
}

void main(JSON.parse(process.argv[2] as string) as StepWorkerSetup);
