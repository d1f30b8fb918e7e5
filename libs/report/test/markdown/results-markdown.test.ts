import { describe, expect, it } from 'vitest';
import { evidenceOf, resultsFiles } from '../../src';
import { markdownTable, replaceMarked } from '../../src/markdown/markdown-table';
import { FIXTURE, SMALL_RESULTS, SMOKE_RESULTS } from '../fixture';

const README = 'before\n<!-- what-holds:begin -->\nearlier table\n<!-- what-holds:end -->\nafter\n';

describe('resultsFiles', () => {
  const files = resultsFiles(evidenceOf([FIXTURE], [SMALL_RESULTS, SMOKE_RESULTS]), README);

  it('has a section per experiment with every claim that was compared, its verdict and the curves’ ends; nothing of the smoke tier', () => {
    const results = files['RESULTS.md'];
    expect(results).toContain('## FIXTURE: Fixture: an invented paper for tests');
    expect(results).toContain('### Table 1: does contrast help?');
    expect(results).toMatch(
      /\| contrast beats alone\. \| contrast \(student\) − alone \(student\) \| \+0\.\d{3} \[[^\]]+\] \| \d\.\d{3} \| 2 × 2 \| . \w/,
    );
    expect(results).not.toContain('smoke tier');
    // 0.4 / 20 less 0.4 / 30, of the curves of the fixture.
    expect(results).toMatch(/\| Student alone \| 2 \| 30 \| 28\.\d\d \| \d\d\.\d\d \(bicubic 27\.40\) \| \+0\.007 \|/);
  });

  it('has what the paper printed for an arm in brackets, where that could be verified', () => {
    const results = files['RESULTS.md'];
    expect(results).toMatch(/\| Student, contrast \| 2 \| 30 \| \d\d\.\d\d \(28\.35\) \|/);
    expect(results).toMatch(/\| Teacher \| 2 \| 30 \| \d\d\.\d\d \(28\.90\) \|/);
    expect(results).not.toContain('(30.00)');
  });

  it('puts between the README’s marks what came of claims with trained arms, and how many wait', () => {
    const readme = files['README.md'];
    expect(readme.startsWith('before\n<!-- what-holds:begin -->\n')).toBe(true);
    expect(readme.endsWith('<!-- what-holds:end -->\nafter\n')).toBe(true);
    expect(readme).not.toContain('earlier table');
    expect(readme).toMatch(/\| FIXTURE \| contrast beats alone\. \| \+0\.\d{3} \[.*\] \| 2 × 2 \| . \w+ \|/);
    expect(readme).toContain('FIXTURE: 1 under-trained, 1 not run.\n');
  });

  it('leaves out of the README’s table what one seed cannot say, and counts it', () => {
    const oneSeed = { ...SMALL_RESULTS, runs: SMALL_RESULTS.runs.filter(({ spec }) => spec.seed === 0) };
    const readme = resultsFiles(evidenceOf([FIXTURE], [oneSeed]), README)['README.md'];
    expect(readme).toContain('No claim has been judged with trained arms yet.');
    expect(readme).toContain('FIXTURE: 1 under-trained, 1 of one seed, 1 not run.\n');
  });

  it('says what was not run at a tier that is evidence', () => {
    expect(resultsFiles(evidenceOf([FIXTURE], [SMOKE_RESULTS]), README)['RESULTS.md']).toContain('Not run at a tier that is evidence');
  });
});

describe('markdownTable', () => {
  it('keeps bars and line breaks out of the cells', () => {
    expect(markdownTable(['a', 'b'], 'lr', [['x|y', 'two\nlines']])).toBe('| a | b |\n| --- | --: |\n| x\\|y | two lines |');
  });
});

describe('replaceMarked', () => {
  it('replaces what stands between the marks, again and again', () => {
    const once = replaceMarked(README, 'what-holds', 'new $& text');
    expect(once).toBe('before\n<!-- what-holds:begin -->\n\nnew $& text\n\n<!-- what-holds:end -->\nafter\n');
    expect(replaceMarked(once, 'what-holds', 'new $& text')).toBe(once);
  });

  it.each(['no marks', `${README}${README}`, '<!-- what-holds:begin -->\nno end'])('refuses %j', (text) => {
    expect(() => replaceMarked(text, 'what-holds', '')).toThrow('what-holds');
  });
});
