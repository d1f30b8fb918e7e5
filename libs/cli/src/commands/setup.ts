import {
  activeEngine,
  checkEngine,
  CUDA_VERSIONS,
  removeOnnxCuda,
  removeTensorflow,
  removeXla,
  setupOnnxCuda,
  setupTensorflow,
  setupXla,
  UserError,
  type CudaVersion,
  type EngineName,
  type XlaPlatform,
} from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { print } from '../output';

interface XlaOptions {
  readonly cuda?: CudaVersion;
  readonly rocm: boolean;
  readonly cpu: boolean;
  readonly remove: boolean;
}

/** `distillery setup ENGINE`: fetches an optional engine. */
export function addSetup(program: Command): void {
  const setup = program.command('setup').description('fetch an optional engine');
  setup
    .command('xla')
    .description("fetch XLA's plugin for a kind of device with pip into the user's cache folder, and check it")
    .addOption(
      new Option('--cuda [version]', 'for NVIDIA cards, with CUDA and cuDNN (3 GB)').choices([...CUDA_VERSIONS]).preset(CUDA_VERSIONS[0]),
    )
    .option('--rocm', 'for AMD cards, with the ROCm that is installed', false)
    .option('--cpu', 'for the processor: correct, and slower than onnx', false)
    .option('--remove', 'remove what was fetched', false)
    .action(setUpXla);
  setup
    .command('tensorflow')
    .description("build tfjs' addon against the C library of TensorFlow's wheel in the user's cache folder, and check it")
    .option('--gpu', 'for NVIDIA cards, with CUDA and cuDNN (5 GB); without: for the processor (0.9 GB)', false)
    .option('--remove', 'remove what was built', false)
    .action(setUpTensorflow);
  setup
    .command('onnx:cuda')
    .description("fetch onnxruntime's CUDA libraries and CUDA 13 with pip into the user's cache folder (2.5 GB), and check them")
    .option('--remove', 'remove what was fetched', false)
    .action(setUpOnnxCuda);
}

async function setUpOnnxCuda({ remove }: { readonly remove: boolean }): Promise<void> {
  if (remove) return print((await removeOnnxCuda()) ? 'onnx:cuda: removed' : 'onnx:cuda: there was nothing to remove');
  const { version, folder, fetched } = await setupOnnxCuda({ onOutput: (text) => process.stderr.write(text) });
  print(`onnx:cuda: onnxruntime ${version} with CUDA ${fetched ? 'fetched into' : 'is in'} ${folder}`);
  await printCheck('onnx:cuda', 'fetched');
}

async function setUpTensorflow({ gpu, remove }: { readonly gpu: boolean; readonly remove: boolean }): Promise<void> {
  if (remove) return print((await removeTensorflow()) ? 'tensorflow: removed' : 'tensorflow: there was nothing to remove');
  const { addon, folder, built } = await setupTensorflow(gpu ? 'gpu' : 'cpu', { onOutput: (text) => process.stderr.write(text) });
  print(`tensorflow: ${addon.version} ${built ? 'built in' : 'is in'} ${folder}`);
  await printCheck('tensorflow', 'built');
  const { version, device } = activeEngine();
  if (gpu && device === null)
    throw new UserError(`tensorflow: built with CUDA, but it finds no NVIDIA card here and runs on the processor`);
  print(`tensorflow: ${version} on ${device ?? 'the processor'}`);
}

async function setUpXla(options: XlaOptions): Promise<void> {
  const platform = platformOf(options);
  const engine = `xla:${platform}` as const;
  if (options.remove) return print((await removeXla(platform)) ? `${engine}: removed` : `${engine}: there was nothing to remove`);
  const { plugin, folder, fetched } = await setupXla(platform, {
    ...(options.cuda && { cuda: options.cuda }),
    onOutput: (text) => process.stderr.write(text),
  });
  print(`${engine}: ${plugin.version} ${fetched ? 'fetched into' : 'is in'} ${folder}`);
  await printCheck(engine, 'fetched');
}

/** Throws UserError if the engine does not compute what it should. */
async function printCheck(engine: EngineName, done: string): Promise<void> {
  const { milliseconds, problem } = await checkEngine(engine);
  if (problem !== null) throw new UserError(`${engine}: ${done}, but cannot be used here: ${problem}`);
  print(
    `${engine}: ready; a convolution and its gradients agree with wasm (${(milliseconds as number).toFixed(1)} ms for the step of the self-check)`,
  );
}

function platformOf({ cuda, rocm, cpu }: XlaOptions): XlaPlatform {
  const chosen = [...(cuda !== undefined ? ['cuda' as const] : []), ...(rocm ? ['rocm' as const] : []), ...(cpu ? ['cpu' as const] : [])];
  const [platform] = chosen;
  if (!platform || chosen.length > 1) throw new UserError(`setup xla: expected one of --cuda, --rocm and --cpu`);
  return platform;
}
