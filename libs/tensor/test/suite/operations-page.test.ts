import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { operationsPage } from './operations-page';

const PAGE = join(__dirname, '../../../../docs/operations.md');

it('docs/operations.md is what the tables of the tests say; `npm run docs:operations` writes it', async () => {
  const page = await format(operationsPage(), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  await expect(page).toMatchFileSnapshot(PAGE);
});
