import { Writer } from 'protobufjs';

/** Options of XLA by name, as in XLA_FLAGS, for one compilation. */
export type XlaOptions = Readonly<Record<string, string | boolean>>;

/** Tags of protobuf fields: number * 8 + kind of coding. */
const TAG = { buildOptions: 26, replicas: 32, partitions: 40, override: 58, key: 10, value: 18, text: 10, flag: 16 } as const;

/** XLA's CompileOptionsProto: one replica on one device, and options that override those of the environment. */
export function compileOptions(options: XlaOptions): Uint8Array {
  const writer = Writer.create();
  writer.uint32(TAG.buildOptions).fork().uint32(TAG.replicas).int64(1).uint32(TAG.partitions).int64(1).ldelim();
  for (const [name, value] of Object.entries(options)) {
    writer.uint32(TAG.override).fork().uint32(TAG.key).string(name).uint32(TAG.value).fork();
    if (typeof value === 'string') writer.uint32(TAG.text).string(value);
    else writer.uint32(TAG.flag).bool(value);
    writer.ldelim().ldelim();
  }
  return writer.finish();
}
