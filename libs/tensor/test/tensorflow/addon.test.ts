import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { engineStatus, removeTensorflow, useEngine, UserError } from '@distillery/tensor';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'tensorflow-addon-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

const folder = (): string => join(cache, 'distillery', 'tensorflow', 'node_modules', '@tensorflow', 'tfjs-node');

/** A package as the set-up leaves it, with an addon of this content. */
function place(addon?: { readonly napi: number; readonly content: string }): void {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node', version: '4.22.0' }));
  if (!addon) return;
  const lib = join(folder(), 'lib', `napi-v${addon.napi}`);
  mkdirSync(lib, { recursive: true });
  writeFileSync(join(lib, 'tfjs_binding.node'), addon.content);
}

/** What `doctor` says of the engine, which is the same as what happens to one who selects it. */
async function refusal(): Promise<string> {
  const status = (await engineStatus()).find(({ name }) => name === 'tensorflow');
  expect(status?.available).toBe(false);
  await expect(useEngine('tensorflow')).rejects.toThrow(UserError);
  expect(status?.detail).not.toContain('\n');
  return status?.detail ?? '';
}

it('says how to get the engine where it is not, also where another package answers to its name', async () => {
  expect(await refusal()).toBe(
    "engine 'tensorflow': not installed, run: distillery setup tensorflow (for the processor, or --gpu for an NVIDIA card)",
  );
});

it('is not ready where no addon was built', async () => {
  place();
  expect(await refusal()).toBe(
    "engine 'tensorflow': @tensorflow/tfjs-node is there, but its addon was not built; run: distillery setup tensorflow",
  );
});

it('is not ready where the addon was built for another Node', async () => {
  place({ napi: 99, content: '' });
  expect(await refusal()).toBe(
    `engine 'tensorflow': @tensorflow/tfjs-node's addon was built for another Node (Node-API 99; Node ${process.version} has ` +
      `${process.versions.napi}); run: distillery setup tensorflow`,
  );
});

it('is not ready where the addon cannot be loaded', async () => {
  place({ napi: 8, content: 'not a library' });
  expect(await refusal()).toMatch(
    /^engine 'tensorflow': its addon cannot be used: .*tfjs_binding\.node: (file too short|invalid ELF header)$/,
  );
});

it('is removed, whole or in part, and again', async () => {
  place();
  mkdirSync(join(cache, 'distillery', 'tensorflow.part'));
  expect(await removeTensorflow()).toBe(true);
  expect(await removeTensorflow()).toBe(false);
  expect(await refusal()).toContain('not installed');
});
