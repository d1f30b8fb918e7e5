import { sizeOf, type Data } from '../../compile/graph/value';
import { emptyData, type Described } from '../../compile/tensor-data';

/** Batches of steps that wait to be run as one program: of every array as many as there is room for, end to end. */
export interface GatheredBatches {
  readonly count: number;
  /** Copies a batch. */
  add(batch: readonly Data[]): void;
  /** All of them, once there is no more room. They are the caller's then: they may still be on their way to the device when the next ones come. */
  takeAll(): readonly Data[];
  /** Each by itself. */
  takeOneByOne(): readonly (readonly Data[])[];
}

export function gatheredBatches(arrays: readonly { readonly value: Described }[], room: number): GatheredBatches {
  const sizes = arrays.map(({ value: { shape } }) => sizeOf(shape));
  let stacks: readonly Data[] = [];
  let count = 0;
  const take = (): readonly Data[] => {
    const taken = stacks;
    [stacks, count] = [[], 0];
    return taken;
  };
  return {
    get count() {
      return count;
    },
    add(batch) {
      if (count === 0) stacks = arrays.map(({ value: { type, shape } }) => emptyData({ type, shape: [room, ...shape] }));
      stacks.forEach((stack, k) => stack.set(batch[k] as Data, count * (sizes[k] as number)));
      count++;
    },
    takeAll: take,
    takeOneByOne() {
      const batches = Array.from({ length: count }, (_, i) => i);
      const taken = take();
      return batches.map((i) => taken.map((stack, k) => stack.subarray(i * (sizes[k] as number), (i + 1) * (sizes[k] as number))));
    },
  };
}
