import { BORDERS, readImage, resizeBicubic, writeImage, type Border } from '@distillery/data';
import { Option, type Command } from 'commander';
import { positiveNumber } from '../arguments';
import { print } from '../output';

/** `distillery resize IN OUT --scale S`: MATLAB's bicubic, bit for bit. */
export function addResize(program: Command): void {
  program
    .command('resize <in> <out>')
    .description('resize an image with MATLAB bicubic (antialiased), bit for bit')
    .requiredOption('--scale <factor>', 'output size / input size, such as 0.5 or 2', positiveNumber)
    .addOption(
      new Option('--border <convention>', 'what lies beyond the edge: newer or older MATLAB').choices([...BORDERS]).default('symmetric'),
    )
    .action(async (input: string, output: string, { scale, border }: { scale: number; border: Border }) => {
      const image = resizeBicubic(await readImage(input), scale, border);
      await writeImage(output, image);
      print(`${output}: ${image.width}x${image.height}`);
    });
}
