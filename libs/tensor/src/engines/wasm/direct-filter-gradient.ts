import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf } from './module';
import { stripOver, stripSize } from './strip';

const BYTES = 4;
const PANEL_BYTES = 16;

/**
 * dw = the gradient of conv2d with respect to its kernel, for every kernel size, stride and padding: for each output row and kernel tap,
 * transpose(input pixels under the tap) times dy. x `[n, h, w, c]`, dy `[n, oh, ow, o]`, dw written `[kh, kw, c, o]`; c and o are
 * multiples of four.
 */
export function directFilterGradient(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  dw: TensorInfo,
  info: backend_util.Conv2DInfo,
): void {
  const heap = heapOf(backend);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info; // prettier-ignore
  const [inBytes, outBytes] = [inChannels * BYTES, outChannels * BYTES];
  const gradient = heap.addressOf(dw);
  const outputs = heap.addressOf(dy);
  heap.clear(gradient, filterHeight * filterWidth * inChannels * outBytes);

  /** Adds the products of `pixels` pairs of an input pixel at `a`, `strideWidth` pixels apart, and an output pixel at `b` to one tap. */
  const addTap = (a: number, b: number, tap: number, pixels: number): void => {
    const c = gradient + tap * inChannels * outBytes;
    const pairs = outChannels >> 3;
    const step = strideWidth * inBytes;
    heap.routines.transposedTimesPanelPairs(a, step, PANEL_BYTES, b, outBytes, PANEL_BYTES, c, outBytes, inChannels / 4, pixels, pairs);
    const done = 2 * pairs * PANEL_BYTES;
    heap.routines.transposedTimesPanel(a, step, PANEL_BYTES, b + done, outBytes, 0, c + done, outBytes, inChannels / 4, pixels, (outChannels >> 2) & 1); // prettier-ignore
  };

  const width = (outWidth - 1) * strideWidth + filterWidth;
  heap.withBuffers([stripSize(filterHeight, width, inChannels)], (address) => {
    const images = { address: heap.addressOf(x), height: inHeight, width: inWidth, channels: inChannels };
    const strip = stripOver(heap, address, images, filterHeight, width, padInfo.left);
    for (let image = 0; image < batchSize; image++) {
      for (let row = 0; row < outHeight; row++) {
        strip.load(image, row * strideHeight - padInfo.top);
        const b = outputs + (image * outHeight + row) * outWidth * outBytes;
        for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
          const [i, j] = [Math.floor(tap / filterWidth), tap % filterWidth];
          addTap(strip.address + i * strip.rowBytes + j * inBytes, b, tap, outWidth);
        }
      }
    }
  });
}
