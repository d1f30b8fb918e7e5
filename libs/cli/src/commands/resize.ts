import { BORDERS, readPicture, resizeBicubic, writePicture, type Border, type Image, type Values } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { imageSize, ratio } from '../arguments';
import { print } from '../output';
import { warnOfPicture } from '../picture-warnings';

interface ResizeOptions {
  readonly scale?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly border: Border;
}

/** `distillery resize IN OUT --scale S`: MATLAB's bicubic, bit for bit. */
export function addResize(program: Command): void {
  program
    .command('resize <in> <out>')
    .description('resize an image with MATLAB bicubic (antialiased), bit for bit')
    .addOption(new Option('--scale <factor>', 'output size / input size, such as 1/3, 0.5 or 2').argParser(ratio).conflicts('size'))
    .addOption(new Option('--size <WxH>', 'output size in pixels, such as 640x480').argParser(imageSize))
    .addOption(
      new Option('--border <convention>', 'what lies beyond the edge: newer or older MATLAB').choices([...BORDERS]).default('symmetric'),
    )
    .action(async (input: string, output: string, { scale, size, border }: ResizeOptions) => {
      const to = size ?? scale;
      if (to === undefined) throw new UserError('expected --scale, such as 1/3, or --size, such as 640x480');
      const { image, alpha, profile, changes } = await readPicture(input);
      const resized = (part: Image<Values>): Image<Values> => resizeBicubic(part, to, border);
      const picture = { image: resized(image), alpha: alpha && resized(alpha), profile };
      warnOfPicture(input, output, { alpha, changes });
      await writePicture(output, picture);
      print(`${output}: ${picture.image.width}x${picture.image.height}`);
    });
}
