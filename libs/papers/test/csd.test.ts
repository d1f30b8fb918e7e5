import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAPERS } from '@distillery/papers';
import { describe, expect, it } from 'vitest';

const { csd } = PAPERS;
const PUBLISHED = join(__dirname, '../../../..', 'shared/papers/published/csd.json');

interface Row {
  readonly method: string;
  readonly role?: string;
  readonly dataset: string;
  readonly scale: number;
  readonly psnr: number;
  readonly ssim: number;
}
interface Table {
  readonly table: string;
  readonly rows: readonly Row[];
}

describe('CSD: claims', () => {
  it.skipIf(!existsSync(PUBLISHED))('are the printed numbers: every cell of Table 1, and those of issue 9', () => {
    const tables = JSON.parse(readFileSync(PUBLISHED, 'utf8')) as Table[];
    const rowsOf = (name: string) => tables.filter(({ table }) => table.startsWith(name)).flatMap(({ rows }) => rows);
    const armOf = ({ method, role }: Row): string =>
      ({ 'J-T1': 'jt1', CSD: 'csd', Baseline: role === 'teacher' ? 'teacher' : 'baseline' })[method] as string;
    const cells = [
      ...rowsOf('Table 1').map((row) => ({ row, cell: `csd/table1/${armOf(row)}/${row.role as string}/x${row.scale}/${row.dataset}` })),
      ...rowsOf('Issue 9').map((row) => ({ row, cell: `csd/issue9/slice-l1/student/x4/${row.dataset}` })),
    ];
    expect(cells).toHaveLength(60 + 4);
    for (const { row, cell } of cells)
      for (const metric of ['psnr', 'ssim'] as const)
        expect(csd.claims.find(({ id }) => id === `${cell}/${metric}`)?.value, `${cell}/${metric}`).toBe(row[metric]);
    expect(csd.claims.filter(({ value }) => value !== null)).toHaveLength(2 * cells.length);
  });

  it('take the published gains from the rows as printed', () => {
    const published = (id: string) => csd.directions.find((claim) => claim.id === `csd/direction/${id}`)?.published;
    expect(published('csd-over-jt1/x4')).toEqual({ DIV2K: 0.13, Set5: 0.12, Set14: 0.09, BSD100: 0.08, Urban100: 0.28 });
    expect(published('csd-over-slice/x4')).toEqual({ Set5: -0.0054, Set14: -0.0076, BSD100: 0.0183, Urban100: 0.0366 });
    expect(published('csd-over-slice/x2')).toBeNull();
  });
});
