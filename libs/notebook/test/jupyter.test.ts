import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNotebook, runNotebookFile } from '@distillery/notebook';
import { codeCells, folderWithPackages, notebookOf, plain, printed } from './notebooks';

const run = promisify(execFile);
const load = createRequire(__filename);

const haveJupyter = spawnSync('jupyter', ['nbconvert', '--version']).status === 0;

describe.skipIf(!haveJupyter)('in real Jupyter (skipped without `jupyter nbconvert` on PATH)', () => {
  let folder = '';
  let env: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    folder = await folderWithPackages();
    const spec = join(folder, 'share', 'kernels', 'tslab');
    await mkdir(spec, { recursive: true });
    // As `tslab install` writes it, with the full path of this repository's tslab.
    const tslab = join(dirname(load.resolve('tslab/package.json')), 'bin', 'tslab');
    const argv = [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}'];
    await writeFile(join(spec, 'kernel.json'), JSON.stringify({ argv, display_name: 'TypeScript', language: 'typescript' }));
    const path = [join(folder, 'share'), ...(process.env.JUPYTER_PATH ?? '').split(delimiter)].filter(Boolean).join(delimiter);
    env = { ...process.env, JUPYTER_PATH: path, JUPYTER_DATA_DIR: join(folder, 'data'), JUPYTER_CONFIG_DIR: join(folder, 'config') };
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('the display helpers work, live ones updated in place', async () => {
    const notebook = notebookOf(
      'import { liveProgress, livePlot, showFigure, showTable } from "@distillery/notebook";\nshowTable([{ a: 1 }]);',
      'const bar = liveProgress(3);\nconst plot = livePlot();\nfor (let i = 1; i <= 3; i++) {\n  bar.step(i);\n  plot.add(i, { loss: 1 / i });\n}\nplot.done();',
      'showFigure({ data: [{ y: [1, 2] }] });\nconsole.log("done");',
    );
    const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
    await writeFile(join(folder, 'in.ipynb'), JSON.stringify({ ...notebook, metadata: { kernelspec } }));
    await run('jupyter', ['nbconvert', '--to', 'notebook', '--execute', 'in.ipynb', '--output', 'out.ipynb'], { cwd: folder, env });
    const executed = parseNotebook(await readFile(join(folder, 'out.ipynb'), 'utf8'), 'out.ipynb');
    const outputs = codeCells(executed).map((cell) => cell.outputs);
    expect(plain(outputs[0]?.[0])).toBe('a\n1');
    expect(outputs[1]).toHaveLength(2);
    expect(plain(outputs[1]?.[0])).toMatch(/^3\/3 · .* · took /);
    expect(plain(outputs[1]?.[1])).toBe('Training · loss 0.3333');
    expect(outputs[2]?.[0]).toHaveProperty(['data', 'application/vnd.plotly.v1+json', 'data', 0, 'y'], [1, 2]);
    expect(printed(executed, 2)).toBe('done\n');
  });

  it('what our own runner writes is a valid notebook, failures included', async () => {
    const notebook = notebookOf('import { showTable } from "@distillery/notebook";\nshowTable([{ a: 1 }]);', 'throw new Error("boom");');
    const path = join(folder, 'own.ipynb');
    await writeFile(path, JSON.stringify(notebook));
    const options = { outDir: join(folder, 'out'), tier: 'smoke', dataDir: null } as const;
    await expect(runNotebookFile(path, options)).rejects.toThrow('boom');
    const { stderr } = await run('jupyter', ['nbconvert', '--to', 'html', 'own.ipynb'], { cwd: options.outDir, env });
    expect(stderr).not.toMatch(/invalid|validation/i);
    expect(await readFile(join(options.outDir, 'own.html'), 'utf8')).toContain('boom');
  });
});
