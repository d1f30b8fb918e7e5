import { join } from 'node:path';
import { downloadWheel, pip } from '../pip';
import { unpackWheel } from '../unpack-wheel';
import type { TensorflowBuild } from './addon';

/** The C library is in TensorFlow's wheels from 2.15 on. */
const REQUIREMENTS: Readonly<Record<TensorflowBuild, string>> = { cpu: 'tensorflow-cpu>=2.15,<3', gpu: 'tensorflow>=2.15,<3' };

const WANTED = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/c_api.h',
  'tensorflow/include/tensorflow/c/eager/c_api.h',
];

/** Fetches TensorFlow's current wheel, and takes its C library and headers into `folder`/tensorflow; with the libraries of CUDA beside it if it is built for a card. */
export async function fetchLibrary(build: TensorflowBuild, folder: string, onOutput?: (text: string) => void): Promise<void> {
  const cuda = await extractLibrary(await downloadWheel(REQUIREMENTS[build], join(folder, 'wheels'), onOutput), folder);
  if (build === 'gpu') await pip(['install', '--target', folder, '--no-warn-script-location', ...cuda], onOutput);
}

/** Takes C library and headers out of a wheel. Returns the Python packages that its CUDA needs. Throws UserError if the wheel is none, or has no C library. */
export function extractLibrary(wheel: string, folder: string): Promise<string[]> {
  return unpackWheel(wheel, folder, {
    title: 'TensorFlow 2.15 or newer',
    files: 'tensorflow/(libtensorflow_(cc|framework)[.]so[.]2|include/(tensorflow|tsl|xla)/.*[.]h)',
    wanted: WANTED,
    extras: ['and-cuda'],
  });
}
