import { bytesAt, callVoid, PointerList } from './native';
import type { PjrtPlugin } from './plugin';
import { Struct } from './struct';

/** Bytes that a program needs on the device. */
export interface ProgramMemory {
  readonly arguments: number;
  readonly outputs: number;
  /** Of the outputs, those that take the place of arguments. */
  readonly aliased: number;
  readonly temporary: number;
}

/** A program that a plugin has compiled. */
export class Executable {
  private readonly compiled: bigint;

  constructor(
    private readonly plugin: PjrtPlugin,
    private readonly loaded: bigint,
  ) {
    this.compiled = plugin.call('LoadedExecutable_GetExecutable', { loaded_executable: loaded }, 'executable').executable;
  }

  /** Ready to be run any number of times with so many arguments. */
  runner(inputs: number): Runner {
    const { num_outputs } = this.plugin.call('Executable_NumOutputs', { executable: this.compiled }, 'num_outputs');
    return new Runner(this.plugin, this.loaded, inputs, Number(num_outputs));
  }

  memory(): ProgramMemory {
    const stats = this.plugin.call(
      'Executable_GetCompiledMemoryStats',
      { executable: this.compiled },
      'argument_size_in_bytes',
      'output_size_in_bytes',
      'alias_size_in_bytes',
      'temp_size_in_bytes',
    );
    return {
      arguments: Number(stats.argument_size_in_bytes),
      outputs: Number(stats.output_size_in_bytes),
      aliased: Number(stats.alias_size_in_bytes),
      temporary: Number(stats.temp_size_in_bytes),
    };
  }

  /** The compiled program in the plugin's own form. Throws PjrtError where it has none. */
  serialize(): Uint8Array {
    const written = this.plugin.call(
      'Executable_Serialize',
      { executable: this.compiled },
      'serialized_bytes',
      'serialized_bytes_size',
      'serialized_executable',
      'serialized_executable_deleter',
    );
    try {
      return bytesAt(written.serialized_bytes, Number(written.serialized_bytes_size));
    } finally {
      callVoid(written.serialized_executable_deleter, written.serialized_executable);
    }
  }

  free(): void {
    this.plugin.call('Executable_Destroy', { executable: this.compiled });
    this.plugin.call('LoadedExecutable_Destroy', { executable: this.loaded });
  }
}

/** A program with room for the handles of its arguments and outputs. */
export class Runner {
  readonly inputs: PointerList;
  readonly outputs: PointerList;
  private readonly lists: readonly PointerList[];
  private readonly options = new Struct('ExecuteOptions');
  private readonly execution;

  constructor(plugin: PjrtPlugin, executable: bigint, inputs: number, outputs: number) {
    this.inputs = new PointerList(inputs);
    this.outputs = new PointerList(outputs);
    // One list of each for every device.
    this.lists = [this.inputs, this.outputs].map((list) => {
      const ofDevices = new PointerList(1);
      ofDevices.set(0, list.address);
      return ofDevices;
    });
    const [inputLists, outputLists] = this.lists as [PointerList, PointerList];
    this.execution = plugin.prepare('LoadedExecutable_Execute', {
      executable,
      options: this.options.address,
      argument_lists: inputLists.address,
      num_devices: 1,
      num_args: inputs,
      output_lists: outputLists.address,
    });
  }

  /** Starts the program on `inputs`; new handles are in `outputs` at once, their contents when it has run. Throws PjrtError. */
  start(): void {
    this.execution.call();
  }

  /** The same, off the event loop: where the device is the CPU itself, starting is running. */
  startAsync(): Promise<void> {
    return this.execution.callAsync();
  }

  free(): void {
    this.execution.free();
    for (const part of [this.options, ...this.lists, this.inputs, this.outputs]) part.free();
  }
}
