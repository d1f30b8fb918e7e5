import { expect, it } from 'vitest';
import { PRECISIONS, UserError } from '@distillery/tensor';
import { chooseEngine } from '../src/engine';

it.each(PRECISIONS.map((precision) => [precision]))(
  '--precision %s is refused by name where an engine has no choice',
  async (precision) => {
    for (const engine of ['onnx', 'wasm', 'onnx:cuda', 'tensorflow', 'auto']) {
      await expect(chooseEngine(engine, precision)).rejects.toThrow(
        new UserError(`--precision ${precision}: engine '${engine}' has one precision, expected an engine xla:...`),
      );
    }
  },
);
