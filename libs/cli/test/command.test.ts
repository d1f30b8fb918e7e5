import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeLr, readImage, readPicture, writeImage, writePicture, resizeBicubic, type Image, type Values } from '@distillery/data';
import {
  buildModel,
  edsr,
  listArchitectures,
  readSafetensors,
  saveStateDict,
  upscale,
  writeSafetensors,
  type ArchitectureListing,
} from '@distillery/models';
import type { Paper } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { seedRng, useEngine } from '@distillery/tensor';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planProgress } from '../src/plan-progress';

const BIN = join(__dirname, '../bin/distillery.cjs');
let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

/** A smooth test image, so that JPEG and bicubic behave. */
function gradient(width: number, height: number): Image {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (Math.floor(i / 3 / width) * 3 + ((i / 3) % width) * 2 + (i % 3) * 40) % 256,
  );
  return { width, height, channels: 3, data };
}

function distillery(...args: string[]) {
  const env = { ...process.env };
  delete env.DISTILLERY_DATA;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', cwd: folder, env });
  return { status, stdout, stderr };
}

/** Bad input: exit code 2, one line on stderr that names what is wrong, nothing on stdout. */
function expectRefusal(args: string[], ...words: string[]) {
  const { status, stdout, stderr } = distillery(...args);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  for (const word of words) expect(stderr).toContain(word);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
}

beforeAll(async () => {
  await useEngine('wasm');
  folder = mkdtempSync(join(tmpdir(), 'distillery-cli-'));
  await writeImage(at('hr.png'), gradient(48, 36));
  await writeImage(at('sr.png'), gradient(47, 36));
  await writeImage(at('cut.png'), gradient(48, 36));
  truncateSync(at('cut.png'), 200);
  writeFileSync(at('text.png'), 'this is no image');
  mkdirSync(at('empty'));
  spawnSync('mkfifo', [at('pipe.png')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('distillery', () => {
  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };
    expect(distillery('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('resizes as the library does', async () => {
    const { status, stdout } = distillery('resize', 'hr.png', 'lr.png', '--scale', '0.5', '--border', 'replicate');
    expect(status).toBe(0);
    expect(stdout).toBe('lr.png: 24x18\n');
    expect(await readImage(at('lr.png'))).toEqual(resizeBicubic(gradient(48, 36), 0.5, 'replicate'));
  });

  it('resizes by a fraction as a benchmark shrinks, and to a size', async () => {
    expect(distillery('resize', 'hr.png', 'third.png', '--scale', '1/3').stdout).toBe('third.png: 16x12\n');
    expect(await readImage(at('third.png'))).toEqual(makeLr(gradient(48, 36), 3));
    expect(distillery('resize', 'hr.png', 'sized.png', '--size', '30x20').stdout).toBe('sized.png: 30x20\n');
    expect(await readImage(at('sized.png'))).toEqual(resizeBicubic(gradient(48, 36), { width: 30, height: 20 }));
  });

  it('keeps alpha, says what it changed, and writes names that a terminal would obey as text', async () => {
    const alpha: Image = { width: 48, height: 36, channels: 1, data: new Uint8Array(48 * 36).map((_, i) => i % 256) };
    const name = 'a\u001b[31m.png';
    await writePicture(at(name), { image: gradient(48, 36), alpha, profile: null });
    const { stdout, stderr } = distillery('resize', name, 'half-\u0007.png', '--scale', '0.5');
    expect(stdout).toBe('half-\\x07.png: 24x18\n');
    expect(stderr).toMatch(/^a\\x1b\[31m\.png: alpha apart from the pixels.*; kept/);
    expect((await readPicture(at('half-\u0007.png'))).alpha).toEqual(resizeBicubic(alpha, 0.5));
  });

  it('keeps 16 bits in resize and upscale where the format has them, says so where it has not, and measures in 8', async () => {
    const wide: Image<Values> = {
      width: 16,
      height: 12,
      channels: 3,
      data: new Uint16Array(16 * 12 * 3).map((_, i) => (i * 7919) % 65_536),
    };
    for (const name of ['wide.png', 'wide.tif']) await writePicture(at(name), { image: wide, alpha: null, profile: null });
    expect(distillery('resize', 'wide.tif', 'wide-half.png', '--scale', '0.5')).toMatchObject({ status: 0, stderr: '' });
    expect((await readPicture(at('wide-half.png'))).image).toEqual(resizeBicubic(wide, 0.5));
    expect(distillery('resize', 'wide.png', 'wide-half.jpg', '--scale', '0.5').stderr).toBe('wide.png: 16 bits per value rounded to 8\n');
    const model = edsr({ features: 2, blocks: 1, resScale: 1, rgbRange: 255, scale: 2 });
    const params = model.init(seedRng(1));
    writeFileSync(at('wide.safetensors'), saveStateDict(model, params));
    const upscaled = distillery('upscale', 'wide.png', 'wide-large.tif', '--weights', 'wide.safetensors', '--engine', 'wasm');
    expect(upscaled.stderr).not.toContain('16 bits');
    expect((await readPicture(at('wide-large.tif'))).image).toEqual(await upscale(model, params, wide));
    const scored = distillery('score', 'wide.png', 'wide.tif', '--border', '0', '--json');
    expect(scored.stderr).toBe('wide.png, wide.tif: 16 bits per value rounded to 8\n');
  });

  it('writes a file whose name is nearly as long as names can be', async () => {
    const long = `${'n'.repeat(251)}.png`;
    expect(distillery('resize', 'hr.png', long, '--scale', '0.5').status).toBe(0);
    expect((await readImage(at(long))).width).toBe(24);
  });

  it('upscales every image of a folder, and says which it could not', async () => {
    const model = edsr({ features: 2, blocks: 1, resScale: 1, rgbRange: 255, scale: 2 });
    writeFileSync(at('tiny.safetensors'), saveStateDict(model, model.init(seedRng(1))));
    mkdirSync(at('many'));
    for (const name of ['a.png', 'b.jpg']) await writeImage(at('many', name), gradient(12, 8));
    writeFileSync(at('many/notes.txt'), '');
    const all = distillery('upscale', 'many', 'large', '--weights', 'tiny.safetensors', '--engine', 'wasm');
    expect(all.stdout).toBe(`${join('large', 'a.png')}: 24x16\n${join('large', 'b.png')}: 24x16\n`);
    expect(all.stderr).toContain('left out, no images: notes.txt');
    expect(all.stderr).toContain('taken for EDSR x2');
    writeFileSync(at('many/c.png'), 'no image');
    const some = distillery('upscale', 'many', 'large', '--weights', 'tiny.safetensors', '--engine', 'wasm');
    expect(some.status).toBe(1);
    expect(some.stdout).toBe(all.stdout);
    expect(some.stderr).toContain('1 of 3 images were not upscaled: c.png');
    expectRefusal(['upscale', 'many/a.png', 'large', '--weights', 'tiny.safetensors', '--engine', 'wasm'], 'large');
  });

  it('says of the sets that runs use what was made or left out, once for all runs', async () => {
    for (const name of ['train/T91/t1', 'train/T91/t2', 'benchmarks/Set5/HR/a', 'benchmarks/Set5/HR/b']) {
      mkdirSync(dirname(at('sets', name)), { recursive: true });
      await writeImage(at('sets', `${name}.png`), gradient(120, 120));
    }
    mkdirSync(at('sets/benchmarks/Set5/LR_bicubic/X4'), { recursive: true });
    await writeImage(at('sets/benchmarks/Set5/LR_bicubic/X4/ax4.png'), makeLr(gradient(120, 120), 4));
    const notes = [
      "T91: LR x4: of 2 images, made from HR by MATLAB's bicubic (border symmetric); none is stored",
      `Set5: LR x4: of 1 image stored in ${join('sets', 'benchmarks/Set5/LR_bicubic/X4')}, but of 1 image not and made from HR by MATLAB's bicubic (border symmetric): b`,
    ];
    // It makes the run that it starts from first, with the same sets.
    const { status, stderr } = distillery('run', 'csd/smoke/slice-l1-x4/0', '--engine', 'wasm', '--out', 'noted', '--data', 'sets');
    expect({ status, notes: stderr.split('\n').filter((line) => /^\w+: LR/.test(line)) }).toEqual({ status: 0, notes });
    const shown: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
    const progress = planProgress(2);
    const overall = { runs: 2, settled: 0, failed: 0, stepsLeft: 1, secondsLeft: null };
    for (const id of ['one', 'other']) progress.onEvent({ kind: 'data', id, notes, overall });
    progress.stop();
    write.mockRestore();
    expect(shown.join('')).toBe(`${notes.join('\n')}\n`);
  });

  it('checks a store by its digests, and says in a line each what is damaged', () => {
    const run = ['run', 'csd/smoke/baseline-x4/0', '--engine', 'wasm', '--out', 'store'];
    expect(distillery(...run).status).toBe(0);
    const whole = distillery('verify', '--out', 'store');
    expect(whole).toEqual({ status: 0, stdout: 'checked: 1 runs finished, 0 results files\n', stderr: '' });
    const [cell] = readdirSync(at('store/runs/csd'));
    const [name] = readdirSync(at('store/runs/csd', cell as string));
    const path = join('store/runs/csd', cell as string, name as string, 'metrics.jsonl');
    truncateSync(at(path), 10);
    const damaged = distillery('verify', '--out', 'store');
    expect(damaged.status).toBe(1);
    expect(damaged.stdout.split('\n')[0]).toContain(`${path} is damaged`);
    expect(damaged.stderr.trim().split('\n')).toHaveLength(1);
    expectRefusal(['verify', 'empty'], 'empty: expected the folder of a run');
  });

  it('reports what can be read, and fails with a line for the file that cannot', () => {
    mkdirSync(at('broken/reports/results/small'), { recursive: true });
    writeFileSync(at('broken/reports/results/small/csd.json'), '{');
    const { status, stderr, stdout } = distillery('report', '--out', 'broken');
    expect(status).toBe(1);
    expect(stderr).toContain('broken/reports/results/small/csd.json is not valid JSON');
    expect(stdout).toContain('files written; open broken/reports/index.html');
    expect(existsSync(at('broken/reports/index.html'))).toBe(true);
  });

  it('stops a run at Ctrl-C with one line that says how to go on', async () => {
    const run = spawn(process.execPath, [BIN, 'run', 'csd/small/baseline-x4/0', '--engine', 'wasm', '--out', 'stopped'], { cwd: folder });
    let stderr = '';
    run.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      // Once: a second one ends the process at once.
      if (!run.killed && /step \d+ of \d+/.test(stderr)) run.kill('SIGINT');
    });
    const status = await new Promise((resolve) => run.on('close', resolve));
    expect(stderr.trim().split('\n').at(-1)).toBe('distillery: interrupted; the same command continues');
    expect(status).toBe(1);
  });

  it('scores an image as JSON and nothing else', () => {
    const { status, stdout } = distillery('score', 'hr.png', 'hr.png', '--border', '2', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ protocol: 'y-border-2', mean: { psnr: 100, ssim: 1, lpips: null } });
  });

  it('exports published weights with the kernels of PyTorch, and as ONNX', () => {
    const { shapes } = buildModel('fsrcnn-s', 3);
    const tensors = Object.entries(shapes).map(([name, shape], seed) => {
      const data = Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => Math.sin(i + seed) / 8);
      return [name, { shape: shape.length === 4 ? [3, 2, 0, 1].map((axis) => shape[axis] as number) : shape, data }] as const;
    });
    writeFileSync(at('fsrcnn-s.safetensors'), writeSafetensors(Object.fromEntries(tensors)));
    const network = ['--model', 'fsrcnn-s', '--scale', '3', '--weights', 'fsrcnn-s.safetensors'];
    expect(distillery('export', ...network, 'again.safetensors').stdout).toMatch(/^again\.safetensors: FSRCNN x3, \d+ tensors\n$/);
    const again = readSafetensors(at('again.safetensors'));
    expect(again.tensors).toEqual(readSafetensors(at('fsrcnn-s.safetensors')).tensors);
    expect(again.metadata).toMatchObject({ layout: 'OIHW kernels', scale: '3', source: 'fsrcnn-s.safetensors' });
    const { stdout } = distillery('export', 'net.onnx', ...network, '--format', 'onnx', '--size', '20x16');
    expect(stdout).toMatch(/^net\.onnx: FSRCNN x3, input (1|N)x(16x20|HxW)x1\n$/);
    expect(readFileSync(at('net.onnx')).length).toBeGreaterThan(1000);
  });

  it('lists every paper by its name and then its title, without the name once more', () => {
    const { stdout } = distillery('list');
    for (const { id, venue } of Object.values<Paper>(PAPERS))
      expect(stdout).toMatch(new RegExp(`^${id}: (?!${id}:).*\\(${venue}\\)$`, 'im'));
  });

  it('lists every architecture with its options and its models', () => {
    const { architectures, models } = JSON.parse(distillery('list', '--json').stdout) as {
      architectures: ArchitectureListing[];
      models: string[];
    };
    expect(architectures).toEqual(JSON.parse(JSON.stringify(listArchitectures())));
    expect(architectures.flatMap(({ models: own }) => own).sort()).toEqual([...models].sort());
    const { stdout } = distillery('list');
    for (const { id, title, options } of architectures)
      expect(stdout).toMatch(new RegExp(`^  ${id} \\(${title}, .*\\), x.*: ${Object.keys(options.properties).join(', ')}$`, 'm'));
  });

  it('lists a plan whose runs come after those that they start from', () => {
    const { status, stdout } = distillery('plan', 'csd', '--tier', 'smoke', '--json');
    expect(status).toBe(0);
    const runs = JSON.parse(stdout) as { id: string; needs: string[] }[];
    runs.forEach(({ needs }, i) => {
      expect(runs.slice(0, i).map(({ id }) => id)).toEqual(expect.arrayContaining(needs));
    });
    expect(runs.length).toBeGreaterThan(20);
  });

  it.each([
    ['an unknown command', ['nosuch'], ['nosuch']],
    ['an unknown option', ['resize', 'hr.png', 'x.png', '--scale', '2', '--nosuch'], ['--nosuch']],
    ['an unknown paper', ['reproduce', 'nosuch'], ['nosuch', 'csd']],
    ['an unknown tier', ['reproduce', 'csd', '--tier', 'huge'], ['huge', 'smoke']],
    ['an unknown engine', ['reproduce', 'csd', '--engine', 'abacus'], ['abacus', 'wasm']],
    ['an unknown table', ['plan', 'csd', '--tier', 'smoke', '--table', 'nosuch'], ['nosuch', 'negatives']],
    ['a data folder without the training set', ['reproduce', 'csd', '--data', 'empty', '--engine', 'wasm'], ['T91', 'train/T91']],
    ['a missing data folder', ['reproduce', 'csd', '--data', 'nowhere'], ['nowhere']],
    ['a data folder without the dataset', ['data', 'fetch', 'nosuch', '--data', 'empty'], ['nosuch', 'DIV2K']],
    ['a missing image', ['resize', 'missing.png', 'x.png', '--scale', '2'], ['missing.png']],
    ['a truncated image', ['resize', 'cut.png', 'x.png', '--scale', '2'], ['cut.png']],
    ['text that is no image', ['score', 'text.png', 'hr.png', '--border', '0'], ['text.png']],
    ['images of two sizes', ['score', 'sr.png', 'hr.png', '--border', '0'], ['sr.png', '47x36', '48x36']],
    ['a folder without images', ['score', 'empty', 'empty', '--border', '0'], ['empty']],
    ['an impossible scale', ['resize', 'hr.png', 'x.png', '--scale', '-1'], ['-1']],
    ['a store that is not there', ['verify', '--out', 'nowhere'], ['nowhere is no folder']],
    ['an output folder that is a file', ['reproduce', 'csd', '--out', 'hr.png'], ['hr.png', 'a file stands in its way']],
    ['a run that no plan has', ['run', 'csd/smoke/nosuch-x4/0'], ['csd/smoke/nosuch-x4/0']],
    ['a folder that holds no run', ['export', 'empty', 'x.safetensors'], ['empty']],
    ['an export of nothing', ['export', 'x.onnx'], ['--model', '--weights']],
    ['an export of two things', ['export', 'empty', 'x.onnx', '--model', 'vdsr', '--scale', '2', '--weights', 'w.pth'], ['not both']],
    ['an export size', ['export', 'empty', 'x.onnx', '--size', '64'], ['64', 'WIDTHxHEIGHT']],
    ['text that is no weights', ['export', 'x.onnx', '--model', 'vdsr', '--scale', '2', '--weights', 'text.png'], ['text.png']],
    ['a scale that is no fraction', ['resize', 'hr.png', 'x.png', '--scale', '1/0'], ['1/0', 'fraction']],
    ['a resize to nothing', ['resize', 'hr.png', 'x.png'], ['--scale', '--size']],
    ['a pipe in place of an image', ['resize', 'pipe.png', 'x.png', '--scale', '2'], ['pipe.png', 'a pipe']],
    ['two notebooks of one name', ['notebook', 'empty/a.ipynb', 'b/A.ipynb'], ['empty/a.ipynb', 'b/A.ipynb', '--out']],
    ['a folder that cannot be written', ['resize', 'hr.png', 'hr.png/x.png', '--scale', '2'], ['hr.png']],
  ])('refuses %s in one line', (_, args, words) => {
    expectRefusal(args, ...words);
    expect(existsSync(at('x.png'))).toBe(false);
  });

  it('reports without damaged results, names them in one line, fails, and leaves them as they are', () => {
    mkdirSync(at('reports/results/smoke'), { recursive: true });
    writeFileSync(at('reports/results/smoke/csd.json'), '{"schema": 1, "paper"');
    const { status, stderr } = distillery('report');
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/without a file that cannot be read.*csd\.json is not valid JSON/);
    expect(existsSync(at('reports/fakd.html'))).toBe(true);
    expect(readFileSync(at('reports/results/smoke/csd.json'), 'utf8')).toBe('{"schema": 1, "paper"');
  });
});
