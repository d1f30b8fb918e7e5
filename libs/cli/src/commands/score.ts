import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import {
  describeChanges,
  findDataDir,
  IMAGE_EXTENSIONS,
  imagesIn,
  isFolder,
  readPicture,
  toEightBit,
  type ChangedImages,
  type Image,
} from '@distillery/data';
import {
  CHANNEL_METRIC_IDS,
  finiteScore,
  IMAGE_METRIC_IDS,
  METRIC_IDS,
  METRICS,
  PROTOCOLS,
  score,
  withBorder,
  type ImageMetricId,
  type LoadedMetric,
  type MetricId,
  type Protocol,
  type ProtocolName,
} from '@distillery/metrics';
import { useEngine, UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { dataOption, jsonOption, nonNegativeInteger } from '../arguments';
import { pairImages, type ImagePair } from '../pair-images';
import { metricHeading, metricValue, print, printJson, printTable, warn } from '../output';

interface ScoreOptions extends Partial<Record<ImageMetricId, boolean>> {
  readonly border: number;
  readonly protocol: string;
  readonly data?: string;
  readonly json: boolean;
}

/** `distillery score SR HR --border N`: two images, or two folders whose names agree. */
export function addScore(program: Command): void {
  const command = program
    .command('score <sr> <hr>')
    .description(
      `${METRIC_IDS.map((id) => METRICS[id].title).join(', ')} of an image against its original, or of two folders whose names agree but for suffixes such as _x4 and _SR`,
    )
    .requiredOption('--border <pixels>', 'border to leave out, usually the scale', nonNegativeInteger)
    .addOption(new Option('--protocol <name>', 'what exactly is measured').choices(Object.keys(PROTOCOLS)).default('y-border-scale'));
  for (const id of IMAGE_METRIC_IDS) command.option(`--no-${id}`, `skip ${METRICS[id].title} even if its weights are found`);
  command
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (sr: string, hr: string, options: ScoreOptions) => {
      const protocol = withBorder(PROTOCOLS[options.protocol as ProtocolName], options.border);
      const loaded = await loadMetrics(options);
      const images: ({ readonly name: string } & Scores)[] = [];
      const changed: ChangedImages = new Map();
      for (const { name, srPath, hrPath } of pairs(sr, hr)) {
        const measured = await measuredImage(srPath, changed);
        const original = await measuredImage(hrPath, changed);
        requireEqualSizes([srPath, measured], [hrPath, original]);
        images.push({ name, ...scorePair(measured, original, protocol, loaded) });
      }
      warn(...describeChanges(changed));
      const mean = scoresBy((id) => average(images.map((image) => image[id])));
      if (options.json) return printJson({ protocol: protocol.name, border: options.border, images, mean });
      const shown = METRIC_IDS.filter((id) => mean[id] !== null);
      const cells = (name: string, scores: Scores) => [name, ...shown.map((id) => metricValue(id, scores[id]))];
      printTable([
        ['image', ...shown.map(metricHeading)],
        ...images.map((image) => cells(image.name, image)),
        ...(images.length > 1 ? [cells('mean', mean)] : []),
      ]);
      print(`protocol ${protocol.name}: ${protocol.description}`);
    });
}

/** null: not measured, because it was not asked for, its weights were not found, or the image is too small. */
type Scores = Readonly<Record<MetricId, number | null>>;

type LoadedMetrics = Partial<Record<ImageMetricId, LoadedMetric>>;

function scoresBy(value: (id: MetricId) => number | null): Scores {
  return Object.fromEntries(METRIC_IDS.map((id) => [id, value(id)])) as Record<MetricId, number | null>;
}

/** The metrics that need weights, as far as these are found and the metric is not switched off. */
async function loadMetrics(options: ScoreOptions): Promise<LoadedMetrics> {
  const dir = findDataDir(options.data);
  const wanted = IMAGE_METRIC_IDS.filter((id) => options[id] !== false);
  if (dir === null || wanted.length === 0) return {};
  await useEngine('wasm');
  return Object.fromEntries(wanted.flatMap((id) => [[id, METRICS[id].load(dir)] as const]).filter(([, metric]) => metric));
}

/** The pixels that are measured, by the rule of `readImage`; what was changed of them goes to `changed`. */
async function measuredImage(path: string, changed: ChangedImages): Promise<Image> {
  const { image, changes } = await readPicture(path);
  for (const change of changes) changed.set(change, [...(changed.get(change) ?? []), basename(path)]);
  return toEightBit(image);
}

function requireEqualSizes([srPath, sr]: [string, Image], [hrPath, hr]: [string, Image]): void {
  if (sr.width !== hr.width || sr.height !== hr.height)
    throw new UserError(`${srPath} is ${sr.width}x${sr.height} but ${hrPath} is ${hr.width}x${hr.height}; expected equal sizes`);
}

function scorePair(sr: Image, hr: Image, protocol: Protocol, loaded: LoadedMetrics): Scores {
  // The border is part of the protocol here, so that its scale does not matter.
  const ofChannels = finiteScore(score(sr, hr, protocol, 1));
  const ofImages = Object.fromEntries(IMAGE_METRIC_IDS.map((id) => [id, loaded[id]?.measure(sr, hr) ?? null]));
  return { ...Object.fromEntries(CHANNEL_METRIC_IDS.map((id) => [id, ofChannels[id]])), ...ofImages } as Record<MetricId, number | null>;
}

/** null if a value is missing. */
function average(values: readonly (number | null)[]): number | null {
  const measured = values.filter((value) => value !== null);
  return measured.length < values.length ? null : measured.reduce((sum, value) => sum + value, 0) / values.length;
}
/** Two files, or the images of two folders paired by name. */
function pairs(sr: string, hr: string): ImagePair[] {
  for (const path of [sr, hr]) if (!existsSync(path)) throw new UserError(`${path}: no such file or folder`);
  const [srFolder, hrFolder] = [isFolder(sr), isFolder(hr)];
  if (srFolder !== hrFolder) throw new UserError(`${sr} and ${hr}: expected two images or two folders, got one of each`);
  if (!srFolder) return [{ name: basename(sr), srPath: sr, hrPath: hr }];
  return pairImages({ folder: sr, images: imagesOf(sr) }, { folder: hr, images: imagesOf(hr) });
}

function imagesOf(folder: string): Map<string, string> {
  const images = imagesIn(folder);
  if (images.size === 0) throw new UserError(`${folder}: no images; expected ${IMAGE_EXTENSIONS.join(', ')} files`);
  return images;
}
