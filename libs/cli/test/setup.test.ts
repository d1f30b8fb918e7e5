import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = join(__dirname, '../bin/distillery.cjs');
let cache: string;

beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'distillery-setup-'))));
afterEach(() => rmSync(cache, { recursive: true, force: true }));

function setup(engine: string, ...args: string[]) {
  const env = { ...process.env, XDG_CACHE_HOME: cache, PATH: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'setup', engine, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

const setupTensorflow = (...args: string[]) => setup('tensorflow', ...args);

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('distillery setup tensorflow', () => {
  it('removes what it built, and says when there was nothing', () => {
    mkdirSync(join(cache, 'distillery', 'tensorflow'), { recursive: true });
    expect(setupTensorflow('--remove')).toEqual({ status: 0, stdout: 'tensorflow: removed\n', stderr: '' });
    expect(existsSync(join(cache, 'distillery', 'tensorflow'))).toBe(false);
    expect(setupTensorflow('--remove')).toEqual({ status: 0, stdout: 'tensorflow: there was nothing to remove\n', stderr: '' });
  });

  it('says in one line what it lacks', () => {
    const { status, stdout, stderr } = setupTensorflow();
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^distillery: a C\+\+ compiler is needed .*: \S+ is not found\n$/);
  });

  it('fails where what it built cannot be used', () => {
    const folder = join(cache, 'distillery', 'tensorflow', 'node_modules', '@tensorflow', 'tfjs-node');
    mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node', version: '4.22.0' }));
    writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), 'not a library');
    const { status, stdout, stderr } = setupTensorflow();
    expect({ status, stdout }).toEqual({
      status: 2,
      stdout: `tensorflow: tfjs-node 4.22.0 is in ${join(cache, 'distillery', 'tensorflow')}\n`,
    });
    expect(stderr).toMatch(
      /^distillery: tensorflow: built, but cannot be used here: engine 'tensorflow': its addon cannot be loaded: .*\n$/,
    );
  });
});

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('distillery setup onnx:cuda', () => {
  it('removes what it fetched, and says when there was nothing', () => {
    mkdirSync(join(cache, 'distillery', 'onnx-cuda'), { recursive: true });
    expect(setup('onnx:cuda', '--remove')).toEqual({ status: 0, stdout: 'onnx:cuda: removed\n', stderr: '' });
    expect(existsSync(join(cache, 'distillery', 'onnx-cuda'))).toBe(false);
    expect(setup('onnx:cuda', '--remove')).toEqual({ status: 0, stdout: 'onnx:cuda: there was nothing to remove\n', stderr: '' });
  });

  it('says in one line what it lacks', () => {
    expect(setup('onnx:cuda')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'distillery: python3 with pip is needed to fetch packages: python3 is not found\n',
    });
  });
});
