import { existsSync, readFileSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../src/json/stored-json';
import { METRICS, openMetricsLog, readMetrics, validationFormat, type LogFormat, type LogPosition } from '../../src/store/metrics-log';
import { temporaryFolder } from '../fixtures/temporary-folder';

const losses = (step: number) => ({ total: 1 / step, l1: 0.1 * step });

/** Where a log stands after its first lines. */
const position = (path: string, format: LogFormat<{ readonly step: number }>, step: number): LogPosition | null =>
  step === 0 ? null : { step, digest: sha256Of(linesOf(path).slice(0, format.lines(step)).join('')) };
const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split(/(?<=\n)/);

function log(path: string, from: number, to: number): void {
  const file = openMetricsLog(path, METRICS, position(path, METRICS, from), 'make it again');
  for (let step = from + 1; step <= to; step++) file.append({ step, losses: losses(step) });
  file.sync();
  expect(file.digest()).toBe(sha256Of(readFileSync(path)));
  file.close();
}

describe('openMetricsLog', () => {
  it('has the same bytes after any interruption as without one', async () => {
    const folder = await temporaryFolder();
    const [whole, broken] = [join(folder, 'whole.jsonl'), join(folder, 'broken.jsonl')];
    log(whole, 0, 12);
    log(broken, 0, 7);
    await appendFile(broken, '{"step":8,"losses":{"tot');
    log(broken, 5, 9);
    log(broken, 9, 9);
    log(broken, 9, 12);
    expect(await readFile(broken, 'utf8')).toBe(await readFile(whole, 'utf8'));
    expect(readMetrics(broken, METRICS, '')).toHaveLength(12);
  });

  it('starts over from step 0', async () => {
    const path = join(await temporaryFolder(), 'metrics.jsonl');
    await writeFile(path, 'not even JSON');
    log(path, 0, 1);
    expect(readMetrics(path, METRICS, '')).toEqual([{ step: 1, losses: losses(1) }]);
  });

  it('refuses a log that is behind its checkpoint, or damaged before it', async () => {
    const path = join(await temporaryFolder(), 'metrics.jsonl');
    log(path, 0, 3);
    const digest = sha256Of(readFileSync(path));
    expect(() => openMetricsLog(path, METRICS, { step: 4, digest }, 'make it again')).toThrow(
      new UserError(`${path} is incomplete: it ends before step 4, of which the checkpoint is: make it again`),
    );
    await writeFile(path, (await readFile(path, 'utf8')).replace('"total":1,', '"total":7,'));
    expect(() => openMetricsLog(path, METRICS, { step: 3, digest }, 'make it again')).toThrow(
      new UserError(`${path} is damaged, it does not match its checkpoint: make it again`),
    );
    await writeFile(path, '{"step":1,"losses":{}}\n{"step":3,"losses":{}}\n');
    expect(() => readMetrics(path, METRICS, 'make it again')).toThrow(
      `${path} line 2 is of step 3, which is not the next one that is due: make it again`,
    );
    await writeFile(path, '{"step":1,"losses":{}}\n{"step":\n');
    expect(() => readMetrics(path, METRICS, 'make it again')).toThrow(`${path} line 2 is not valid JSON: make it again`);
  });

  it('has a line of validation where one is due, and one after the last step', async () => {
    const path = join(await temporaryFolder(), 'validation.jsonl');
    const format = validationFormat(4, 10);
    const write = (from: number, steps: readonly number[]): void => {
      const file = openMetricsLog(path, format, position(path, format, from), 'make it again');
      for (const step of steps) file.append({ step, psnr: { student: 20 + step } });
      file.close();
    };
    write(0, [4, 8]);
    write(7, [8, 10]);
    expect(readMetrics(path, format, '').map(({ step }) => step)).toEqual([4, 8, 10]);
    write(9, [10]);
    expect(readMetrics(path, format, '').map(({ step }) => step)).toEqual([4, 8, 10]);
    write(3, [8]);
    expect(() => readMetrics(path, format, 'make it again')).toThrow(
      `${path} line 1 is of step 8, which is not the next one that is due: make it again`,
    );
    write(0, [4]);
    expect(() => openMetricsLog(path, format, { step: 9, digest: '' }, 'make it again')).toThrow(
      `${path} is incomplete: it ends before step 9`,
    );
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that the disk is full (needs /dev/full)', () => {
    const file = openMetricsLog('/dev/full', METRICS, null, '');
    const append = (): void => file.append({ step: 1, losses: {} });
    expect(append).toThrow(UserError);
    expect(append).toThrow('cannot write /dev/full: the disk is full');
    file.close();
  });
});
