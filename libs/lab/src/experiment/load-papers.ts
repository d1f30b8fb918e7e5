import type { Paper } from './paper';

/** The papers that modules export as `PAPERS`, in their order. */
export function loadPapers(modules: readonly string[]): Paper[] {
  return modules.flatMap((path) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- known at run time only
    const { PAPERS } = require(path) as { PAPERS: Readonly<Record<string, Paper>> };
    return Object.values(PAPERS);
  });
}
