import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../user-error';
import { pip } from '../pip';
import { runTool } from '../run-tool';
import type { TensorflowBuild } from './addon';

/** The C library is in TensorFlow's wheels from 2.15 on. */
const REQUIREMENTS: Readonly<Record<TensorflowBuild, string>> = { cpu: 'tensorflow-cpu>=2.15,<3', gpu: 'tensorflow>=2.15,<3' };

/** The C library is the same in the wheels for every Python: which one is installed here does not matter. */
const ANY_PYTHON = ['--python-version', '3.12', '--only-binary', ':all:', '--no-deps'];

/** Takes libraries and headers out of a wheel, and prints what its extra for CUDA requires. */
const EXTRACT = `
import json, re, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
names = wheel.namelist()
for name in names:
    if re.fullmatch(r'tensorflow/(libtensorflow_(cc|framework)[.]so[.]2|include/(tensorflow|tsl|xla)/.*[.]h)', name):
        wheel.extract(name, sys.argv[2])
metadata = next((wheel.read(name).decode() for name in names if name.endswith('.dist-info/METADATA')), '')
needed = re.findall(r'^Requires-Dist: *([^;\\n]+?) *;.*extra *== *.and-cuda.', metadata, re.M)
print(json.dumps({'names': names, 'cuda': needed}))
`;

const WANTED = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/c_api.h',
  'tensorflow/include/tensorflow/c/eager/c_api.h',
];

/** Fetches TensorFlow's current wheel, and takes its C library and headers into `folder`/tensorflow; with the libraries of CUDA beside it if it is built for a card. */
export async function fetchLibrary(build: TensorflowBuild, folder: string, onOutput?: (text: string) => void): Promise<void> {
  const wheels = join(folder, 'wheels');
  await pip(['download', '--dest', wheels, ...ANY_PYTHON, REQUIREMENTS[build]], onOutput);
  const [wheel] = await readdir(wheels);
  if (wheel === undefined) throw new UserError(`pip has downloaded ${REQUIREMENTS[build]}, but no wheel came with it`);
  const cuda = await extractLibrary(join(wheels, wheel), folder);
  if (build === 'gpu') await pip(['install', '--target', folder, '--no-warn-script-location', ...cuda], onOutput);
}

/** Takes C library and headers out of a wheel. Returns the Python packages that its CUDA needs. Throws UserError if the wheel is none, or has no C library. */
export async function extractLibrary(wheel: string, folder: string): Promise<string[]> {
  const printed = await runTool({
    command: 'python3',
    args: ['-c', EXTRACT, wheel, folder],
    need: "python3 is needed to unpack TensorFlow's wheel",
    failure: `${wheel} cannot be unpacked`,
    reason: /\S/,
  });
  const { names, cuda } = JSON.parse(printed) as { names: string[]; cuda: string[] };
  const missing = WANTED.find((name) => !names.includes(name));
  if (missing !== undefined) throw new UserError(`${wheel} is no wheel of TensorFlow 2.15 or newer for Linux: it has no ${missing}`);
  return cuda;
}
