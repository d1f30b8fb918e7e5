import type { Losses, PreparedStep } from '../../compile/compiler';
import { stateLayout, storedData, storedTensors } from '../../compile/state-layout';
import type { StepProgram } from '../../compile/step-program';
import { dataOf, emptyData, type Described } from '../../compile/tensor-data';
import { lower, type Argument } from '../lower/lower';
import type { Device } from './device';
import { keepLosses, KEPT_LOSSES, NEXT_ROW } from './keep-losses';
import { withinMemory } from './out-of-memory';

/** Steps between two looks at the losses. */
const AHEAD = 50;

/** Constants of as many elements are given to a step as arguments: written out they would make a long text. */
const FED_FROM = 1024;

/** A step whose state stays on the device: outputs take the place of the arrays that they replace. */
export async function preparedStep(device: Device, program: StepProgram): Promise<PreparedStep> {
  const { client } = device;
  const { compiled, given, updates, arrays, stored, losses } = await opened(device, program);
  const runner = compiled.executable.runner(given.length);
  /** Where the program takes what from, by name. */
  const place = new Map(given.map(({ name }, i) => [name, i]));
  /** Everything that stays on the device. */
  const held = new Map<string, bigint>();
  const hold = (name: string, buffer: bigint): void => {
    held.set(name, buffer);
    const i = place.get(name);
    if (i !== undefined) runner.inputs.set(i, buffer);
  };
  for (const { name, value, constant } of given) if (constant) hold(name, client.upload(constant, value.type, value.shape));
  for (const { name, value } of given) {
    if (name === KEPT_LOSSES || name === NEXT_ROW) {
      hold(name, client.upload(emptyData(value), value.type, value.shape));
    }
  }
  const senders = given.flatMap(({ name, value }, i) =>
    name.startsWith('in/1/') ? [{ i, name, value, ...client.sender(value.type, value.shape) }] : [],
  );
  const owner = client.own({
    free() {
      for (const buffer of held.values()) client.free(buffer);
      for (const { free } of senders) free();
      runner.free();
      device.release(compiled);
    },
  });
  let [started, read] = [0, 0];

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
    async start(batch) {
      if (started - read >= AHEAD) throw new Error(`more than ${AHEAD} steps without a look at their losses`);
      const data = senders.map(({ name, value }) => dataOf(name, value, batch.get(name)));
      const sent = senders.map(({ i, send }, k) => {
        const buffer = send(data[k] as Float32Array);
        runner.inputs.set(i, buffer);
        return buffer;
      });
      await withinMemory(senders, () => device.start(runner));
      started++;
      for (const buffer of sent) client.free(buffer);
      updates.forEach((name, i) => {
        client.free(held.get(name) as bigint);
        hold(name, runner.outputs.get(i));
      });
    },
    async losses() {
      if (started === read) return [];
      const kept =
        losses.length > 0
          ? await withinMemory(senders, () => client.download(held.get(KEPT_LOSSES) as bigint, new Float32Array(AHEAD * losses.length)))
          : [];
      const found = Array.from({ length: started - read }, (_, i): Losses => {
        const row = ((read + i) % AHEAD) * losses.length;
        return Object.fromEntries(losses.map((name, k) => [name, kept[row + k] as number]));
      });
      read = started;
      return found;
    },
    async state() {
      const read = new Map<string, Float32Array>();
      for (const { name, value } of stored) {
        read.set(name, (await client.download(held.get(name) as bigint, emptyData(value))) as Float32Array);
      }
      return storedTensors(arrays, read);
    },
    release() {
      client.disown(owner);
      owner.free();
      return Promise.resolve();
    },
  };
}

/** The compiled step and what it is to be given; nothing of how it came about. */
async function opened(device: Device, program: StepProgram) {
  const layout = stateLayout(program, device.traits.packs);
  const kept = keepLosses(
    program.builder,
    layout.losses.map(({ value }) => value),
    AHEAD,
  );
  const updates = [...layout.updates, ...kept.updates];
  const { text, arguments: given } = lower(
    [...layout.inputs, ...kept.inputs, ...program.batch],
    updates.map(({ name, value }) => ({ name: `next/${name}`, value })),
    {
      precision: device.precision,
      fedFrom: FED_FROM,
      replaces: new Map(updates.map(({ name }) => [`next/${name}`, name])),
    },
  );
  return {
    compiled: await withinMemory(program.batch, () => device.program(text)),
    given: given.map(described),
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
