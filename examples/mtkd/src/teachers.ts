import { defineMethod, l1Loss, objectiveMethod, slot, type Batch, type Deployed, type MethodParts, type State } from '@distillery/distill';
import type { Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';

/** `teacher-1`, `teacher-2`, ...: the role of a teacher, and the slot of its parameters in every state here. */
export const teacherSlot = (index: number): string => `teacher-${index + 1}`;

/**
 * The teachers, trained side by side on the same batches, each on its own L = mean |T_k(LR) - HR| with Adam: the authors take published networks. State: for each teacher its
 * parameters, and its Adam.
 */
export const mtkdTeachers = defineMethod({
  id: 'mtkd-teachers',
  title: 'Several teachers, each trained alone',
  source: 'ours: the authors take published networks',
  method({ teachers }: { readonly teachers: readonly Model[] }) {
    const each = teachers.map((network) =>
      objectiveMethod({
        network,
        role: 'teacher',
        terms: ({ output }, _, { hr }) => ({ reconstruction: { weight: 1, value: l1Loss(output, hr) } }),
      }),
    );
    const own = (k: number): string => `${teacherSlot(k)}.`;
    return {
      init: (rng) => Object.assign({}, ...each.map((method, k) => prefixed(method.init(rng.split(teacherSlot(k))), own(k)))) as State,
      step(state, batch) {
        const steps = each.map((method, k) => stepOf(method, state, batch, own(k)));
        return {
          state: Object.assign({}, ...steps.map((step, k) => prefixed(step.state, own(k)))) as State,
          losses: Object.fromEntries(steps.map(({ losses }, k) => [teacherSlot(k), losses.total as NonNullable<typeof losses.total>])),
        };
      },
      deploy: (state) =>
        Object.fromEntries(
          teachers.map((model, k): [string, Deployed] => [teacherSlot(k), { model, params: slot(state, `${own(k)}network`) }]),
        ),
    };
  },
});

function stepOf(method: MethodParts, state: State, batch: Batch, prefix: string) {
  const own = Object.entries(state).filter(([name]) => name.startsWith(prefix));
  return method.step(Object.fromEntries(own.map(([name, params]) => [name.slice(prefix.length), params])), batch);
}

function prefixed(state: State, prefix: string): State {
  return Object.fromEntries(Object.entries(state).map(([name, params]) => [`${prefix}${name}`, params]));
}

/** The teachers' parameters in a state of `mtkdTeachers` or `mtkdAggregation`; undefined without a state, where a method is made only to deploy. */
export function teacherParams(state: Readonly<Record<string, Params>> | null, count: number): readonly (Params | undefined)[] {
  return Array.from({ length: count }, (_, k) => state?.[teacherSlot(k)] ?? state?.[`${teacherSlot(k)}.network`]);
}
