import type { Tensor } from '@tensorflow/tfjs-core';
import type { PreparedFunction } from '../../compile/compiler';
import type { NamedValue } from '../../compile/record/record';
import { dataOf } from '../../compile/tensor-data';
import { lower } from '../lower/lower';
import type { Device } from './device';
import { withinMemory } from './out-of-memory';
import { tensorAt } from './tensors';

/** Constants of as many elements are given to a function as arguments: networks of one shape then share one program. */
const FED_FROM = 2;

export async function preparedFunction(
  device: Device,
  inputs: readonly NamedValue[],
  outputs: readonly NamedValue[],
): Promise<PreparedFunction> {
  const { client } = device;
  // A network trained in bfloat16 is scored as others are.
  const precision = device.precision === 'bf16' ? 'float32' : device.precision;
  const { text, arguments: given } = lower(inputs, outputs, { precision, fedFrom: FED_FROM });
  const program = await withinMemory(inputs, () => device.program(text));
  const runner = program.executable.runner(given.length);
  const described = outputs.map(({ name, value: { type, shape } }) => ({ name, value: { type, shape } }));
  const fed: bigint[] = [];
  const senders = given.flatMap(({ name, value: { type, shape, source } }, i) => {
    if (source.kind === 'constant') {
      const buffer = client.upload(source.data, type, shape);
      runner.inputs.set(i, buffer);
      fed.push(buffer);
      return [];
    }
    return [{ i, name, value: { type, shape }, ...client.sender(type, shape) }];
  });
  const owner = client.own({
    free() {
      for (const buffer of fed) client.free(buffer);
      for (const { free } of senders) free();
      runner.free();
      device.release(program);
    },
  });

  /** Runs follow each other: they share the places for arguments and outputs. */
  let last: Promise<unknown> = Promise.resolve();
  const run = async (tensors: ReadonlyMap<string, Tensor>): Promise<ReadonlyMap<string, Tensor>> => {
    const sent = senders.map(({ i, name, value, send }) => {
      const buffer = send(dataOf(name, value, tensors.get(name)));
      runner.inputs.set(i, buffer);
      return buffer;
    });
    await withinMemory(senders, () => device.start(runner));
    for (const buffer of sent) client.free(buffer);
    const results = new Map<string, Tensor>();
    for (const [i, { name, value }] of described.entries()) {
      results.set(name, await withinMemory(senders, () => tensorAt(client, runner.outputs.get(i), value)));
      client.free(runner.outputs.get(i));
    }
    return results;
  };
  return {
    run(tensors) {
      const next = last.then(() => run(tensors));
      last = next.catch(() => undefined);
      return next;
    },
    async release() {
      await last;
      client.disown(owner);
      owner.free();
    },
  };
}
