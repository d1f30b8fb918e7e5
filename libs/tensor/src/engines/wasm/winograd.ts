import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf } from './module';
import { multiply, multiplyTransposed, PANEL_BYTES } from './products';
import { stripOver, stripSize } from './strip';

/** Elements of a transformed tile: 4 x 4. Element e of all tiles of a block makes one matrix. */
const SIDE = 4;
const ELEMENTS = SIDE * SIDE;
const BYTES = 4;

/** Tiles transformed before they are multiplied: enough to reuse each loaded kernel panel, few enough to stay in the second-level cache. */
const TILE_CHANNELS_PER_BLOCK = 8192;
const LEAST_TILES_PER_BLOCK = 48;

/** Whether the Winograd routines apply: 3x3, stride 1, not dilated. Their channels have to be padded to whole panels. */
export function winogradApplies(info: backend_util.Conv2DInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const isUnit = [strideHeight, strideWidth, dilationHeight, dilationWidth].every((step) => step === 1);
  return filterHeight === 3 && filterWidth === 3 && isUnit;
}

/** Where the tiles of a matrix element by element lie: row-major `[tiles, channels]`, or panels `[channels / 4, tiles, 4]`. */
interface Layout {
  readonly element: number;
  readonly tile: number;
  readonly panel: number;
}

/** Sizes in bytes unless said otherwise. A strip is one row of tiles of one image; strips are worked through in blocks. */
function planOf(info: backend_util.Conv2DInfo) {
  const { batchSize, inChannels, outHeight, outWidth, outChannels } = info;
  const tilesPerStrip = Math.ceil(outWidth / 2);
  const stripsPerImage = Math.ceil(outHeight / 2);
  const wanted = Math.max(LEAST_TILES_PER_BLOCK, TILE_CHANNELS_PER_BLOCK / (inChannels + outChannels));
  const stripsPerBlock = Math.min(Math.ceil(wanted / tilesPerStrip), batchSize * stripsPerImage);
  // The products work on four tiles at a time: the last group may reach past the tiles there are, never past the buffer.
  const tilesPerBlock = Math.ceil((stripsPerBlock * tilesPerStrip) / 4) * 4;
  /** Columns of input that a strip of 4x4 tiles, two apart, covers. */
  const inputWidth = 2 * tilesPerStrip + 2;
  const pixel = { in: inChannels * BYTES, out: outChannels * BYTES };
  return {
    tilesPerStrip,
    inputWidth,
    pixel,
    inPanels: inChannels / 4,
    outPanels: outChannels / 4,
    /** One tap of the kernel, `[in, out]`. */
    tap: inChannels * pixel.out,
    rows: (channels: number): Layout => ({ element: tilesPerBlock * channels * BYTES, tile: channels * BYTES, panel: PANEL_BYTES }),
    panels: (channels: number): Layout => ({
      element: tilesPerBlock * channels * BYTES,
      tile: PANEL_BYTES,
      panel: tilesPerBlock * PANEL_BYTES,
    }),
    /** Floats of: transformed kernel, inputs and outputs; a strip of inputs; a strip of outputs. */
    buffers: [
      ELEMENTS * inChannels * outChannels,
      ELEMENTS * tilesPerBlock * inChannels,
      ELEMENTS * tilesPerBlock * outChannels,
      stripSize(SIDE, inputWidth, inChannels),
      stripSize(2, 2 * tilesPerStrip, outChannels),
    ] as const,
    /** Calls `visit` for each block with its strips: image index and first output row. */
    forEachBlock(visit: (strips: readonly { image: number; row: number }[]) => void): void {
      const strips = Array.from({ length: batchSize * stripsPerImage }, (_, i) => ({
        image: Math.floor(i / stripsPerImage),
        row: 2 * (i % stripsPerImage),
      }));
      for (let first = 0; first < strips.length; first += stripsPerBlock) visit(strips.slice(first, first + stripsPerBlock));
    },
  };
}

/**
 * y = conv2d(x, w) for 3x3 kernels at stride 1, by Winograd's F(2x2, 3x3). x `[n, h, w, c]`, w `[3, 3, c, o]`, y written
 * `[n, oh, ow, o]`.
 */
export function winogradConv2d(
  backend: BackendWasm,
  x: TensorInfo,
  filter: TensorInfo,
  y: TensorInfo,
  info: backend_util.Conv2DInfo,
): void {
  const heap = heapOf(backend);
  const { transformKernel, transformInput, transformOutput } = heap.routines;
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const { tilesPerStrip, inputWidth, pixel, inPanels, outPanels, tap, ...plan } = planOf(info);
  const [inputs, outputs] = [plan.rows(inChannels), plan.rows(outChannels)];
  const kernelPanel = inChannels * PANEL_BYTES;
  const image = { address: heap.addressOf(x), height: inHeight, width: inWidth, channels: inChannels };
  heap.withBuffers(plan.buffers, (u, v, m, stripAddress, edge) => {
    const strip = stripOver(heap, stripAddress, image, SIDE, inputWidth, padInfo.left);
    const w = heap.addressOf(filter);
    transformKernel(w, 3 * tap, tap, pixel.out, u, SIDE * tap, tap, PANEL_BYTES, kernelPanel, inChannels, outPanels);
    plan.forEachBlock((strips) => {
      strips.forEach((place, i) => {
        strip.load(place.image, place.row - padInfo.top);
        const to = v + i * tilesPerStrip * inputs.tile;
        transformInput(strip.address, strip.rowBytes, pixel.in, 2 * pixel.in, to, SIDE * inputs.element, inputs.element, inputs.tile, inputs.panel, tilesPerStrip, inPanels); // prettier-ignore
      });
      const tiles = Math.ceil((strips.length * tilesPerStrip) / 4);
      for (let e = 0; e < ELEMENTS; e++) {
        const [a, b, c] = [v + e * inputs.element, u + e * tap, m + e * outputs.element];
        multiply(heap, {
          a,
          aRow: inputs.tile,
          b,
          bPanel: kernelPanel,
          c,
          cRow: outputs.tile,
          tiles,
          depth: inChannels,
          panels: outPanels,
        });
      }
      strips.forEach((place, i) => {
        const from = m + i * tilesPerStrip * outputs.tile;
        const imageRow = outWidth * pixel.out;
        const to = heap.addressOf(y) + (place.image * outHeight + place.row) * imageRow;
        const isWhole = outWidth % 2 === 0 && place.row + 1 < outHeight;
        const [target, targetRow] = isWhole ? [to, imageRow] : [edge, 2 * tilesPerStrip * pixel.out];
        transformOutput(from, SIDE * outputs.element, outputs.element, outputs.tile, target, targetRow, pixel.out, 2 * pixel.out, PANEL_BYTES, tilesPerStrip, outPanels); // prettier-ignore
        if (isWhole) return;
        heap.copy(to, edge, imageRow);
        if (place.row + 1 < outHeight) heap.copy(to + imageRow, edge + targetRow, imageRow);
      });
    });
  });
}

/**
 * dw = the gradient of conv2d with respect to its 3x3 kernel at stride 1, by the transpose of Winograd's F(2x2, 3x3).
 * x `[n, h, w, c]`, dy `[n, oh, ow, o]`, dw written `[3, 3, c, o]`.
 */
export function winogradFilterGradient(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  dw: TensorInfo,
  info: backend_util.Conv2DInfo,
): void {
  const heap = heapOf(backend);
  const { transformInput, transformOutputGradient, transformKernelGradient } = heap.routines;
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const { tilesPerStrip, inputWidth, pixel, inPanels, outPanels, tap, ...plan } = planOf(info);
  const [inputs, outputs] = [plan.panels(inChannels), plan.panels(outChannels)];
  const inputImages = { address: heap.addressOf(x), height: inHeight, width: inWidth, channels: inChannels };
  const outputImages = { address: heap.addressOf(dy), height: outHeight, width: outWidth, channels: outChannels };
  heap.withBuffers(plan.buffers, (sums, v, z, inputAddress, outputAddress) => {
    const inputStrip = stripOver(heap, inputAddress, inputImages, SIDE, inputWidth, padInfo.left);
    const outputStrip = stripOver(heap, outputAddress, outputImages, 2, 2 * tilesPerStrip, 0);
    heap.clear(sums, ELEMENTS * tap);
    plan.forEachBlock((strips) => {
      strips.forEach(({ image, row }, i) => {
        const first = i * tilesPerStrip * PANEL_BYTES;
        inputStrip.load(image, row - padInfo.top);
        transformInput(inputStrip.address, inputStrip.rowBytes, pixel.in, 2 * pixel.in, v + first, SIDE * inputs.element, inputs.element, inputs.tile, inputs.panel, tilesPerStrip, inPanels); // prettier-ignore
        outputStrip.load(image, row);
        transformOutputGradient(outputStrip.address, outputStrip.rowBytes, pixel.out, 2 * pixel.out, z + first, SIDE * outputs.element, outputs.element, outputs.tile, outputs.panel, tilesPerStrip, outPanels); // prettier-ignore
      });
      const depth = strips.length * tilesPerStrip;
      for (let e = 0; e < ELEMENTS; e++) {
        const [a, b, c] = [v + e * inputs.element, z + e * outputs.element, sums + e * tap];
        multiplyTransposed(heap, { a, aStep: inputs.tile, aTile: inputs.panel, b, bStep: outputs.tile, bPanel: outputs.panel, c, cRow: pixel.out, tiles: inPanels, depth, panels: outPanels }); // prettier-ignore
      }
    });
    transformKernelGradient(sums, SIDE * tap, tap, pixel.out, heap.addressOf(dw), 3 * tap, tap, pixel.out, PANEL_BYTES, inChannels, outPanels); // prettier-ignore
  });
}
