import { expect, it, vi } from 'vitest';
import { engineStatus, useEngine, UserError } from '@distillery/tensor';

const MISSING = "engine 'onnx': onnxruntime-node cannot be loaded here (Cannot find module); npm install onnxruntime-node";

vi.mock('../../src/onnx/run/runtime', () => {
  const missing = (): never => {
    throw new UserError(MISSING);
  };
  return { onnxRuntime: missing, onnxRuntimeVersion: missing };
});

it('where onnxruntime is missing, every engine that needs it says so in one line', async () => {
  const ofOnnx = (await engineStatus()).filter(({ name }) => name.startsWith('onnx'));
  expect(ofOnnx.length).toBeGreaterThan(2);
  for (const { name, available, detail } of ofOnnx) {
    expect(available, name).toBe(false);
    // A machine without a card has one thing more to say of onnx:cuda.
    if (name !== 'onnx:cuda') expect(detail, name).toBe(MISSING);
    expect(detail, name).not.toContain('\n');
    await expect(useEngine(name), name).rejects.toThrow(UserError);
  }
});
