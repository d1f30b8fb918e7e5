import { startStepper } from '@distillery/distill';
import { findPaper, syntheticStep, type Recipe } from '@distillery/lab';
import { useEngine } from '@distillery/tensor';
import { answerSteps } from './answer-steps';

/** What a method worker is told on its command line, as JSON. */
export interface MethodWorkerSetup {
  readonly recipe: Recipe;
  readonly engine: string;
  readonly dataDir: string | null;
}

/** A child process that times steps of a recipe. */
async function main({ recipe, engine, dataDir }: MethodWorkerSetup): Promise<void> {
  await useEngine(engine);
  const { method, state, batch } = await syntheticStep(findPaper(recipe.paper), recipe, engine, dataDir);
  let fallback: string | null = null;
  const begun = performance.now();
  const stepper = await startStepper(method, state, batch, (reason) => (fallback = reason));
  await stepper.run(batch);
  answerSteps(async () => void (await stepper.run(batch)), { firstStepSeconds: (performance.now() - begun) / 1000, fallback });
}

void main(JSON.parse(process.argv[2] as string) as MethodWorkerSetup);
