import { readImage, writeImage } from '@distillery/data';
import { upscale } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { engineOption, nonNegativeInteger, positiveInteger } from '../arguments';
import { warnOfFallback } from '../fallback';
import { addNetworkOptions, findNetwork, type NetworkOptions } from '../network';
import { print } from '../output';

interface UpscaleOptions extends NetworkOptions {
  readonly tile?: number;
  readonly overlap?: number;
  readonly selfEnsemble: boolean;
}

/** `distillery upscale IN OUT`: an image through a network, whole or in tiles with the same pixels. */
export function addUpscale(program: Command): void {
  addNetworkOptions(program.command('upscale <in> <out>').description('upscale an image with a trained run or published weights'))
    .addOption(new Option('--tile <pixels>', 'side of a tile in LR pixels (default: chosen for the image)').argParser(positiveInteger))
    .addOption(
      new Option(
        '--overlap <pixels>',
        'LR pixels around each tile (default: as many as the network sees, which changes no pixel; RCAN, IMDN and SAN see the whole image)',
      ).argParser(nonNegativeInteger),
    )
    .option('--self-ensemble', 'average over the eight flips and rotations', false)
    .addOption(engineOption())
    .action(async (input: string, output: string, options: UpscaleOptions) => {
      const image = await readImage(input);
      const { model, params, sees } = await findNetwork(options);
      if (sees === 'hr') throw new UserError(`network '${options.network}' looks at the HR image: expected one that enlarges LR images`);
      const { tile, overlap, selfEnsemble } = options;
      const result = await upscale(model, params, image, { selfEnsemble, tile, overlap, onFallback: warnOfFallback() });
      await writeImage(output, result);
      print(`${output}: ${result.width}x${result.height}`);
    });
}
