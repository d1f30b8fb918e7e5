import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const libs = readdirSync(new URL('libs', import.meta.url));

export default defineConfig({
  resolve: {
    alias: libs.map((lib) => ({ find: new RegExp(`^@distillery/${lib}$`), replacement: `${root}libs/${lib}/src/index.ts` })),
  },
  test: {
    include: ['libs/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    // Bundles are loaded as Node loads them.
    server: { deps: { external: [/\/dist\/vendor\//] } },
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
