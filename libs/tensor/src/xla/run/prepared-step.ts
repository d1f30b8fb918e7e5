import type { Tensor } from '@tensorflow/tfjs-core';
import type { Losses, PreparedStep } from '../../compile/compiler';
import { sizeOf, type Value } from '../../compile/graph/value';
import type { StepProgram } from '../../compile/step-program';
import { lower, type Argument } from '../lower/lower';
import type { Device } from './device';
import { keepLosses, KEPT_LOSSES } from './keep-losses';
import { dataOf, emptyData, tensorAt } from './tensors';

/** Steps between two looks at the losses. */
const AHEAD = 50;

/** Constants of as many elements are given to a step as arguments: written out they would make a long text. */
const FED_FROM = 1024;

type Described = Pick<Value, 'type' | 'shape'>;

/** A step whose state stays on the device: outputs take the place of the arrays that they replace. */
export async function preparedStep(device: Device, program: StepProgram): Promise<PreparedStep> {
  const { client } = device;
  const { compiled, given, updates, state, losses } = await opened(device, program);
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
    if (!held.has(name) && updates.includes(name) && !name.startsWith('in/0/')) {
      hold(name, client.upload(emptyData(value.type, sizeOf(value.shape)), value.type, value.shape));
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
      for (const { name, value } of state) {
        const before = held.get(name);
        hold(name, client.upload(dataOf(name, value, tensors.get(name)), value.type, value.shape));
        if (before !== undefined) client.free(before);
      }
    },
    async start(batch) {
      if (started - read >= AHEAD) throw new Error(`more than ${AHEAD} steps without a look at their losses`);
      const data = senders.map(({ name, value }) => dataOf(name, value, batch.get(name)));
      const sent = senders.map(({ i, send }, k) => {
        const buffer = send(data[k] as Float32Array);
        runner.inputs.set(i, buffer);
        return buffer;
      });
      await device.start(runner);
      started++;
      for (const buffer of sent) client.free(buffer);
      updates.forEach((name, i) => {
        client.free(held.get(name) as bigint);
        hold(name, runner.outputs.get(i));
      });
    },
    async losses() {
      if (started === read) return [];
      const kept = losses.length > 0 ? await client.download(held.get(KEPT_LOSSES) as bigint, new Float32Array(AHEAD * losses.length)) : [];
      const found = Array.from({ length: started - read }, (_, i): Losses => {
        const row = ((read + i) % AHEAD) * losses.length;
        return Object.fromEntries(losses.map((name, k) => [name, kept[row + k] as number]));
      });
      read = started;
      return found;
    },
    async state() {
      const tensors = new Map<string, Tensor>();
      for (const { name, value } of state) tensors.set(name, await tensorAt(client, held.get(name) as bigint, value));
      return tensors;
    },
    release() {
      client.disown(owner);
      owner.free();
      return Promise.resolve();
    },
  };
}

/** The compiled step and what it is to be given; nothing of how it came about. */
async function opened(device: Device, { builder, state, batch, updates, losses }: StepProgram) {
  const kept = keepLosses(
    builder,
    losses.map(({ value }) => value),
    AHEAD,
  );
  const outputs = [...updates, ...kept.updates].map(({ name, value }) => ({ name: `next/${name}`, value }));
  const replaces = new Map([...updates, ...kept.updates].map(({ name }) => [`next/${name}`, name]));
  const options = { precision: device.precision, fedFrom: FED_FROM, replaces };
  const { text, arguments: given } = lower([...state, ...kept.inputs, ...batch], outputs, options);
  return {
    compiled: await device.program(text),
    given: given.map(described),
    updates: [...updates, ...kept.updates].map(({ name }) => name),
    state: state.map(described),
    losses: losses.map(({ name }) => name),
  };
}

function described({ name, value: { type, shape, source } }: Argument) {
  const value: Described = { type, shape };
  return { name, value, constant: source.kind === 'constant' ? source.data : null };
}
