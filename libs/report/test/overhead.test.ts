import type { OverheadFile } from '@distillery/lab';
import { expect, it } from 'vitest';
import { emptyCohort } from '../src/cohort';
import { overheadSection } from '../src/overhead-section';
import { FIXTURE } from './fixture';

const COHORT = emptyCohort(FIXTURE);

const cost = (arm: string, milliseconds: number, mebibytes: number, fallback: string | null = null) => ({
  arm,
  method: arm,
  milliseconds,
  peakBytes: mebibytes * 2 ** 20,
  firstStepSeconds: 0.5,
  fallback,
});

const FILE: OverheadFile = {
  schema: 2,
  engine: 'onnx',
  engineVersion: '1.30.0',
  threads: 2,
  tier: 'small',
  rounds: 5,
  platform: 'linux x64',
  papers: [
    { paper: FIXTURE.id, plain: 'alone', arms: [cost('alone', 20, 200), cost('distilled', 50, 300), cost('slow', 90, 400, 'no <TopK>')] },
  ],
};

const textOf = (section: { toString(): string }) =>
  section
    .toString()
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

it('shows each arm beside plain training, with engine and tier', () => {
  const text = textOf(overheadSection(COHORT, FILE));
  expect(text).toContain('Medians of 5 rounds');
  expect(text).toContain('engine onnx 1.30.0, 2 threads,');
  expect(text).toMatch(/Student alone 20\.0 1\.00 200 1\.00 0\.5/);
  expect(text).toMatch(/distilled 50\.0 2\.50 300 1\.50 0\.5/);
});

it('names what could not be compiled, escaped', () => {
  expect(overheadSection(COHORT, FILE).toString()).toContain('slow (not compiled: no &lt;TopK&gt;)');
});

it('says how to measure it where nobody did', () => {
  for (const file of [null, { ...FILE, papers: [] }])
    expect(textOf(overheadSection(COHORT, file))).toContain('npm run bench -- methods --save');
});
