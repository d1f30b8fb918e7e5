import { STRUCTS } from './layout';
import { NativeMemory } from './native';

export type StructName = keyof typeof STRUCTS;
export type FieldOf<S extends StructName> = keyof (typeof STRUCTS)[S]['fields'] & string;

/** Fields of a struct and what to put there. */
export type FieldValues<S extends StructName> = { readonly [F in FieldOf<S>]?: bigint | number };

/** Zeros behind a struct: fields that a newer plugin knows. It refuses structs that are shorter than its own, and takes zero for the default. */
const NEWER_FIELDS = 64;

/** A struct of the PJRT C API in native memory. Pointers and 64-bit numbers are bigints; smaller ones are converted. */
export class Struct<S extends StructName> {
  private readonly memory: NativeMemory;
  private readonly view: DataView;
  private readonly fields: Readonly<Record<string, readonly [offset: number, size: number]>>;

  constructor(name: S, values?: FieldValues<S>) {
    const { size, fields } = STRUCTS[name];
    this.fields = fields;
    this.memory = new NativeMemory(size + NEWER_FIELDS);
    this.view = new DataView(this.memory.buffer);
    this.view.setBigUint64(0, BigInt(size + NEWER_FIELDS), true);
    for (const [field, value] of Object.entries(values ?? {})) this.set(field as FieldOf<S>, value as bigint | number);
  }

  get address(): bigint {
    return this.memory.address;
  }

  set(field: FieldOf<S>, value: bigint | number): void {
    const [offset, size] = this.fields[field] as readonly [number, number];
    if (size === 8) this.view.setBigUint64(offset, BigInt(value), true);
    else if (size === 4) this.view.setInt32(offset, Number(value), true);
    else this.view.setUint8(offset, Number(value));
  }

  get(field: FieldOf<S>): bigint {
    const [offset, size] = this.fields[field] as readonly [number, number];
    if (size === 8) return this.view.getBigUint64(offset, true);
    return BigInt(size === 4 ? this.view.getInt32(offset, true) : this.view.getUint8(offset));
  }

  free(): void {
    this.memory.free();
  }
}
