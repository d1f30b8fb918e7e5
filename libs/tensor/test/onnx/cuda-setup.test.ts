import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineStatus, removeOnnxCuda, setupOnnxCuda, UserError } from '@distillery/tensor';
import {
  cudaLibraries,
  cudaRuntimeFolder,
  cudaRuntimeProblem,
  installedPackage,
  nativeFolder,
  PROVIDER_FILES,
  runtimeCopy,
  runtimeModule,
} from '../../src/engines/onnx/cuda-runtime';
import { unpackProvider } from '../../src/engines/onnx/setup';
import { onlyPrograms } from '../only-programs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-cuda-setup-'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, contents = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** What a set-up for some version of onnxruntime leaves behind. */
function setUpFor(version: string): void {
  const copy = runtimeCopy(cudaRuntimeFolder());
  write(join(copy, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', version }));
  for (const name of PROVIDER_FILES) write(join(nativeFolder(copy), name));
}

const { version } = installedPackage('onnxruntime-node');

/** Stands for pip: a wheel with the provider, and CUDA's libraries where it is told to put them. */
const PIP = `
import json, os, sys, zipfile
args = sys.argv[3:]
print(json.dumps(args), file=open(os.environ['PIP_CALLS'], 'a'))
target = args[2]
if args[0] == 'download':
    os.makedirs(target)
    with zipfile.ZipFile(target + '/onnxruntime_gpu-1-cp312.whl', 'w') as wheel:
        for name in ${JSON.stringify(PROVIDER_FILES)}: wheel.writestr('onnxruntime/capi/' + name, name)
        wheel.writestr('onnxruntime/capi/other.so', '')
        wheel.writestr('onnxruntime_gpu-1.dist-info/METADATA', os.linesep.join([
            'Requires-Dist: numpy>=1.21.6',
            'Requires-Dist: sympy; extra == "symbolic"',
            'Requires-Dist: nvidia-cuda-runtime~=13.0; extra == "cuda"',
            'Requires-Dist: nvidia-cudnn-cu13~=9.0; extra == "cudnn"',
        ]))
else:
    if os.path.exists(os.environ['PIP_CALLS'] + '.broken'): sys.exit('ERROR: connection broken')
    for name in ['cudnn/lib/libcudnn.so.9', 'cu13/lib/libcudart.so.13', 'cu13/lib/libcublas.so.13', 'cu13/lib/libcublasLt.so.13']:
        os.makedirs(os.path.dirname(target + '/nvidia/' + name), exist_ok=True)
        open(target + '/nvidia/' + name, 'w')
`;

/** Itself, not a script that calls it. */
const python = (spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout || '').trim();

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('distillery setup onnx:cuda', () => {
  it('says what it lacks', async () => {
    onlyPrograms(join(folder, 'bin'), {});
    await expect(setupOnnxCuda()).rejects.toThrow(new UserError('python3 with pip is needed to fetch packages: python3 is not found'));
    expect(existsSync(cudaRuntimeFolder())).toBe(false);
  });

  it('has nothing to fetch where it was done for the same version, and removes it', async () => {
    setUpFor(version);
    expect(await setupOnnxCuda()).toEqual({ version, folder: cudaRuntimeFolder(), fetched: false });
    expect(runtimeModule()).toBe(runtimeCopy(cudaRuntimeFolder()));
    expect(await removeOnnxCuda()).toBe(true);
    expect(runtimeModule()).toBe('onnxruntime-node');
    expect(await removeOnnxCuda()).toBe(false);
  });

  it('is to be done again for another version of onnxruntime', () => {
    setUpFor('1.2.3');
    expect(cudaRuntimeProblem()).toBe(`the CUDA libraries here are for onnxruntime 1.2.3, installed is ${version}`);
    expect(runtimeModule()).toBe('onnxruntime-node');
  });

  describe.skipIf(python === '')('with Python', () => {
    const calls = (): string[][] =>
      readFileSync(join(folder, 'calls'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as string[]);

    beforeEach(() => {
      write(join(folder, 'pip.py'), PIP);
      const script = `if [ "$2" = pip ]; then exec ${python} ${join(folder, 'pip.py')} "$@"; else exec ${python} "$@"; fi`;
      onlyPrograms(join(folder, 'bin'), { python3: script });
      vi.stubEnv('PIP_CALLS', join(folder, 'calls'));
    });

    it('puts the provider of the same version beside a copy of onnxruntime, which then is the one to load', async () => {
      expect(await setupOnnxCuda()).toEqual({ version, folder: cudaRuntimeFolder(), fetched: true });
      const [download, install] = calls() as [string[], string[]];
      expect(download).toContain(`onnxruntime-gpu==${version}`);
      expect(install.slice(-3)).toEqual(['nvidia-cuda-runtime~=13.0', 'nvidia-cudnn-cu13~=9.0', '--disable-pip-version-check']);
      const copy = runtimeCopy(cudaRuntimeFolder());
      expect(runtimeModule()).toBe(copy);
      for (const name of PROVIDER_FILES) expect(readFileSync(join(nativeFolder(copy), name), 'utf8')).toBe(name);
      expect(cudaLibraries().map((path) => path.slice(path.lastIndexOf('/') + 1))).toEqual([
        'libcudart.so.13',
        'libcublasLt.so.13',
        'libcublas.so.13',
        'libcudnn.so.9',
      ]);
      const script = `const ort = require(${JSON.stringify(copy)}); console.log(ort.env.versions.node, Object.keys(require.cache).filter((path) => path.endsWith('.node')).join());`;
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
      expect({ stdout, stderr }).toEqual({ stdout: `${version} ${join(nativeFolder(copy), 'onnxruntime_binding.node')}\n`, stderr: '' });
    });

    it('leaves nothing behind that looks whole when it is interrupted, and goes on when it is called again', async () => {
      write(join(folder, 'calls.broken'));
      await expect(setupOnnxCuda()).rejects.toThrow(new UserError('python3 -m pip failed: ERROR: connection broken'));
      expect(existsSync(cudaRuntimeFolder())).toBe(false);
      rmSync(join(folder, 'calls.broken'));
      expect(await setupOnnxCuda()).toMatchObject({ fetched: true });
      expect(existsSync(`${cudaRuntimeFolder()}.part`)).toBe(false);
    });

    it('refuses a wheel of another package', async () => {
      const wheel = join(folder, 'a.whl');
      spawnSync(python, ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr("numpy/core.py", "")', wheel]);
      await expect(unpackProvider(wheel, folder)).rejects.toThrow(
        new UserError(`${wheel} is no wheel of onnxruntime-gpu for Linux: it has no onnxruntime/capi/${PROVIDER_FILES[0]}`),
      );
    });
  });
});

it.skipIf(existsSync('/proc/driver/nvidia'))('without an NVIDIA driver the engine onnx:cuda says so', async () => {
  const status = (await engineStatus()).find(({ name }) => name === 'onnx:cuda');
  expect(status).toEqual({
    name: 'onnx:cuda',
    available: false,
    detail: "engine 'onnx:cuda': no NVIDIA driver here (libcuda.so.1 is not found)",
  });
});
