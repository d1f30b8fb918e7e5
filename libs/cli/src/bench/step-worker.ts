import { startStepper, takeStep } from '@distillery/distill';
import { useEngine } from '@distillery/tensor';
import { answerSteps } from './answer-steps';
import { workloadStep } from './workload-step';
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
  const { method, state, batch: data } = workloadStep(workload);
  const stepper = await startStepper(method, state, data);
  await takeStep(stepper, data);
  answerSteps(async () => void (await takeStep(stepper, data)));
}

void main(JSON.parse(process.argv[2] as string) as StepWorkerSetup);
