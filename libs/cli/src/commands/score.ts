import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { findDataDir, IMAGE_EXTENSIONS, imagesIn, isFolder, readImage } from '@distillery/data';
import { loadLpips, lpips, PROTOCOLS, score, withBorder, type LpipsNetwork, type Protocol, type ProtocolName } from '@distillery/metrics';
import { useEngine, UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { dataOption, jsonOption, nonNegativeInteger } from '../arguments';
import { print, printJson, printTable } from '../output';

interface ScoreOptions {
  readonly border: number;
  readonly protocol: string;
  readonly data?: string;
  readonly lpips: boolean;
  readonly json: boolean;
}

/** `distillery score SR HR --border N`: two images, or two folders of the same names. */
export function addScore(program: Command): void {
  program
    .command('score <sr> <hr>')
    .description('PSNR, SSIM and LPIPS of an image against its original, or of two folders of the same names')
    .requiredOption('--border <pixels>', 'border to leave out, usually the scale', nonNegativeInteger)
    .addOption(new Option('--protocol <name>', 'what exactly is measured').choices(Object.keys(PROTOCOLS)).default('y-border-scale'))
    .option('--no-lpips', 'skip LPIPS even if its weights are found')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (sr: string, hr: string, options: ScoreOptions) => {
      const protocol = withBorder(PROTOCOLS[options.protocol as ProtocolName], options.border);
      const network = options.lpips ? await findLpips(options.data) : null;
      const images = [];
      for (const { name, srPath, hrPath } of pairs(sr, hr)) images.push({ name, ...(await scorePair(srPath, hrPath, protocol, network)) });
      const mean = {
        psnr: average(images.map((i) => i.psnr)),
        ssim: average(images.map((i) => i.ssim)),
        lpips: network && average(images.map((i) => i.lpips ?? NaN)),
      };
      if (options.json)
        return printJson({ protocol: protocol.name, border: options.border, images: images.map(finite), mean: finite(mean) });
      const cells = (name: string, s: Omit<Scores, 'name'>) => [
        name,
        s.psnr.toFixed(6),
        s.ssim.toFixed(6),
        ...(s.lpips === null ? [] : [s.lpips.toFixed(4)]),
      ];
      printTable([
        ['image', 'PSNR dB', 'SSIM', ...(network ? ['LPIPS'] : [])],
        ...images.map((image) => cells(image.name, image)),
        ...(images.length > 1 ? [cells('mean', mean)] : []),
      ]);
      print(`protocol ${protocol.name}: ${protocol.description}`);
    });
}

interface Scores {
  readonly name: string;
  readonly psnr: number;
  readonly ssim: number;
  readonly lpips: number | null;
}

async function findLpips(data: string | undefined): Promise<LpipsNetwork | null> {
  const dir = findDataDir(data);
  if (dir === null) return null;
  await useEngine('wasm');
  return loadLpips('alex', dir);
}

async function scorePair(srPath: string, hrPath: string, protocol: Protocol, network: LpipsNetwork | null): Promise<Omit<Scores, 'name'>> {
  const [sr, hr] = [await readImage(srPath), await readImage(hrPath)];
  if (sr.width !== hr.width || sr.height !== hr.height)
    throw new UserError(`${srPath} is ${sr.width}x${sr.height} but ${hrPath} is ${hr.width}x${hr.height}; expected equal sizes`);
  // The border is part of the protocol here, so that its scale does not matter.
  const { psnr, ssim } = score(sr, hr, protocol, 1);
  return { psnr, ssim, lpips: network && lpips(sr, hr, network) };
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** JSON has no Infinity: identical images have `"psnr": "Infinity"`. */
function finite<T extends object>(scores: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(scores).map(([key, value]) => [key, value === Infinity ? 'Infinity' : (value as unknown)]));
}

/** Two files, or the images of two folders paired by name without extension. */
function pairs(sr: string, hr: string): { name: string; srPath: string; hrPath: string }[] {
  for (const path of [sr, hr]) if (!existsSync(path)) throw new UserError(`${path}: no such file or folder`);
  const [srFolder, hrFolder] = [isFolder(sr), isFolder(hr)];
  if (srFolder !== hrFolder) throw new UserError(`${sr} and ${hr}: expected two images or two folders, got one of each`);
  if (!srFolder) return [{ name: basename(sr), srPath: sr, hrPath: hr }];
  const [left, right] = [imagesOf(sr), imagesOf(hr)];
  const lone = [...left.keys()].filter((name) => !right.has(name)).concat([...right.keys()].filter((name) => !left.has(name)));
  if (lone.length > 0) throw new UserError(`${sr} and ${hr}: expected the same image names; without partner: ${lone.sort().join(', ')}`);
  return [...left].map(([name, srPath]) => ({ name, srPath, hrPath: right.get(name) as string }));
}

function imagesOf(folder: string): Map<string, string> {
  const images = imagesIn(folder);
  if (images.size === 0) throw new UserError(`${folder}: no images; expected ${IMAGE_EXTENSIONS.join(', ')} files`);
  return images;
}
