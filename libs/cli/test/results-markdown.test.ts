import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readResults, TIERS } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { evidenceOf, resultsFiles } from '@distillery/report';
import { expect, it } from 'vitest';

const ROOT = join(__dirname, '../../..');

it('RESULTS.md and the README’s table are what the measured results say; `npm run results` writes them', async () => {
  const papers = Object.values(PAPERS);
  const stored = await Promise.all(papers.flatMap(({ id }) => TIERS.map((tier) => readResults(join(ROOT, 'reports/results'), tier, id))));
  const committed = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
  // Smoke results are not committed, and no evidence.
  const evidence = evidenceOf(
    papers,
    stored.filter((file) => file !== null),
  );
  const expected = resultsFiles(evidence, committed('README.md'));
  for (const [name, text] of Object.entries(expected)) expect(committed(name) === text, `${name} differs: run npm run results`).toBe(true);
});
