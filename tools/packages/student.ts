import { loadPairs, openDataset, patchSampler, type TrainingPair } from '@distillery/data';
import { initialState, l1Loss, objectiveMethod, teacherPass, train, type Deployed, type Method } from '@distillery/distill';
import { PROTOCOLS, score } from '@distillery/metrics';
import { conv, convParams, defineModel, layers, upscale, type Model } from '@distillery/models';
import { seedRng, useEngine, type EngineName } from '@distillery/tensor';
import { depthToSpace, relu, tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';

// A network of one's own, of two convolutions, learns from images and from a wider one.
const mine = (width: number): Model =>
  defineModel({
    ...({ name: 'mine', config: { width }, scale: 2, channels: 3, halo: 2 } as const),
    parameters: layers(convParams('head', { kernel: 3, in: 3, out: width }), convParams('tail', { kernel: 3, in: width, out: 12 })),
    forward: (params, x) => depthToSpace(conv(params, 'tail', relu(conv(params, 'head', x))), 2, 'NHWC'),
  });

async function fit(method: Method, steps: number): Promise<Deployed> {
  const patches = patchSampler(
    await loadPairs(await openDataset('procedural', null), 2),
    { patch: 48, scale: 2, batch: 8, channels: 3 },
    seedRng(1),
  );
  const nextBatch = () => {
    const { lr, lrShape, hr, hrShape } = patches.next();
    return { lr: tensor4d(lr, lrShape), hr: tensor4d(hr, hrShape) };
  };
  const schedule = { steps, learningRate: 3e-3, decay: 1, decayEvery: steps };
  const state = await train({ method, state: initialState(method, seedRng(2)), nextBatch, schedule, startStep: 0, checkpointEvery: 0 });
  return method.deploy(state).student as Deployed;
}

void (async () => {
  await useEngine(process.argv[2] as EngineName);
  const truth = (output: Tensor4D, hr: Tensor4D) => ({ weight: 1, value: l1Loss(output, hr) });
  const teacher = await fit(objectiveMethod({ network: mine(32), terms: ({ output }, _, { hr }) => ({ truth: truth(output, hr) }) }), 200);
  const student = await fit(
    objectiveMethod({
      network: mine(8),
      targets: ({ lr }) => teacherPass(teacher, lr),
      terms: ({ output }, soft, { hr }) => ({ truth: truth(output, hr), teacher: { weight: 0.1, value: l1Loss(output, soft.output) } }),
    }),
    300,
  );
  const [{ lr, hr }] = (await loadPairs(await openDataset('procedural-test', null), 2)) as [TrainingPair];
  console.log(JSON.stringify(score(await upscale(student.model, student.params, lr), hr, PROTOCOLS['y-border-scale'], 2)));
})();
