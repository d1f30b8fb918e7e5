import { UserError, activeEngine } from '@distillery/tensor';
import { complexity } from '../complexity/complexity';
import type { Model } from '../model';

const MEBIBYTE = 2 ** 20;

/** What the feature maps of one tile may take: small beside the 1.5 GiB that upscaling a large image is allowed. */
const BUDGET_BYTES = 512 * MEBIBYTE;

/** What an engine can hold at all: wasm's heap ends at 4 GiB, parameters and fragmentation included, and tfjs does not notice when it is full. */
const ENGINE_BYTES: Readonly<Record<string, number>> = { wasm: 3000 * MEBIBYTE };

const SIDES = [512, 384, 256, 192, 128, 96, 64, 48, 32, 16];

/**
 * Side of the tiles in LR pixels: `asked`, or else the image's longer side if it fits the memory budget, or else the largest of a few
 * sizes that does. Throws UserError for a side that is not a positive integer, for tiles of a network that looks at the whole image, and
 * for more pixels at once than the engine's memory holds.
 */
export function tileSide(model: Model, width: number, height: number, asked?: number): number {
  const whole = Math.max(width, height);
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 1)) throw new UserError(`tile ${asked}: expected a positive integer`);
  if (model.halo === Infinity && asked !== undefined && asked < whole) {
    throw new UserError(
      `${model.name} looks at the whole image (global pooling): tiles of ${asked} would change its pixels, expected none`,
    );
  }
  const side = asked ?? chosenSide(model, width, height);
  checkMemory(model, Math.min(width, side + 2 * model.halo), Math.min(height, side + 2 * model.halo));
  return side;
}

function chosenSide(model: Model, width: number, height: number): number {
  if (model.halo === Infinity || memoryOf(model, width, height) <= BUDGET_BYTES) return Math.max(width, height);
  const fitting = SIDES.find((side) => memoryOf(model, side + 2 * model.halo, side + 2 * model.halo) <= BUDGET_BYTES);
  return fitting ?? (SIDES[SIDES.length - 1] as number);
}

function checkMemory(model: Model, width: number, height: number): void {
  const needed = memoryOf(model, width, height);
  const engine = activeEngine().name;
  const limit = ENGINE_BYTES[engine] ?? Infinity;
  if (needed <= limit) return;
  const [need, have] = [needed, limit].map((bytes) => Math.ceil(bytes / MEBIBYTE));
  throw new UserError(
    `${model.name} needs ${need} MiB for ${width}x${height} pixels at once, engine ${engine} has ${have}: expected a smaller image or tile`,
  );
}

function memoryOf(model: Model, width: number, height: number): number {
  return complexity(model, [height, width]).peakBytes;
}
