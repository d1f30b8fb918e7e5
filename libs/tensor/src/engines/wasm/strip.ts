import type { WasmHeap } from './module';

const BYTES = 4;

/** Images `[n, height, width, channels]` in the heap. */
export interface Images {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A window of a few rows that slides over images, zero outside of them: padding without a padded copy. */
export interface Strip {
  readonly address: number;
  readonly rowBytes: number;
  /** Moves the window to rows `first`, `first + 1`, ... of image `index`; rows outside the image are zero. */
  load(index: number, first: number): void;
}

/** Number of floats in the buffer that a strip needs. */
export function stripSize(rows: number, width: number, channels: number): number {
  return rows * width * channels;
}

/** A strip of `rows` rows and `width` columns in the buffer at `address`, whose column 0 is the images' column `-left`. */
export function stripOver(heap: WasmHeap, address: number, images: Images, rows: number, width: number, left: number): Strip {
  const pixelBytes = images.channels * BYTES;
  const rowBytes = width * pixelBytes;
  const imageRowBytes = images.width * pixelBytes;
  const copied = Math.min(images.width, width - left) * pixelBytes;
  heap.clear(address, rows * rowBytes);
  return {
    address,
    rowBytes,
    load(index, first) {
      for (let i = 0; i < rows; i++) {
        const row = first + i;
        const to = address + i * rowBytes;
        if (row < 0 || row >= images.height) heap.clear(to, rowBytes);
        else if (copied > 0) heap.copy(to + left * pixelBytes, images.address + (index * images.height + row) * imageRowBytes, copied);
      }
    },
  };
}
