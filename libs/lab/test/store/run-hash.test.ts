import { shortHash, type RunIdentity } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { runHash } from '../../src/store/run-hash';
import { makeRecipe, makeSpec } from '../fixtures/results';

const identity: RunIdentity = {
  spec: makeSpec(),
  engine: { version: '4.22.0', precision: 'float32' },
  datasetHashes: { T91: 'a', Set5: 'b' },
  featureNetwork: null,
  lpipsNetwork: null,
  science: [1, 1],
  starts: {},
};

describe('runHash', () => {
  it('is the sha256 of the sorted JSON', () => {
    // Python: sha256(json.dumps(identity, sort_keys=True, separators=(',', ':')))
    expect(runHash(identity)).toBe('e54f8d6c1cfe5817b51f9bffa57b1b7c79d5e47a7e34900f3c892a5680ca626c');
    expect(shortHash(runHash(identity))).toBe('e54f8d6c1cfe');
  });

  it.each<[string, Partial<RunIdentity>]>([
    ['the recipe', { spec: makeSpec({ schedule: { ...makeRecipe().schedule, steps: 11 } }) }],
    ['what it starts from', { spec: makeSpec({ startFrom: { teacher: makeRecipe({ arm: 'teacher' }) } }) }],
    [
      'what that starts from',
      { spec: makeSpec({ startFrom: { teacher: makeRecipe({ arm: 'teacher', startFrom: { pretrained: makeRecipe() } }) } }) },
    ],
    ['the seed', { spec: makeSpec({}, 1) }],
    ['the engine', { spec: { ...makeSpec(), engine: 'onnx' } }],
    ["the engine's version", { engine: { version: '4.23.0', precision: 'float32' } }],
    ["the engine's precision", { engine: { version: '4.22.0', precision: 'tf32' } }],
    ['the data', { datasetHashes: { T91: 'a', Set5: 'c' } }],
    ['the feature network', { featureNetwork: 'random features, seed 0' }],
    ['the LPIPS network', { lpipsNetwork: 'LPIPS-Alex' }],
    ['the shared code', { science: [2, 1] }],
    ["the paper's code", { science: [1, 2] }],
    ['the start', { starts: { teacher: 'f' } }],
    ['the name of a start', { starts: { student: 'f' } }],
    ['one start more', { starts: { teacher: 'f', encoder: 'e' } }],
    ['which of two starts is which', { starts: { teacher: 'e', encoder: 'f' } }],
  ])('changes with %s', (_, change) => {
    expect(runHash({ ...identity, ...change })).not.toBe(runHash(identity));
  });

  it('does not depend on the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(identity).reverse()) as unknown as RunIdentity;
    expect(runHash({ ...reversed, datasetHashes: { Set5: 'b', T91: 'a' } })).toBe(runHash(identity));
  });
});
