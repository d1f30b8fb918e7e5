import { crop, encodePng, resizeBicubic, type Dataset, type Image } from '@distillery/data';
import type { EvaluatedImage } from './evaluate';
import type { Crop } from '../store/run-result';
import { detailedSquare, type Square } from './detailed-square';

/** Images of the first dataset that are shown. */
const IMAGES = 2;
/** Side of the zoomed crop, HR pixels. */
const ZOOM = 64;
/** Longer side of the thumbnail. */
const THUMBNAIL = 128;

interface Shown {
  readonly dataset: string;
  readonly image: string;
  readonly square: Square;
  readonly pictures: Map<string, Image>;
}

/** Collects the pictures of a run's image comparison while it is evaluated. */
export function cropCollector(datasets: readonly Dataset[], scale: number) {
  const wanted = new Set(datasets[0]?.items.slice(0, IMAGES).map(({ name }) => name));
  const shown = new Map<string, Shown>();
  return {
    add(network: string, dataset: Dataset, { name, lr, hr, sr }: EvaluatedImage): void {
      if (dataset !== datasets[0] || !wanted.has(name)) return;
      const entry = shown.get(name) ?? newEntry(dataset.name, name, lr, hr, scale);
      entry.pictures.set(network, sr);
      shown.set(name, entry);
    },
    /**
     * Per image a thumbnail of HR with the zoomed square marked, and that square of LR (pixels repeated to HR size), bicubic, HR
     * and every network: all of one size.
     */
    async crops(): Promise<Crop[]> {
      const crops: Crop[] = [];
      for (const { dataset, image, square, pictures } of shown.values()) {
        const hr = pictures.get('hr') as Image;
        crops.push({ dataset, image, shows: 'hr', view: 'whole', pngBase64: await base64(thumbnail(hr, square)) });
        for (const [shows, picture] of pictures) {
          const { x, y, side } = square;
          crops.push({ dataset, image, shows, view: 'zoom', pngBase64: await base64(crop(picture, x, y, side, side)) });
        }
      }
      return crops;
    },
  };
}

function newEntry(dataset: string, image: string, lr: Image, hr: Image, scale: number): Shown {
  const pictures = new Map([
    ['lr', repeatPixels(lr, scale)],
    ['bicubic', resizeBicubic(lr, scale)],
    ['hr', hr],
  ]);
  return { dataset, image, square: detailedSquare(hr, ZOOM, scale), pictures };
}

function repeatPixels({ width, height, channels, data }: Image, scale: number): Image {
  const out = new Uint8Array(width * height * channels * scale * scale);
  let o = 0;
  for (let y = 0; y < height * scale; y++) {
    const row = Math.floor(y / scale) * width;
    for (let x = 0; x < width * scale; x++) {
      const i = (row + Math.floor(x / scale)) * channels;
      for (let c = 0; c < channels; c++) out[o++] = data[i + c] as number;
    }
  }
  return { width: width * scale, height: height * scale, channels, data: out };
}

/** The image shrunk to the thumbnail's size, with the square's outline in white. */
function thumbnail(image: Image, square: Square): Image {
  const factor = Math.min(1, THUMBNAIL / Math.max(image.width, image.height));
  const size = { width: Math.max(1, Math.round(image.width * factor)), height: Math.max(1, Math.round(image.height * factor)) };
  const small = resizeBicubic(image, size);
  const data = Uint8Array.from(small.data);
  const at = (position: number, limit: number): number => Math.min(Math.round(position * factor), limit - 1);
  const [left, right] = [at(square.x, size.width), at(square.x + square.side, size.width)];
  const [top, bottom] = [at(square.y, size.height), at(square.y + square.side, size.height)];
  const mark = (x: number, y: number): void =>
    void data.fill(255, (y * size.width + x) * small.channels, (y * size.width + x + 1) * small.channels);
  for (let x = left; x <= right; x++) [top, bottom].forEach((y) => mark(x, y));
  for (let y = top; y <= bottom; y++) [left, right].forEach((x) => mark(x, y));
  return { ...small, data };
}

async function base64(image: Image): Promise<string> {
  return (await encodePng(image)).toString('base64');
}
