import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURE, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';
import { mainOf, pages } from './pages';

/** Compares with `golden/<name>`, which `UPDATE_GOLDEN=1` rewrites. A missing golden file fails. */
async function expectGolden(name: string, text: string): Promise<void> {
  const path = join(__dirname, 'golden', name);
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(path, text);
  expect(text).toBe(await readFile(path, 'utf8'));
}

describe('golden pages of the fixture', () => {
  it('are what they were', async () => {
    const { index, paper } = await pages([FIXTURE], [SMALL_RESULTS, SMOKE_RESULTS]);
    await expectGolden('index.html.golden', mainOf(index));
    await expectGolden('paper.html.golden', mainOf(paper));
  });

  it('do not depend on the order of files and runs', async () => {
    const inOrder = await pages([FIXTURE], [SMALL_RESULTS, SMOKE_RESULTS]);
    const reversed = { ...SMALL_RESULTS, runs: [...SMALL_RESULTS.runs].reverse() };
    const other = await pages([FIXTURE], [SMOKE_RESULTS, reversed]);
    expect(other.index).toBe(inOrder.index);
    expect(other.paper).toBe(inOrder.paper);
  });
});
