import { describe, expect, it } from 'vitest';
import { compact, count, duration, fixed, grouped, listed, signed } from '../src/format';
import { noteLetter } from '../src/notes';

describe('numbers as text', () => {
  it('uses a true minus and never shows a negative zero', () => {
    expect(fixed(-1.005, 1)).toBe('\u22121.0');
    expect(fixed(-0.001, 2)).toBe('0.00');
    expect(signed(0.001, 2)).toBe('0.00');
    expect(signed(0.25, 2)).toBe('+0.25');
    expect(signed(-0.25, 2)).toBe('\u22120.25');
  });

  it('groups and abbreviates large numbers', () => {
    expect(grouped(1369859)).toBe('1\u202f369\u202f859');
    expect(compact(1369859)).toBe('1.37\u202fM');
    expect(compact(36.8e9)).toBe('36.8\u202fG');
    expect(compact(12.34)).toBe('12.3');
  });

  it('says durations, counts and lists as people do', () => {
    expect([8.44, 125, 11220].map(duration)).toEqual(['8.4 s', '2 min 05 s', '3 h 07 min']);
    expect([count(1, 'run'), count(2, 'run')]).toEqual(['1 run', '2 runs']);
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
    expect([0, 25, 26, 27, 702].map(noteLetter)).toEqual(['a', 'z', 'aa', 'ab', 'aaa']);
  });
});
