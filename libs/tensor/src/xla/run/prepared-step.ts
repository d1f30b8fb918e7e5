import type { Losses, PreparedStep } from '../../compile/compiler';
import type { Data } from '../../compile/graph/value';
import { stateLayout, storedData, storedTensors } from '../../compile/state-layout';
import type { StepProgram } from '../../compile/step-program';
import { dataOf, emptyData, type Described } from '../../compile/tensor-data';
import { lower, type Argument, type LowerOptions } from '../lower/lower';
import { gatheredBatches } from './gathered-batches';
import type { Device, Program } from './device';
import { keepLosses, KEPT_LOSSES, NEXT_ROW } from './keep-losses';
import { withinMemory } from './out-of-memory';
import { stepsTogether } from './steps-together';

/** Steps between two looks at the losses. */
const AHEAD = 50;

/** Constants of as many elements are given to a step as arguments: written out they would make a long text. */
const FED_FROM = 1024;

/**
 * A step whose state stays on the device: outputs take the place of the arrays that they replace. Of a small step several are run as one program: a step that is
 * started waits until there are enough, or until somebody asks for its losses or the state.
 */
export async function preparedStep(device: Device, program: StepProgram): Promise<PreparedStep> {
  const { client } = device;
  const { programs, given, updates, arrays, stored, losses } = await opened(device, program);
  const batch = given.flatMap(({ name, value }, i) => (name.startsWith('in/1/') ? [{ i, name, value }] : []));
  const executions = programs.map(({ steps, compiled }) => ({
    steps,
    compiled,
    runner: compiled.executable.runner(given.length),
    senders: batch.map(({ value: { type, shape } }) => client.sender(type, steps === 1 ? shape : [steps, ...shape])),
  }));
  type Execution = (typeof executions)[number];
  const [single] = executions as [Execution];
  const largest = executions.at(-1) as Execution;
  const gathered = gatheredBatches(batch, largest.steps);
  /** Where the programs take what from, by name. */
  const place = new Map(given.map(({ name }, i) => [name, i]));
  /** Everything that stays on the device. */
  const held = new Map<string, bigint>();
  const hold = (name: string, buffer: bigint): void => {
    held.set(name, buffer);
    const i = place.get(name);
    if (i !== undefined) for (const { runner } of executions) runner.inputs.set(i, buffer);
  };
  for (const { name, value, constant } of given) if (constant) hold(name, client.upload(constant, value.type, value.shape));
  for (const { name, value } of given) {
    if (name === KEPT_LOSSES || name === NEXT_ROW) hold(name, client.upload(emptyData(value), value.type, value.shape));
  }
  const owner = client.own({
    free() {
      for (const buffer of held.values()) client.free(buffer);
      for (const { senders, runner, compiled } of executions) {
        for (const { free } of senders) free();
        runner.free();
        device.release(compiled);
      }
    },
  });
  let [begun, read] = [0, 0];

  const run = async ({ steps, runner, senders }: Execution, data: readonly Data[]): Promise<void> => {
    const sent = senders.map(({ send }, k) => {
      const buffer = send(data[k] as Data);
      runner.inputs.set((batch[k] as { i: number }).i, buffer);
      return buffer;
    });
    await withinMemory(batch, () => device.start(runner));
    begun += steps;
    for (const buffer of sent) client.free(buffer);
    updates.forEach((name, i) => {
      client.free(held.get(name) as bigint);
      hold(name, runner.outputs.get(i));
    });
  };
  const runGathered = async (): Promise<void> => {
    for (const data of gathered.takeOneByOne()) await run(single, data);
  };

  return {
    ahead: AHEAD,
    fill(tensors) {
      for (const vector of stored) {
        const before = held.get(vector.name);
        hold(vector.name, client.upload(storedData(vector, tensors), vector.value.type, vector.value.shape));
        if (before !== undefined) client.free(before);
      }
      return Promise.resolve();
    },
    async start(tensors) {
      if (begun + gathered.count - read >= AHEAD) throw new Error(`more than ${AHEAD} steps without a look at their losses`);
      const data = batch.map(({ name, value }) => dataOf(name, value, tensors.get(name)));
      if (largest === single) return run(single, data);
      gathered.add(data);
      if (gathered.count === largest.steps) await run(largest, gathered.takeAll());
    },
    async losses(which) {
      if (which === 'all') await runGathered();
      if (begun === read) return [];
      const kept =
        losses.length > 0
          ? await withinMemory(batch, () => client.download(held.get(KEPT_LOSSES) as bigint, new Float32Array(AHEAD * losses.length)))
          : [];
      const found = Array.from({ length: begun - read }, (_, i): Losses => {
        const row = ((read + i) % AHEAD) * losses.length;
        return Object.fromEntries(losses.map((name, k) => [name, kept[row + k] as number]));
      });
      read = begun;
      return found;
    },
    async state() {
      await runGathered();
      const contents = new Map<string, Float32Array>();
      for (const { name, value } of stored) {
        contents.set(name, (await client.download(held.get(name) as bigint, emptyData(value))) as Float32Array);
      }
      return storedTensors(arrays, contents);
    },
    release() {
      client.disown(owner);
      owner.free();
      return Promise.resolve();
    },
  };
}

/** The compiled programs, that of a single step first, and what they are to be given; nothing of how they came about. */
async function opened(device: Device, program: StepProgram) {
  const layout = stateLayout(program, device.traits.packs);
  const kept = keepLosses(
    program.builder,
    layout.losses.map(({ value }) => value),
    AHEAD,
  );
  const updates = [...layout.updates, ...kept.updates];
  const lowered = (several: Pick<LowerOptions, 'several'>) =>
    lower(
      [...layout.inputs, ...kept.inputs, ...program.batch],
      updates.map(({ name, value }) => ({ name: `next/${name}`, value })),
      {
        precision: device.precision,
        fedFrom: FED_FROM,
        replaces: new Map(updates.map(({ name }) => [`next/${name}`, name])),
        ...several,
      },
    );
  const single = lowered({});
  const programs: { readonly steps: number; readonly compiled: Program }[] = [];
  const compile = async (steps: number, text: string): Promise<void> =>
    void programs.push({ steps, compiled: await withinMemory(program.batch, () => device.program(text)) });
  await compile(1, single.text);
  const { together } = device.traits;
  const outputs = updates.map(({ value }) => value);
  // A step without losses has no counter.
  const steps = program.losses.length > 0 ? stepsTogether(outputs, together, AHEAD) : 1;
  const stacked = new Set(program.batch.map(({ name }) => name));
  if (steps > 1) await compile(steps, lowered({ several: { steps, stacked, between: together.between } }).text);
  return {
    programs,
    given: single.arguments.map(described),
    updates: updates.map(({ name }) => name),
    arrays: layout.arrays,
    stored: layout.stored,
    losses: program.losses.map(({ name }) => name),
  };
}

function described({ name, value: { type, shape, source } }: Argument) {
  const value: Described = { type, shape };
  return { name, value, constant: source.kind === 'constant' ? source.data : null };
}
