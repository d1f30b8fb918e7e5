import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PjrtClient } from '../../src/xla/pjrt/client';
import type { XlaOptions } from '../../src/xla/pjrt/compile-options';
import { PjrtError } from '../../src/xla/pjrt/pjrt-error';
import { Device } from '../../src/xla/run/device';
import { ProgramCache } from '../../src/xla/run/program-cache';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'device-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A device whose plugin knows some options only and refuses programs that begin with `bad`; and the options of each attempt to compile. */
function deviceThatKnows(known: readonly string[]) {
  const attempts: string[][] = [];
  const client = {
    own() {},
    compile(text: string, options: XlaOptions) {
      attempts.push(Object.keys(options));
      const refused = text.startsWith('bad') || Object.keys(options).some((name) => !known.includes(name));
      return refused
        ? Promise.reject(new PjrtError('PJRT_Client_Compile', 'INVALID_ARGUMENT', 'no such option or program'))
        : Promise.resolve({ serialize: () => new Uint8Array([1]), free() {} });
    },
  } as unknown as PjrtClient;
  const traits = {
    compile: { exact: true },
    faster: { graphs: '1' },
    packs: false,
    together: { multiplyAdds: 0, most: 1, between: 'branch' as const },
  };
  return { device: new Device(client, 'float32', traits, new ProgramCache(folder, 'test')), attempts };
}

describe('options that make programs faster', () => {
  it('go with those that every program needs', async () => {
    const { device, attempts } = deviceThatKnows(['exact', 'graphs']);
    await device.program('a');
    expect(attempts).toEqual([['exact', 'graphs']]);
  });

  it('are left out for good once a plugin does not know them', async () => {
    const { device, attempts } = deviceThatKnows(['exact']);
    await device.program('a');
    await device.program('b');
    expect(attempts).toEqual([['exact', 'graphs'], ['exact'], ['exact']]);
  });

  it('are not blamed for a program that is refused without them too', async () => {
    const { device, attempts } = deviceThatKnows(['exact', 'graphs']);
    await expect(device.program('bad')).rejects.toThrow('no such option or program');
    await device.program('good');
    expect(attempts.at(-1)).toEqual(['exact', 'graphs']);
  });
});
