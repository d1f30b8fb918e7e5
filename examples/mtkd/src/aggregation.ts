import { adamSlots, adamStep, defineMethod, l1Loss, slot, teacherPass, type FrozenTeacher, type State } from '@distillery/distill';
import { adamInit, valueAndGrads } from '@distillery/tensor';
import type { DctSwin } from './dct-swin';

/** MTKD's first stage: the aggregation network A on the images of the frozen teachers, L = mean |A(T_1(LR), ..., T_K(LR)) - HR|, Adam. State: `network`, `adam.*`. */
export const mtkdAggregation = defineMethod({
  id: 'mtkd-aggregation',
  title: 'Knowledge aggregation: one image made of the teachers’',
  source: 'Jiang et al., ECCV 2024',
  method({ network, teachers }: { readonly network: DctSwin; readonly teachers: readonly FrozenTeacher[] }) {
    return {
      init(rng) {
        const params = network.init(rng);
        return { network: params, ...adamSlots(adamInit(params)) } satisfies State;
      },
      step(state, { lr, hr, learningRate }) {
        const images = teachers.map((teacher) => teacherPass(teacher, lr).output);
        const { loss, grads } = valueAndGrads(
          (params) => ({ loss: l1Loss(network.apply(params, images), hr), aux: {} }),
          slot(state, 'network'),
        );
        // Images in 0..1 all the way, so that epsilon is PyTorch's.
        return {
          state: adamStep(state, 'network', 'adam', grads, learningRate, { epsilon: 1e-8 }),
          losses: { total: loss },
        };
      },
      /** It needs the teachers' images, so that it is no network that can be given an image. */
      deploy: () => ({}),
    };
  },
});
