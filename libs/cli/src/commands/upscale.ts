import { basename, join, resolve } from 'node:path';
import {
  firstOf,
  imagesIn,
  isFolder,
  othersIn,
  readPicture,
  requireWritable,
  requireWrittenName,
  resizeBicubic,
  writePicture,
  type ImageChange,
} from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import { upscale } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { engineOption, nonNegativeInteger, positiveInteger } from '../arguments';
import { RunFailed } from '../errors';
import { warnOfFallback } from '../fallback';
import { addNetworkOptions, findNetwork, type NetworkOptions } from '../network';
import { print, warn } from '../output';
import { warnOfPicture } from '../picture-warnings';

interface UpscaleOptions extends NetworkOptions {
  readonly tile?: number;
  readonly overlap?: number;
  readonly selfEnsemble: boolean;
}

/** `distillery upscale IN OUT`: an image, or each image of a folder, through a network, whole or in tiles with the same pixels. */
export function addUpscale(program: Command): void {
  addNetworkOptions(
    program
      .command('upscale <in> <out>')
      .description('upscale an image, or every image of a folder into another, with a trained run or published weights'),
  )
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
      const jobs = isFolder(input) ? await folderJobs(input, output) : [fileJob(input, output)];
      const network = await findNetwork(options);
      if (network.sees === 'hr')
        throw new UserError(`network '${options.network}' looks at the HR image: expected one that enlarges LR images`);
      const told = new Set<ImageChange>();
      const failures: string[] = [];
      for (const job of jobs) {
        try {
          await upscaleFile(job, network, options, told);
        } catch (error) {
          // One bad image of many is no reason to leave the others.
          if (!(error instanceof UserError) || jobs.length === 1) throw error;
          warn(error.message);
          failures.push(basename(job.input));
        }
      }
      if (failures.length > 0) throw new RunFailed(`${failures.length} of ${jobs.length} images were not upscaled: ${firstOf(failures)}`);
    });
}

interface Job {
  readonly input: string;
  readonly output: string;
}

function fileJob(input: string, output: string): Job {
  if (isFolder(output)) throw new UserError(`${output} is a folder; expected the name of an image, because ${input} is one`);
  requireWrittenName(output);
  return { input, output };
}

/** Every image of a folder, and a PNG of its name in another. */
async function folderJobs(input: string, output: string): Promise<Job[]> {
  if (resolve(input) === resolve(output)) throw new UserError(`${output}: expected another folder than the one that is read`);
  const images = imagesIn(input);
  if (images.size === 0) throw new UserError(`folder ${input} has no images`);
  const skipped = othersIn(input);
  if (skipped.length > 0) warn(`${input}: left out, no images: ${firstOf(skipped)}`);
  await requireWritable(output);
  return [...images].map(([name, path]) => ({ input: path, output: join(output, `${name}.png`) }));
}

async function upscaleFile(
  { input, output }: Job,
  { model, params }: Deployed,
  options: UpscaleOptions,
  told: Set<ImageChange>,
): Promise<void> {
  const { image, alpha, profile, changes } = await readPicture(input);
  warnOfPicture(input, output, { alpha, changes }, told);
  const { tile, overlap, selfEnsemble } = options;
  const result = await upscale(model, params, image, { selfEnsemble, tile, overlap, onFallback: warnOfFallback() });
  const { width, height } = result;
  await writePicture(output, { image: result, alpha: alpha && resizeBicubic(alpha, { width, height }), profile });
  print(`${output}: ${width}x${height}`);
}
