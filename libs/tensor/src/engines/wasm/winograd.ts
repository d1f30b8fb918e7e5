import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf } from './module';
import { stripOver, stripSize } from './strip';

/** Elements of a transformed tile: 4 x 4. Element e of all tiles of a block makes one matrix. */
const ELEMENTS = 16;
const BYTES = 4;
const PANEL_BYTES = 16;

/** Tiles transformed before they are multiplied: enough to reuse each loaded kernel panel, few enough to stay in the second-level cache. */
const TILE_CHANNELS_PER_BLOCK = 8192;
const LEAST_TILES_PER_BLOCK = 48;

/** Whether the Winograd routines apply: 3x3, stride 1, not dilated. Their channels have to be padded to whole panels. */
export function winogradApplies(info: backend_util.Conv2DInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const isUnit = [strideHeight, strideWidth, dilationHeight, dilationWidth].every((step) => step === 1);
  return filterHeight === 3 && filterWidth === 3 && isUnit;
}

/** A strip is one row of tiles of one image. Strips are worked through in blocks. */
interface Blocks {
  readonly tilesPerStrip: number;
  readonly stripsPerBlock: number;
  readonly tilesPerBlock: number;
  /** Calls `visit` for each block with its strips: image index and first output row. */
  forEach(visit: (strips: readonly { image: number; row: number }[]) => void): void;
}

function blocksOf({ batchSize, outHeight, outWidth, inChannels, outChannels }: backend_util.Conv2DInfo): Blocks {
  const tilesPerStrip = Math.ceil(outWidth / 2);
  const stripsPerImage = Math.ceil(outHeight / 2);
  const wanted = Math.max(LEAST_TILES_PER_BLOCK, TILE_CHANNELS_PER_BLOCK / (inChannels + outChannels));
  const stripsPerBlock = Math.min(Math.ceil(wanted / tilesPerStrip), batchSize * stripsPerImage);
  return {
    tilesPerStrip,
    stripsPerBlock,
    // The products work on four tiles at a time: the last group may reach past the tiles there are, never past the buffer.
    tilesPerBlock: Math.ceil((stripsPerBlock * tilesPerStrip) / 4) * 4,
    forEach(visit) {
      const strips = Array.from({ length: batchSize * stripsPerImage }, (_, i) => ({
        image: Math.floor(i / stripsPerImage),
        row: 2 * (i % stripsPerImage),
      }));
      for (let first = 0; first < strips.length; first += stripsPerBlock) visit(strips.slice(first, first + stripsPerBlock));
    },
  };
}

/** Columns of input that a strip of 4x4 tiles, two apart, covers. */
const inputWidth = (tilesPerStrip: number): number => 2 * tilesPerStrip + 2;

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
  const { routines } = heap;
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const blocks = blocksOf(info);
  const { tilesPerStrip, tilesPerBlock } = blocks;
  const [inPanels, outPanels] = [inChannels / 4, outChannels / 4];
  const [inBytes, outBytes] = [inChannels * BYTES, outChannels * BYTES];
  const buffers = [
    ELEMENTS * inChannels * outChannels,
    ELEMENTS * tilesPerBlock * inChannels,
    ELEMENTS * tilesPerBlock * outChannels,
    stripSize(4, inputWidth(tilesPerStrip), inChannels),
    stripSize(2, 2 * tilesPerStrip, outChannels),
  ] as const;
  heap.withBuffers(buffers, (kernels, inputs, outputs, stripAddress, edge) => {
    const image = { address: heap.addressOf(x), height: inHeight, width: inWidth, channels: inChannels };
    const strip = stripOver(heap, stripAddress, image, 4, inputWidth(tilesPerStrip), padInfo.left);
    const w = heap.addressOf(filter);
    const tap = inChannels * outBytes;
    const [kernelElement, inputElement, outputElement] = [tap, tilesPerBlock * inBytes, tilesPerBlock * outBytes];
    routines.transformKernel(w, 3 * tap, tap, outBytes, kernels, 4 * kernelElement, kernelElement, PANEL_BYTES, inChannels * PANEL_BYTES, inChannels, outPanels); // prettier-ignore
    blocks.forEach((strips) => {
      strips.forEach(({ image: index, row }, i) => {
        strip.load(index, row - padInfo.top);
        routines.transformInput(strip.address, strip.rowBytes, inBytes, 2 * inBytes, inputs + i * tilesPerStrip * inBytes, 4 * inputElement, inputElement, inBytes, PANEL_BYTES, tilesPerStrip, inPanels); // prettier-ignore
      });
      const groupsOfTiles = Math.ceil((strips.length * tilesPerStrip) / 4);
      for (let e = 0; e < ELEMENTS; e++) {
        const [a, b, c] = [inputs + e * inputElement, kernels + e * kernelElement, outputs + e * outputElement];
        const pairs = outPanels >> 1;
        routines.rowsTimesPanelPairs(a, inBytes, b, inChannels * PANEL_BYTES, c, outBytes, groupsOfTiles, inChannels, pairs);
        routines.rowsTimesPanel(a, inBytes, b + 2 * pairs * inChannels * PANEL_BYTES, 0, c + 2 * pairs * PANEL_BYTES, outBytes, groupsOfTiles, inChannels, outPanels & 1); // prettier-ignore
      }
      strips.forEach(({ image: index, row }, i) => {
        const from = outputs + i * tilesPerStrip * outBytes;
        const imageRow = outWidth * outBytes;
        const to = heap.addressOf(y) + (index * outHeight + row) * imageRow;
        const whole = outWidth % 2 === 0 && row + 1 < outHeight;
        const [target, targetRow] = whole ? [to, imageRow] : [edge, 2 * tilesPerStrip * outBytes];
        routines.transformOutput(from, 4 * outputElement, outputElement, outBytes, target, targetRow, outBytes, 2 * outBytes, PANEL_BYTES, tilesPerStrip, outPanels); // prettier-ignore
        if (!whole) {
          heap.copy(to, edge, imageRow);
          if (row + 1 < outHeight) heap.copy(to + imageRow, edge + targetRow, imageRow);
        }
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
  const { routines } = heap;
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const blocks = blocksOf(info);
  const { tilesPerStrip, tilesPerBlock } = blocks;
  const [inPanels, outPanels] = [inChannels / 4, outChannels / 4];
  const [inBytes, outBytes] = [inChannels * BYTES, outChannels * BYTES];
  const buffers = [
    ELEMENTS * inChannels * outChannels,
    ELEMENTS * tilesPerBlock * inChannels,
    ELEMENTS * tilesPerBlock * outChannels,
    stripSize(4, inputWidth(tilesPerStrip), inChannels),
    stripSize(2, 2 * tilesPerStrip, outChannels),
  ] as const;
  heap.withBuffers(buffers, (sums, inputs, outputs, inputAddress, outputAddress) => {
    const inputImage = { address: heap.addressOf(x), height: inHeight, width: inWidth, channels: inChannels };
    const inputStrip = stripOver(heap, inputAddress, inputImage, 4, inputWidth(tilesPerStrip), padInfo.left);
    const outputImage = { address: heap.addressOf(dy), height: outHeight, width: outWidth, channels: outChannels };
    const outputStrip = stripOver(heap, outputAddress, outputImage, 2, 2 * tilesPerStrip, 0);
    const tap = inChannels * outBytes;
    const [inputElement, outputElement, panel] = [tilesPerBlock * inBytes, tilesPerBlock * outBytes, tilesPerBlock * PANEL_BYTES];
    heap.clear(sums, ELEMENTS * tap);
    blocks.forEach((strips) => {
      strips.forEach(({ image, row }, i) => {
        const offset = i * tilesPerStrip * PANEL_BYTES;
        inputStrip.load(image, row - padInfo.top);
        routines.transformInput(inputStrip.address, inputStrip.rowBytes, inBytes, 2 * inBytes, inputs + offset, 4 * inputElement, inputElement, PANEL_BYTES, panel, tilesPerStrip, inPanels); // prettier-ignore
        outputStrip.load(image, row);
        routines.transformOutputGradient(outputStrip.address, outputStrip.rowBytes, outBytes, 2 * outBytes, outputs + offset, 4 * outputElement, outputElement, PANEL_BYTES, panel, tilesPerStrip, outPanels); // prettier-ignore
      });
      const tiles = strips.length * tilesPerStrip;
      for (let e = 0; e < ELEMENTS; e++) {
        const [a, b, c] = [inputs + e * inputElement, outputs + e * outputElement, sums + e * tap];
        const pairs = outPanels >> 1;
        routines.transposedTimesPanelPairs(a, PANEL_BYTES, panel, b, PANEL_BYTES, panel, c, outBytes, inPanels, tiles, pairs);
        routines.transposedTimesPanel(a, PANEL_BYTES, panel, b + 2 * pairs * panel, PANEL_BYTES, 0, c + 2 * pairs * PANEL_BYTES, outBytes, inPanels, tiles, outPanels & 1); // prettier-ignore
      }
    });
    routines.transformKernelGradient(sums, 4 * tap, tap, outBytes, heap.addressOf(dw), 3 * tap, tap, outBytes, PANEL_BYTES, inChannels, outPanels); // prettier-ignore
  });
}
