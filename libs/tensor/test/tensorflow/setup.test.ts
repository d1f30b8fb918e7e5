import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setupTensorflow, UserError } from '@distillery/tensor';
import { extractLibrary } from '../../src/engines/tensorflow/wheel';
import { onlyPrograms } from '../only-programs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tensorflow-setup-'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Stands for npm and tar: the package is there, and has nothing in it. */
const FETCHING = { 'g++': 'exit 0', npm: `echo '[{"filename":"a.tgz","id":"a@1"}]'; : > a.tgz`, tar: 'exit 0' };

async function failure(): Promise<string> {
  const error = await setupTensorflow('cpu').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect(existsSync(join(folder, 'cache', 'distillery', 'tensorflow'))).toBe(false);
  return (error as UserError).message;
}

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('on Linux on x64, a set-up without', () => {
  it('a compiler says which package has one, before anything is fetched', async () => {
    onlyPrograms(join(folder, 'bin'), {});
    expect(await failure()).toBe(
      "a C++ compiler is needed to build TensorFlow's addon (on Debian and Ubuntu: apt install g++): g++ is not found",
    );
  });

  it('npm says so', async () => {
    onlyPrograms(join(folder, 'bin'), { 'g++': 'exit 0' });
    expect(await failure()).toBe('npm is needed to fetch @tensorflow/tfjs-node@4.22.0: npm is not found');
  });

  it('Python says so', async () => {
    onlyPrograms(join(folder, 'bin'), FETCHING);
    expect(await failure()).toBe('python3 with pip is needed to fetch packages: python3 is not found');
  });

  it('pip says so', async () => {
    onlyPrograms(join(folder, 'bin'), { ...FETCHING, python3: 'echo "python3: No module named pip" >&2; exit 1' });
    expect(await failure()).toBe('python3 -m pip failed: python3: No module named pip');
  });

  it('a compiler that can compile it gives the first error', async () => {
    onlyPrograms(join(folder, 'bin'), {
      ...FETCHING,
      'g++':
        '[ "$1" = --version ] || { echo "tfjs_backend.cc:1: fatal error: napi.h missing" >&2; echo "compilation terminated." >&2; exit 1; }',
      python3: `case "$2" in pip) mkdir -p "$5"; : > "$5/a.whl";; *) echo '${JSON.stringify({ names: namesOfTensorflow(), cuda: [] })}';; esac`,
    });
    symlinkSync('/bin/mkdir', join(folder, 'bin', 'mkdir'));
    expect(await failure()).toBe("TensorFlow's addon could not be compiled: tfjs_backend.cc:1: fatal error: napi.h missing");
  });
});

function namesOfTensorflow(): string[] {
  return [
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.so.2',
    'tensorflow/include/tensorflow/c/c_api.h',
    'tensorflow/include/tensorflow/c/eager/c_api.h',
  ];
}

describe.skipIf(spawnSync('python3', ['--version']).status !== 0)('with Python, a wheel', () => {
  const wheel = (files: Readonly<Record<string, string>>): string => {
    const path = join(folder, 'a.whl');
    const script =
      'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n for n, c in json.loads(sys.argv[2]).items(): z.writestr(n, c)';
    expect(spawnSync('python3', ['-c', script, path, JSON.stringify(files)]).status).toBe(0);
    return path;
  };
  const library = Object.fromEntries(namesOfTensorflow().map((name) => [name, '']));

  it('of TensorFlow gives its C library and headers, and what CUDA needs', async () => {
    const metadata = [
      'Requires-Dist: numpy>=1.26.0',
      'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
      "Requires-Dist: nvidia-cublas-cu12 (==12.3.4.1) ; extra == 'and-cuda'",
      'Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; (python_version < "3.13") and extra == "gcs-filesystem"',
    ].join('\n');
    const path = wheel({ ...library, 'tensorflow/python/x.py': '', 'tensorflow-2.21.0.dist-info/METADATA': metadata });
    expect(await extractLibrary(path, join(folder, 'out'))).toEqual([
      'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
      'nvidia-cublas-cu12 (==12.3.4.1)',
    ]);
    for (const name of namesOfTensorflow()) expect(existsSync(join(folder, 'out', name))).toBe(true);
    expect(existsSync(join(folder, 'out', 'tensorflow/python'))).toBe(false);
  });

  it('of another package is refused', async () => {
    const path = wheel({ 'numpy/core.py': '' });
    await expect(extractLibrary(path, folder)).rejects.toThrow(
      new UserError(`${path} is no wheel of TensorFlow 2.15 or newer for Linux: it has no tensorflow/libtensorflow_cc.so.2`),
    );
  });

  it('that is no archive is refused', async () => {
    const path = join(folder, 'b.whl');
    writeFileSync(path, 'nothing');
    await expect(extractLibrary(path, folder)).rejects.toThrow(
      new UserError(`${path} cannot be unpacked: zipfile.BadZipFile: File is not a zip file`),
    );
  });
});
