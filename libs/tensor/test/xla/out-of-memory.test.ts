import { expect, it } from 'vitest';
import { UserError } from '@distillery/tensor';
import { PjrtError } from '../../src/xla/pjrt/pjrt-error';
import { withinMemory } from '../../src/xla/run/out-of-memory';

const batch = [
  { name: 'in/1/lr', value: { shape: [16, 48, 48, 3] } },
  { name: 'in/1/hr', value: { shape: [16, 192, 192, 3] } },
  { name: 'in/1/learningRate', value: { shape: [] } },
];

it('a full card is reported with the batch and patch to lower', async () => {
  const full = new PjrtError('PJRT_LoadedExecutable_Execute', 'RESOURCE_EXHAUSTED', 'Out of memory allocating 8589934592 bytes.');
  const attempt = withinMemory(batch, () => Promise.reject(full));
  await expect(attempt).rejects.toBeInstanceOf(UserError);
  await expect(attempt).rejects.toThrow(
    /^the device's memory is full at lr \[16, 48, 48, 3\], hr \[16, 192, 192, 3\]: a smaller batch or smaller patches take less.*Out of memory allocating 8589934592 bytes\.$/,
  );
});

it('other failures are left as they are', async () => {
  const lost = new PjrtError('PJRT_Event_Await', 'INTERNAL', 'the device is lost');
  await expect(withinMemory(batch, () => Promise.reject(lost))).rejects.toBe(lost);
  await expect(withinMemory(batch, () => Promise.resolve(3))).resolves.toBe(3);
});
