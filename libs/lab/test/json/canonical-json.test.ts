import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hashJson } from '../../src/json/canonical-json';
import type { Json } from '../../src/json/json';

function shuffledKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(shuffledKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffledKeys(item as Json)]),
  );
}

describe('canonicalJson', () => {
  it('sorts keys at every depth and writes no whitespace', () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], a: 'x' })).toBe('{"a":"x","b":[1,{"a":true,"z":null}]}');
  });

  it('writes lists of numbers as any other number', () => {
    expect(canonicalJson([[1, -0], [1e21, [0.1]], []])).toBe('[[1,0],[1e+21,[0.1]],[]]');
  });

  it('is the same for every order of the keys and reads back as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = canonicalJson(value as Json);
        expect(canonicalJson(shuffledKeys(value as Json))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([[NaN], [Infinity], [{ a: undefined }], [[undefined]], [[1, [2, NaN]]]])(
    'refuses %j, which JSON would turn into something else',
    (value) => {
      expect(() => canonicalJson(value as unknown as Json)).toThrow(TypeError);
    },
  );
});

describe('hashJson', () => {
  it('is the sha256 of the text', () => {
    // printf '{"a":1}' | sha256sum
    expect(hashJson({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });
});
