import { writeFileAtomic } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import { saveStateDict } from '@distillery/models';
import { exportModelOnnx, UnsupportedOperation, UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { imageSize } from '../arguments';
import { addModelOptions, findNetwork, type NetworkOptions } from '../network';
import { print } from '../output';

interface ExportOptions extends Omit<NetworkOptions, 'run' | 'engine'> {
  readonly format: 'safetensors' | 'onnx';
  readonly size: { readonly width: number; readonly height: number };
}

/** `distillery export RUN OUT`, or `--model` with its weights: a network as a file for other programs. */
export function addExport(program: Command): void {
  addModelOptions(
    program
      .command('export <paths...>')
      .usage('[options] RUN OUT\n       distillery export [options] --model NAME --scale S --weights FILE OUT')
      .description(
        'write a network of a finished run (its folder), or published weights, as safetensors (PyTorch names and kernel layout) or as ONNX (images NHWC, 0..1)',
      ),
  )
    .addOption(new Option('--format <format>', 'file format').choices(['safetensors', 'onnx']).default('safetensors'))
    .addOption(
      new Option('--size <WxH>', 'ONNX: input size of networks that are written for one size only')
        .argParser(imageSize)
        .default({ width: 64, height: 64 }, '64x64'),
    )
    .action(async (paths: string[], options: ExportOptions) => {
      const [out, run, ...rest] = paths.reverse() as [string, ...string[]];
      if (rest.length > 0) throw new UserError(`expected RUN OUT, found ${paths.length} paths`);
      const network = await findNetwork({ ...options, engine: 'wasm', ...(run !== undefined && { run }) });
      await (options.format === 'onnx' ? writeOnnx(out, network, options.size) : writeSafetensors(out, network, run ?? options.weights));
    });
}

async function writeSafetensors(out: string, { model, params }: Deployed, source = ''): Promise<void> {
  const metadata = { model: model.name, scale: String(model.scale), config: JSON.stringify(model.config), source };
  await writeFileAtomic(out, saveStateDict(model, params, metadata));
  print(`${out}: ${model.name} x${model.scale}, ${Object.keys({ ...params, ...model.constants }).length} tensors`);
}

async function writeOnnx(out: string, { model, params }: Deployed, { width, height }: ExportOptions['size']): Promise<void> {
  const { bytes, dynamicSize, dynamicBatch } = onnxOf(model, params, [1, height, width, model.channels]);
  await writeFileAtomic(out, Buffer.from(bytes));
  print(
    `${out}: ${model.name} x${model.scale}, input ${dynamicBatch ? 'N' : 1}x${dynamicSize ? 'HxW' : `${height}x${width}`}x${model.channels}`,
  );
}

function onnxOf(model: Deployed['model'], params: Deployed['params'], shape: [number, number, number, number]) {
  try {
    return exportModelOnnx((p, x) => model.apply(p, x), params, shape);
  } catch (error) {
    if (error instanceof UnsupportedOperation) throw new UserError(`${model.name} cannot be written as ONNX: ${error.message}`);
    throw error;
  }
}
