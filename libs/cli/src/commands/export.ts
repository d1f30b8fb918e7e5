import { writeFileAtomic } from '@distillery/data';
import { deployNetwork } from '@distillery/lab';
import { saveParams } from '@distillery/models';
import { Option, type Command } from 'commander';
import { print } from '../output';

/** `distillery export RUN`: a trained network as a weights file. */
export function addExport(program: Command): void {
  program
    .command('export <run> <out>')
    .description('write a network of a finished run (its folder) as a weights file')
    .addOption(new Option('--format <format>', 'file format').choices(['safetensors']).default('safetensors'))
    .option('--network <role>', 'which network of the run', 'student')
    .action(async (run: string, out: string, { network }: { network: string }) => {
      const { model, params } = await deployNetwork(run, network, 'wasm');
      const metadata = { model: model.name, scale: String(model.scale), config: JSON.stringify(model.config), run };
      await writeFileAtomic(out, saveParams(params, metadata));
      print(`${out}: ${model.name} x${model.scale}, ${Object.keys(params).length} tensors`);
    });
}
