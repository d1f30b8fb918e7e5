import type { Data, ElementType } from '../../compile/graph/value';
import { UserError } from '../../user-error';
import { clientOptions, type ClientOptions } from './client-options';
import { compileOptions, type XlaOptions } from './compile-options';
import { Executable } from './executable';
import { koffi, NativeMemory, nativeCopy } from './native';
import { PjrtError } from './pjrt-error';
import type { PjrtPlugin } from './plugin';
import { Struct } from './struct';

/** PJRT_Buffer_Type of the element types of a recorded step. */
const TYPES: Readonly<Record<ElementType, number>> = { bool: 1, int32: 4, float32: 11 };

/** PJRT_HostBufferSemantics: what is sent may be changed after the call, or after the event that it yields. */
const SENT = { duringCall: 0, untilDone: 1 } as const;

/** Bytes up to which a copy is cheaper than an event to wait for. */
const COPIED = 2 ** 16;

/** A device and the plugin that runs it. Handles of buffers are addresses of the plugin's own objects. */
export class PjrtClient {
  /** Lower case: cpu, cuda, rocm, ... */
  readonly platform: string;
  /** `NVIDIA H100 80GB HBM3`, or `cpu`. */
  readonly deviceKind: string;
  /** Of the libraries below the plugin: `cuda 13000`. */
  readonly platformVersion: string;
  private readonly device: bigint;
  /** Calls that are made many times in every step. */
  private readonly often;
  /** What holds buffers or programs of this client. */
  private readonly owners = new Set<{ free(): void }>();
  /** Arrays that are on their way to the device, with the event after which they may go. */
  private readonly sending: { readonly data: Data; readonly event: bigint }[] = [];

  private constructor(
    readonly plugin: PjrtPlugin,
    private readonly client: bigint,
  ) {
    this.often = {
      destroyBuffer: plugin.prepare('Buffer_Destroy'),
      destroyEvent: plugin.prepare('Event_Destroy'),
      awaitEvent: plugin.prepare('Event_Await'),
      isReady: plugin.prepare('Event_IsReady'),
    };
    this.platform = plugin.text('Client_PlatformName', { client }, 'platform_name').toLowerCase();
    this.platformVersion = plugin.text('Client_PlatformVersion', { client }, 'platform_version');
    const { addressable_devices: devices, num_addressable_devices: count } = plugin.call(
      'Client_AddressableDevices',
      { client },
      'addressable_devices',
      'num_addressable_devices',
    );
    if (count === 0n) throw new UserError(`PJRT plugin ${plugin.path}: finds no device`);
    this.device = addressAt(devices);
    const { device_description } = plugin.call('Device_GetDescription', { device: this.device }, 'device_description');
    this.deviceKind = plugin.text('DeviceDescription_Kind', { device_description }, 'device_kind');
  }

  /** Throws UserError, with the plugin's reason, if it cannot start here. */
  static open(plugin: PjrtPlugin, options: ClientOptions): PjrtClient {
    const named = clientOptions(options);
    try {
      const { client } = plugin.call('Client_Create', { create_options: named.address, num_options: named.count }, 'client');
      return new PjrtClient(plugin, client);
    } catch (error) {
      if (!(error instanceof PjrtError)) throw error;
      throw new UserError(`PJRT plugin ${plugin.path}: does not start here (${error.message})`);
    } finally {
      named.free();
    }
  }

  /** Frees `owner` before the client is closed. */
  own<T extends { free(): void }>(owner: T): T {
    this.owners.add(owner);
    return owner;
  }

  disown(owner: { free(): void }): void {
    this.owners.delete(owner);
  }

  /** A program in StableHLO text, ready to run; compiled off the event loop. Throws PjrtError. */
  async compile(program: string, options: XlaOptions): Promise<Executable> {
    const [code, format, encoded] = [Buffer.from(program), Buffer.from('mlir'), compileOptions(options)].map(nativeCopy) as [
      NativeMemory,
      NativeMemory,
      NativeMemory,
    ];
    const args = new Struct('Program', {
      code: code.address,
      code_size: code.byteLength,
      format: format.address,
      format_size: format.byteLength,
    });
    try {
      const { executable } = await this.plugin.callAsync(
        'Client_Compile',
        { client: this.client, program: args.address, compile_options: encoded.address, compile_options_size: encoded.byteLength },
        'executable',
      );
      return new Executable(this.plugin, executable);
    } finally {
      for (const memory of [code, format, encoded, args]) memory.free();
    }
  }

  /** A program that `Executable.serialize` wrote down, by a plugin of the same version for a device of the same kind. Throws PjrtError. */
  async load(serialized: Uint8Array): Promise<Executable> {
    const { loaded_executable } = await this.plugin.callAsync(
      'Executable_DeserializeAndLoad',
      { client: this.client, serialized_executable: koffi().address(serialized), serialized_executable_size: serialized.byteLength },
      'loaded_executable',
    );
    return new Executable(this.plugin, loaded_executable);
  }

  /** A copy of an array on the device. Does not wait for it to arrive; `data` must not be changed afterwards. */
  upload(data: Data, type: ElementType, shape: readonly number[]): bigint {
    const sender = this.sender(type, shape);
    try {
      return sender.send(data);
    } finally {
      sender.free();
    }
  }

  /** For arrays of one type and shape, to be sent many times. */
  sender(type: ElementType, shape: readonly number[]): { send(data: Data): bigint; free(): void } {
    const dims = new NativeMemory(8 * shape.length);
    new BigInt64Array(dims.buffer).set(shape.map(BigInt));
    const { args, call, free } = this.plugin.prepare('Client_BufferFromHostBuffer', {
      client: this.client,
      type: TYPES[type],
      dims: dims.address,
      num_dims: shape.length,
      device: this.device,
    });
    return {
      send: (data) => {
        const small = data.byteLength <= COPIED;
        args.set('data', koffi().address(data));
        args.set('host_buffer_semantics', small ? SENT.duringCall : SENT.untilDone);
        call();
        const event = args.get('done_with_host_buffer');
        if (small) this.forget(event);
        else this.sending.push({ data, event });
        this.letGo();
        return args.get('buffer');
      },
      free: () => {
        free();
        dims.free();
      },
    };
  }

  /** Reads a buffer into `data`, waiting for what computes it off the event loop. Throws PjrtError if that failed. */
  async download<D extends Data>(buffer: bigint, data: D): Promise<D> {
    const { event } = this.plugin.call(
      'Buffer_ToHostBuffer',
      { src: buffer, dst: koffi().address(data), dst_size: data.byteLength },
      'event',
    );
    await this.arrived(event);
    return data;
  }

  free(buffer: bigint): void {
    const { args, call } = this.often.destroyBuffer;
    args.set('buffer', buffer);
    call();
  }

  /** Bytes in use on the device, now and at most; null where the plugin does not know. */
  memory(): { readonly inUse: number; readonly peak: number } | null {
    try {
      const { bytes_in_use, peak_bytes_in_use } = this.plugin.call(
        'Device_MemoryStats',
        { device: this.device },
        'bytes_in_use',
        'peak_bytes_in_use',
      );
      return { inUse: Number(bytes_in_use), peak: Number(peak_bytes_in_use) };
    } catch (error) {
      if (error instanceof PjrtError) return null;
      throw error;
    }
  }

  /** Frees everything that is still held, and the client. */
  close(): void {
    for (const owner of this.owners) owner.free();
    this.owners.clear();
    for (const { event } of this.sending) this.await(event);
    this.sending.length = 0;
    this.plugin.call('Client_Destroy', { client: this.client });
  }

  /** Waits for an event, off the event loop unless it is there already. Throws PjrtError if what it is of failed. */
  private async arrived(event: bigint): Promise<void> {
    if (this.isReady(event)) return this.await(event);
    try {
      await this.plugin.callAsync('Event_Await', { event });
    } finally {
      this.forget(event);
    }
  }

  private await(event: bigint): void {
    const { args, call } = this.often.awaitEvent;
    args.set('event', event);
    try {
      call();
    } finally {
      this.forget(event);
    }
  }

  private forget(event: bigint): void {
    const { args, call } = this.often.destroyEvent;
    args.set('event', event);
    call();
  }

  private isReady(event: bigint): boolean {
    const { args, call } = this.often.isReady;
    args.set('event', event);
    call();
    return args.get('is_ready') !== 0n;
  }

  /** Lets go of arrays that have arrived. */
  private letGo(): void {
    while (this.sending[0] && this.isReady(this.sending[0].event)) this.await((this.sending.shift() as { readonly event: bigint }).event);
  }
}

function addressAt(address: bigint): bigint {
  return new DataView(koffi().view(address, 8)).getBigUint64(0, true);
}
