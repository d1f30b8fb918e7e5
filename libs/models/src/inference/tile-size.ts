import { UserError, activeCompiler, activeEngine } from '@distillery/tensor';
import { complexity } from '../complexity/complexity';
import type { Model } from '../model';

const MEBIBYTE = 2 ** 20;

/** What the feature maps of one tile may take: small beside the 1.5 GiB that upscaling a large image is allowed. */
const BUDGET_BYTES = 512 * MEBIBYTE;

/** What an engine can hold at all: wasm's heap ends at 4 GiB, parameters and fragmentation included, and tfjs does not notice when it is full. */
const ENGINE_BYTES: Readonly<Record<string, number>> = { wasm: 3000 * MEBIBYTE };

/** Engines with a memory of their own, whose size is not known here; the others share the machine's. */
const ON_DEVICE = /:(cuda|rocm|webgpu|tpu|metal)$/;

/** Sides, context included, of the equal tiles that images are cut into where compiling takes seconds: most benchmarks' images are no smaller than the first. */
const EQUAL_SIDES = [56, 112, 224, 448];

const SIDES = [512, 384, 256, 192, 128, 96, 64, 48, 32, 16];

/** How an image is cut, in LR pixels. */
export interface Tiling {
  readonly side: number;
  /** Context on each side of a tile. */
  readonly overlap: number;
  /** Whether all tiles are to have one size. */
  readonly equal: boolean;
}

export interface TilingRequest {
  /** Default: the image's longer side if its feature maps fit the memory budget, else the largest of a few sizes whose do. */
  readonly tile?: number | undefined;
  /** Default: the model's halo, which changes nothing. */
  readonly overlap?: number | undefined;
}

/**
 * How to cut an image for a network. Throws UserError for a tile that is not a positive integer or an overlap that is not a non-negative one, for tiles without
 * an overlap of a network that looks at the whole image, and for more pixels at once than the engine's memory holds.
 */
export function tilingOf(model: Model, width: number, height: number, { tile, overlap: asked }: TilingRequest): Tiling {
  if (tile !== undefined && (!Number.isInteger(tile) || tile < 1)) throw new UserError(`tile ${tile}: expected a positive integer`);
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 0))
    throw new UserError(`overlap ${asked}: expected a non-negative integer`);
  const { multiple = 1 } = model;
  const overlap = asked ?? model.halo;
  const whole = Math.max(width, height);
  if (overlap === Infinity && tile !== undefined && tile < whole) {
    throw new UserError(
      `${model.name} looks at the whole image (global pooling): tiles change its pixels, expected an overlap to accept that`,
    );
  }
  const equal = tile === undefined && multiple === 1 && overlap < Infinity && (activeCompiler()?.fewPrograms ?? false);
  const chosen = tile ?? (equal ? equalSide(overlap) : chosenSide(model, width, height, overlap));
  const side = Math.ceil(chosen / multiple) * multiple;
  checkMemory(model, Math.min(width, side + 2 * overlap), Math.min(height, side + 2 * overlap));
  return { side, overlap, equal };
}

/** At least half of each side of a tile is its core, unless that takes more than the largest tile. */
function equalSide(overlap: number): number {
  const whole = EQUAL_SIDES.find((side) => side >= 4 * overlap) ?? Math.max(4 * overlap, EQUAL_SIDES.at(-1) as number);
  return whole - 2 * overlap;
}

function chosenSide(model: Model, width: number, height: number, overlap: number): number {
  if (overlap === Infinity || memoryOf(model, width, height) <= BUDGET_BYTES) return Math.max(width, height);
  const fitting = SIDES.find((side) => memoryOf(model, side + 2 * overlap, side + 2 * overlap) <= BUDGET_BYTES);
  return fitting ?? (SIDES[SIDES.length - 1] as number);
}

function checkMemory(model: Model, width: number, height: number): void {
  const needed = memoryOf(model, width, height);
  const engine = activeEngine().name;
  const limit = ENGINE_BYTES[engine] ?? (ON_DEVICE.test(engine) ? Infinity : process.availableMemory());
  if (needed <= limit) return;
  const [need, have] = [needed, limit].map((bytes) => Math.ceil(bytes / MEBIBYTE));
  const advice =
    model.halo === Infinity
      ? 'tiles with an overlap (--tile 256 --overlap 32), which change its pixels a little'
      : `tiles with less overlap than the exact ${model.halo}`;
  throw new UserError(
    `${model.name} needs ${need} MiB for ${width}x${height} pixels at once, engine ${engine} has ${have}: expected a smaller image, or ${advice}`,
  );
}

const peaks = new WeakMap<Model, Map<string, number>>();

/** Kept, because counting takes longer than running a small network. */
function memoryOf(model: Model, width: number, height: number): number {
  const known = peaks.get(model) ?? new Map<string, number>();
  peaks.set(model, known);
  const key = `${width}x${height}`;
  const bytes = known.get(key) ?? complexity(model, [height, width]).peakBytes;
  known.set(key, bytes);
  return bytes;
}
