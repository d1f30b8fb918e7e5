import { buildModel, upscale } from '@distillery/models';
import { seedRng, useEngine } from '@distillery/tensor';
import { answerSteps } from './answer-steps';

/** What a model worker is told on its command line, as JSON. */
export interface ModelWorkerSetup {
  readonly model: string;
  readonly scale: number;
  /** Of the LR image, in pixels. */
  readonly side: number;
  readonly engine: string;
}

/** A child process that times a network of the zoo, freshly drawn, on a noise image. */
async function main({ model: name, scale, side, engine }: ModelWorkerSetup): Promise<void> {
  await useEngine(engine);
  const rng = seedRng(0);
  const model = buildModel(name, scale);
  const params = model.init(rng);
  const image = {
    width: side,
    height: side,
    channels: 3 as const,
    data: Uint8Array.from({ length: side * side * 3 }, () => rng.integer(256)),
  };
  const pass = async (): Promise<void> => void (await upscale(model, params, image));
  await pass();
  answerSteps(pass);
}

void main(JSON.parse(process.argv[2] as string) as ModelWorkerSetup);
