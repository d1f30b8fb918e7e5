import { existsSync } from 'node:fs';
import type { LibraryHandle } from 'koffi' with { 'resolution-mode': 'import' };
import { UserError } from '../../user-error';
import { API_VERSION, FUNCTIONS, STRUCTS } from './layout';
import { koffi, textAt } from './native';
import { codeName, PjrtError } from './pjrt-error';
import { Struct, type FieldOf, type FieldValues } from './struct';

/** A native function; its `async` runs it on another thread. */
type KoffiFunction = ReturnType<LibraryHandle['func']>;

export type FunctionName = keyof typeof FUNCTIONS;
type ArgsOf<F extends FunctionName> = `${F}_Args`;

/** The oldest minor version in which every function is there and behaves as it is used here. */
const OLDEST_MINOR = 40;

/** Functions that return nothing: what a call seems to yield is left over from something else. */
const WITHOUT_RESULT: ReadonlySet<FunctionName> = new Set(['Error_Destroy', 'Error_Message']);

/** A function of a plugin with a struct of its own, to be called many times. */
export interface PreparedCall<F extends FunctionName> {
  readonly args: Struct<ArgsOf<F>>;
  /** Throws PjrtError. */
  call(): void;
  /** Off the event loop: for calls that wait. */
  callAsync(): Promise<void>;
  free(): void;
}

/** A PJRT plugin, loaded: a shared library through which one kind of device is reached. */
export class PjrtPlugin {
  readonly version: { readonly major: number; readonly minor: number };
  private readonly functions = new Map<FunctionName, KoffiFunction>();
  /** Calls that other threads are in. */
  private waiting = 0;

  private constructor(
    readonly path: string,
    private readonly table: DataView,
  ) {
    const [offset] = STRUCTS.Api_Version.fields.major_version;
    // PJRT_Api begins with its size, an extension pointer and its version.
    const version = 16 + offset;
    this.version = { major: table.getInt32(version, true), minor: table.getInt32(version + 4, true) };
  }

  /** Throws UserError if there is no such file, it is no PJRT plugin, or its version cannot be used. */
  static load(path: string): PjrtPlugin {
    if (!existsSync(path)) throw new UserError(`PJRT plugin ${path}: no such file`);
    // glog's warnings and notes would go to the terminal.
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
    const plugin = new PjrtPlugin(path, tableOf(path));
    const { major, minor } = plugin.version;
    const ours = `${API_VERSION.major}.${OLDEST_MINOR} or a later minor version`;
    if (major !== API_VERSION.major) throw new UserError(`PJRT plugin ${path}: has API ${major}.${minor}, expected ${ours}`);
    if (minor < OLDEST_MINOR || plugin.lacks() !== null) {
      throw new UserError(`PJRT plugin ${path}: too old, has API ${major}.${minor}, expected ${ours}`);
    }
    plugin.call('Plugin_Initialize', {});
    return plugin;
  }

  /** Whether another thread is in a call: then nothing may be freed. */
  get isBusy(): boolean {
    return this.waiting > 0;
  }

  /** Calls a function once; returns the fields asked for. Throws PjrtError. */
  call<F extends FunctionName, O extends FieldOf<ArgsOf<F>> = never>(
    name: F,
    values: FieldValues<ArgsOf<F>>,
    ...outputs: readonly O[]
  ): Record<O, bigint> {
    const prepared = this.prepare(name, values);
    try {
      prepared.call();
      return Object.fromEntries(outputs.map((field) => [field, prepared.args.get(field)])) as Record<O, bigint>;
    } finally {
      prepared.free();
    }
  }

  /** The same, off the event loop. */
  async callAsync<F extends FunctionName, O extends FieldOf<ArgsOf<F>> = never>(
    name: F,
    values: FieldValues<ArgsOf<F>>,
    ...outputs: readonly O[]
  ): Promise<Record<O, bigint>> {
    const prepared = this.prepare(name, values);
    try {
      await prepared.callAsync();
      return Object.fromEntries(outputs.map((field) => [field, prepared.args.get(field)])) as Record<O, bigint>;
    } finally {
      prepared.free();
    }
  }

  prepare<F extends FunctionName>(name: F, values?: FieldValues<ArgsOf<F>>): PreparedCall<F> {
    const args = new Struct<ArgsOf<F>>(`${name}_Args`, values);
    const run = this.function(name);
    const check = (error: bigint | null): void => {
      if (error && !WITHOUT_RESULT.has(name)) throw this.errorOf(name, error);
    };
    return {
      args,
      call: () => check(run(args.address) as bigint | null),
      callAsync: () =>
        new Promise((resolve, reject) => {
          this.waiting++;
          run.async(args.address, (failure: unknown, error: bigint | null) => {
            this.waiting--;
            if (failure) reject(failure instanceof Error ? failure : new Error(String(failure)));
            else if (error) reject(this.errorOf(name, error));
            else resolve();
          });
        }),
      free: () => args.free(),
    };
  }

  /** Text that a call yields as an address and a length. */
  text<F extends FunctionName>(name: F, values: FieldValues<ArgsOf<F>>, field: FieldOf<ArgsOf<F>>): string {
    const size = `${field}_size` as FieldOf<ArgsOf<F>>;
    const { [field]: address, [size]: length } = this.call(name, values, field, size) as Record<string, bigint>;
    return textAt(address as bigint, Number(length));
  }

  /** A function that is used here and missing in the plugin; null if there is none. */
  private lacks(): FunctionName | null {
    const names = Object.keys(FUNCTIONS) as FunctionName[];
    return (
      names.find((name) => FUNCTIONS[name] + 8 > this.table.byteLength || this.table.getBigUint64(FUNCTIONS[name], true) === 0n) ?? null
    );
  }

  private function(name: FunctionName): KoffiFunction {
    let found = this.functions.get(name);
    if (!found) {
      found = koffi().decode(this.table.getBigUint64(FUNCTIONS[name], true), prototype()) as KoffiFunction;
      this.functions.set(name, found);
    }
    return found;
  }

  private errorOf(name: FunctionName, error: bigint): PjrtError {
    const message = this.text('Error_Message', { error }, 'message');
    const { code } = this.call('Error_GetCode', { error }, 'code');
    this.call('Error_Destroy', { error });
    return new PjrtError(`PJRT_${name}`, codeName(Number(code)), (message.split('\n')[0] as string).trim());
  }
}

let shared: ReturnType<ReturnType<typeof koffi>['proto']> | undefined;

/** What all functions of the API look like. */
function prototype(): NonNullable<typeof shared> {
  return (shared ??= koffi().proto('void *PjrtFunction(void *args)'));
}

/** Never closed: plugins do not outlive that. */
const libraries: LibraryHandle[] = [];

/** The plugin's PJRT_Api. */
function tableOf(path: string): DataView {
  let address: bigint | null;
  try {
    const library = koffi().load(path);
    keepLoaded(path);
    libraries.push(library);
    address = library.func('void *GetPjrtApi()')() as bigint | null;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UserError(`PJRT plugin ${path}: cannot be loaded (${reason})`);
  }
  if (!address) throw new UserError(`PJRT plugin ${path}: GetPjrtApi() returned nothing`);
  const size = Number(new DataView(koffi().view(address, 8)).getBigUint64(0, true));
  return new DataView(koffi().view(address, size));
}

const RTLD_NOW_NOLOAD_NODELETE = 0x2 | 0x4 | 0x1000;

/** A plugin leaves functions to be called when the process ends: unloaded before, as koffi does at the end, it brings the process down. Linux only, as the plugins are. */
function keepLoaded(path: string): void {
  koffi().load(null).func('void *dlopen(const char *path, int flags)')(path, RTLD_NOW_NOLOAD_NODELETE);
}
