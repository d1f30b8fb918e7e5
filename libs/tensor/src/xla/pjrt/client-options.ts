import { STRUCTS } from './layout';
import { NativeMemory, nativeCopy } from './native';

/** Options of a client by name: those of one kind of device mean nothing to others. */
export type ClientOptions = Readonly<Record<string, boolean>>;

/** PJRT_NamedValue_kBool */
const BOOL = 4;

/** The options as an array of PJRT_NamedValue. */
export function clientOptions(options: ClientOptions) {
  const { size, fields } = STRUCTS.NamedValue;
  const entries = Object.entries(options);
  const names = entries.map(([name]) => nativeCopy(Buffer.from(name)));
  const memory = new NativeMemory(size * entries.length);
  entries.forEach(([name, value], i) => {
    const view = new DataView(memory.buffer, size * i, size);
    view.setBigUint64(fields.struct_size[0], BigInt(size), true);
    view.setBigUint64(fields.name[0], (names[i] as NativeMemory).address, true);
    view.setBigUint64(fields.name_size[0], BigInt(Buffer.byteLength(name)), true);
    view.setInt32(fields.type[0], BOOL, true);
    // The value is a union, called by its first member.
    view.setUint8(fields.string_value[0], Number(value));
    view.setBigUint64(fields.value_size[0], 1n, true);
  });
  return { address: memory.address, count: entries.length, free: () => [memory, ...names].forEach((part) => part.free()) };
}
