import { METHODS as LIBRARY } from '@distillery/distill';
import { seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './methods';
import { stepWithoutLeak, toyStreams, withRate } from './toy';

const batch = () => withRate(toyStreams(seedRng(2)));

beforeAll(() => useEngine('wasm'));

it('every method of the library says what it is', () => {
  for (const [id, { title, source }] of Object.entries(LIBRARY)) {
    expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(title, id).not.toBe('');
    expect(source, id).not.toBe('');
  }
});

describe.each(Object.entries(METHODS))('%s', (title, make) => {
  it('is called as its entry', () => {
    expect(title.split(',')[0]).toBe(make().name);
    expect(Object.keys(LIBRARY)).toContain(make().name);
  });

  it('leaks no tensor', () => {
    expect(() => stepWithoutLeak(make(), batch())).not.toThrow();
  });

  it('makes no state of other slots than it starts with', () => {
    const method = make();
    const state = method.init(seedRng(1));
    expect(Object.keys(method.step(state, batch()).state).sort()).toEqual(Object.keys(state).sort());
  });
});
