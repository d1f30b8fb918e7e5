import { UserError, type Rng, type RngState } from '@distillery/tensor';
import { lumaOf } from './colour';
import type { Dataset } from './dataset';
import type { Degradation } from './degradations';
import { cropToMultiple, toRgb, type Image } from './image';

/** An image to train on: HR is exactly `scale` times LR. */
export interface TrainingPair {
  readonly name: string;
  readonly hr: Image;
  readonly lr: Image;
}

/** What to sample. */
export interface PatchConfig {
  /** Side of the HR patch in pixels; a multiple of the scale. */
  readonly patch: number;
  readonly scale: number;
  /** Patches per batch. */
  readonly batch: number;
  /** 3: RGB in 0..1. 1: BT.601 luma Y / 255, so 16/255..235/255: the range in which Y-only networks are trained and measured. */
  readonly channels: 1 | 3;
}

/** One batch, NHWC: values `lr` of shape `lrShape`, `hr` of `hrShape`, aligned patch by patch. */
export interface PatchBatch {
  readonly lr: Float32Array;
  readonly hr: Float32Array;
  readonly lrShape: [number, number, number, number];
  readonly hrShape: [number, number, number, number];
}

/** An endless, reproducible sequence of batches. */
export interface PatchSampler {
  next(): PatchBatch;
  /** The generator's state: a sampler made with `restoreRng(state)` continues the sequence exactly. */
  state(): RngState;
}

/** A dataset's pairs at a scale, HR cropped to a multiple of it. All in memory. */
export async function loadPairs(dataset: Dataset, scale: number): Promise<TrainingPair[]> {
  const pairs: TrainingPair[] = [];
  for (const item of dataset.items) pairs.push({ name: item.name, hr: cropToMultiple(await item.hr(), scale), lr: await item.lr(scale) });
  return pairs;
}

/** A dataset's LR images as pairs of themselves at scale 1: what a sampler of unpaired LR patches takes. All in memory. */
export async function loadLr(dataset: Dataset, scale: number): Promise<TrainingPair[]> {
  const pairs: TrainingPair[] = [];
  for (const item of dataset.items) {
    const lr = await item.lr(scale);
    pairs.push({ name: item.name, hr: lr, lr });
  }
  return pairs;
}

/** A batch's RGB HR patches, each through the degradation in turn: LR values of shape `lrShape`. */
export function degradePatches({ hr, hrShape, lr }: PatchBatch, degradation: Degradation, scale: number, rng: Rng): Float32Array {
  const [batch, height, width, channels] = hrShape;
  if (channels !== 3) throw new UserError('degradations need RGB patches; expected 3 channels');
  const out = new Float32Array(lr.length);
  for (let n = 0; n < batch; n++) {
    const data = hr.subarray((n * hr.length) / batch, ((n + 1) * hr.length) / batch);
    out.set(degradation({ width, height, data }, scale, rng).data, (n * lr.length) / batch);
  }
  return out;
}

/**
 * Samples training patches: per patch an image uniformly, a position uniformly on the LR grid, then horizontal flip, vertical flip and
 * transpose, each with probability 1/2 and the same for LR and HR. Every draw comes from `rng`, in that order.
 * Throws UserError for no images, an image smaller than a patch, LR and HR sizes that do not agree, or a patch that is no multiple of the scale.
 */
export function patchSampler(pairs: readonly TrainingPair[], config: PatchConfig, rng: Rng): PatchSampler {
  const { patch, scale, batch, channels } = config;
  if (![patch, scale, batch].every((n) => Number.isInteger(n) && n > 0) || patch % scale !== 0) {
    throw new UserError(`patch ${patch}, scale ${scale}, batch ${batch}: expected positive integers, the patch a multiple of the scale`);
  }
  if (pairs.length === 0) throw new UserError('no images to train on; expected at least one');
  const images = pairs.map((pair) => checkedPair(pair, patch, scale));
  const side = patch / scale;
  return {
    next() {
      const lr = new Float32Array(batch * side * side * channels);
      const hr = new Float32Array(batch * patch * patch * channels);
      for (let n = 0; n < batch; n++) {
        const pair = images[rng.integer(images.length)] as TrainingPair;
        const y = rng.integer(pair.lr.height - side + 1);
        const x = rng.integer(pair.lr.width - side + 1);
        const view: View = { flipX: rng.integer(2) === 1, flipY: rng.integer(2) === 1, transpose: rng.integer(2) === 1 };
        copyPatch(pair.lr, x, y, side, view, channels, lr, n * side * side * channels);
        copyPatch(pair.hr, x * scale, y * scale, patch, view, channels, hr, n * patch * patch * channels);
      }
      return { lr, hr, lrShape: [batch, side, side, channels], hrShape: [batch, patch, patch, channels] };
    },
    state: () => rng.state(),
  };
}

/** How a patch is turned: flips first, then the transpose. */
interface View {
  readonly flipX: boolean;
  readonly flipY: boolean;
  readonly transpose: boolean;
}

function checkedPair({ name, hr, lr }: TrainingPair, patch: number, scale: number): TrainingPair {
  if (hr.width !== lr.width * scale || hr.height !== lr.height * scale) {
    throw new UserError(`image ${name}: HR ${hr.width}x${hr.height} and LR ${lr.width}x${lr.height}; expected a factor of ${scale}`);
  }
  if (hr.width < patch || hr.height < patch) {
    throw new UserError(`image ${name} is ${hr.width}x${hr.height}; expected at least the patch size, ${patch}x${patch}`);
  }
  return { name, hr: toRgb(hr), lr: toRgb(lr) };
}

/** Writes the patch at (x, y) of an RGB image into `out` from `offset` on. */
function copyPatch(image: Image, x: number, y: number, side: number, view: View, channels: 1 | 3, out: Float32Array, offset: number): void {
  const { width, data } = image;
  // Moving one column (row) in the patch moves `stepX` (`stepY`) values in the image; flips and the transpose only change these.
  let [stepX, stepY] = [3, 3 * width];
  let start = (y * width + x) * 3;
  if (view.flipX) [start, stepX] = [start + (side - 1) * stepX, -stepX];
  if (view.flipY) [start, stepY] = [start + (side - 1) * stepY, -stepY];
  if (view.transpose) [stepX, stepY] = [stepY, stepX];
  let o = offset;
  for (let row = 0; row < side; row++) {
    let i = start + row * stepY;
    for (let column = 0; column < side; column++, i += stepX) {
      const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
      if (channels === 1) {
        out[o++] = lumaOf(r, g, b) / 255;
      } else {
        out[o++] = r / 255;
        out[o++] = g / 255;
        out[o++] = b / 255;
      }
    }
  }
}
