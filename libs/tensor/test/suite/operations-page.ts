import { ENGINES, type EngineName } from '@distillery/tensor';
import { GAPS, gapOf, toleranceOf, TOLERANCE, type Part } from './gaps';
import { GOLDENS, type GoldenCase } from './golden';
import { OUT_OF_USE } from './out-of-use';

const SIGNS: Readonly<Record<Part, string>> = { value: 'y', gradient: 'y′', 'second derivative': 'y″' };

/** What the goldens know of an operation. */
function partsOf(cases: readonly GoldenCase[]): Part[] {
  const parts: Part[] = ['value'];
  if (cases.some(({ gradients }) => gradients)) parts.push('gradient');
  if (cases.some(({ second }) => second)) parts.push('second derivative');
  return parts;
}

function groupedBy<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** docs/operations.md, from the tables of the tests. */
export function operationsPage(): string {
  const operations = groupedBy(GOLDENS, ({ op }) => op).map(([op, cases]) => ({
    op,
    family: (cases[0] as GoldenCase).family,
    count: cases.length,
    parts: partsOf(cases),
  }));
  const cell = (engine: EngineName, { op, parts }: (typeof operations)[number]): string =>
    parts
      .filter((part) => gapOf(engine, op, part) === null)
      .map((part) => SIGNS[part])
      .join(' ') || '–';
  // Engines of which the tables say the same share a column.
  const columns = groupedBy(ENGINES, (engine) => operations.map((operation) => cell(engine, operation)).join()).map(
    ([, engines]) => engines,
  );
  const sections = groupedBy(operations, ({ family }) => family).map(([family, members]) => {
    const head = ['operation', ...columns.map((engines) => engines.join(', ')), 'goldens'];
    const rows = members.map((operation) => [
      `\`${operation.op}\``,
      ...columns.map(([engine]) => cell(engine as EngineName, operation)),
      String(operation.count),
    ]);
    return `## ${family}\n\n${table(head, rows)}`;
  });
  const gaps = GAPS.map(({ operations: missing, from, on, reason }) => [code(missing), `${from} (\`${SIGNS[from]}\`)`, on, reason]);
  const wider = ENGINES.flatMap((engine) =>
    operations
      .filter(({ op }) => toleranceOf(engine, op) !== TOLERANCE)
      .map(({ op }) => [engine, `\`${op}\``, String(toleranceOf(engine, op))]),
  );
  const unused = groupedBy([...OUT_OF_USE], ([, reason]) => reason).map(([reason, names]) => [code(names.map(([name]) => name)), reason]);
  return `# Operations by engine

Which operation has a value (\`y\`), a gradient (\`y′\`) and second derivatives (\`y″\`) on which engine; \`–\` under an engine that compiles: it cannot be compiled.
Each was compared with numbers that PyTorch computed in float64, to ${TOLERANCE} of the largest magnitude of an array: ${GOLDENS.length} goldens, made by
\`libs/tensor/test/golden/make.py\`, over strides, paddings, dilations, odd sizes, broadcasting, every axis, and equals where an operation chooses.

\`npx vitest run libs/tensor/test/suite/operations.test.ts\` holds every engine that a machine has to this page, and reports one that it lacks as skipped: a column
holds where that has been run. The page is made from the tests' own tables, and a test compares it; \`npm run docs:operations\` writes it again.

${sections.join('\n\n')}

## What is missing

What builds on a missing part is missing too.

${table(['operations', 'from', 'on', 'why'], gaps)}

## Wider tolerances

${table(['engine', 'operation', 'tolerance'], wider)}

## Out of use

Kernels of tfjs without a golden. Nothing in this repository calls them, and nothing is promised of them.

${table(['kernels', 'why'], unused)}
`;
}
