import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf } from './module';
import { multiplyTransposed, PANEL_BYTES } from './products';
import { stripOver, stripSize } from './strip';

const BYTES = 4;

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
          multiplyTransposed(heap, {
            a: strip.address + i * strip.rowBytes + j * inBytes,
            aStep: strideWidth * inBytes,
            aTile: PANEL_BYTES,
            b,
            bStep: outBytes,
            bPanel: PANEL_BYTES,
            c: gradient + tap * inChannels * outBytes,
            cRow: outBytes,
            tiles: inChannels / 4,
            depth: outWidth,
            panels: outChannels / 4,
          });
        }
      }
    }
  });
}
