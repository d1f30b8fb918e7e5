import { startStepper, takeStep } from '@distillery/distill';
import { findPaper, loadPapers, syntheticStep, type PapersModule, type Recipe } from '@distillery/lab';
import { useEngine } from '@distillery/tensor';
import { answerSteps } from './answer-steps';

/** What a method worker is told on its command line, as JSON. */
export interface MethodWorkerSetup {
  readonly recipe: Recipe;
  readonly papersModules: readonly PapersModule[];
  readonly engine: string;
  readonly dataDir: string | null;
}

/** A child process that times steps of a recipe. */
async function main({ recipe, papersModules, engine, dataDir }: MethodWorkerSetup): Promise<void> {
  await useEngine(engine);
  const paper = findPaper(recipe.paper, await loadPapers(papersModules));
  const { method, state, batch } = await syntheticStep(paper, recipe, engine, dataDir);
  let fallback: string | null = null;
  const begun = performance.now();
  const stepper = await startStepper(method, state, batch, (reason) => (fallback = reason));
  await takeStep(stepper, batch);
  answerSteps(async () => void (await takeStep(stepper, batch)), { firstStepSeconds: (performance.now() - begun) / 1000, fallback });
}

void main(JSON.parse(process.argv[2] as string) as MethodWorkerSetup);
