import { encodePng, type Image } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { escapeHtml } from './html';
import { publish } from './publish';

export interface ImageOptions {
  /** Each pixel becomes a square of this side; a whole number, default 1. */
  readonly zoom?: number;
}

/** Each pixel repeated `zoom` x `zoom` times, so that a viewer that smooths cannot blur it. */
function enlarge(image: Image, zoom: number): Image {
  if (!Number.isInteger(zoom) || zoom < 1) throw new UserError(`zoom ${zoom}: expected a positive whole number`);
  const { width, height, channels } = image;
  const data = new Uint8Array(image.data.length * zoom * zoom);
  for (let y = 0; y < height * zoom; y++) {
    for (let x = 0; x < width * zoom; x++) {
      const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * channels;
      data.set(image.data.subarray(from, from + channels), (y * width * zoom + x) * channels);
    }
  }
  return { width: width * zoom, height: height * zoom, channels, data };
}

const size = ({ width, height }: Image): string => `${width}x${height}`;

/** Displays an image as PNG. Throws UserError for a zoom that is no positive whole number. */
export async function show(image: Image, { zoom = 1 }: ImageOptions = {}): Promise<void> {
  const png = await encodePng(enlarge(image, zoom));
  publish({ 'image/png': png.toString('base64'), 'text/plain': `image ${size(image)}` });
}

/** What fits side by side below a cell of JupyterLab in a window of 1280 pixels and into our page, in CSS pixels; what a cell of a table takes beside its image. */
const ROW_WIDTH = 840;
const CELL_PADDING = 16;

/** Displays images side by side, as many in a row as fit, each with its label and its size in pixels. Throws as `show` does. */
export async function showImages(images: Readonly<Record<string, Image>>, { zoom = 1 }: ImageOptions = {}): Promise<void> {
  const columns = await Promise.all(
    Object.entries(images).map(async ([label, image]) => {
      const png = (await encodePng(enlarge(image, zoom))).toString('base64');
      const alt = escapeHtml(`${label}, ${size(image)} pixels`);
      return {
        // max-width: a notebook would shrink what does not fit, and blur it.
        image: `<td style="text-align:center"><img src="data:image/png;base64,${png}" alt="${alt}" style="max-width:none"></td>`,
        label: `<td style="text-align:center">${escapeHtml(label)}<br><small>${size(image)}</small></td>`,
        text: `${label} ${size(image)}`,
      };
    }),
  );
  const widest = zoom * Math.max(...Object.values(images).map(({ width }) => width));
  const perRow = Math.max(1, Math.floor(ROW_WIDTH / (widest + CELL_PADDING)));
  const rows = Array.from({ length: Math.ceil(columns.length / perRow) }, (_, i) => {
    const shown = columns.slice(i * perRow, (i + 1) * perRow);
    return (['image', 'label'] as const).map((part) => `<tr>${shown.map((column) => column[part]).join('')}</tr>`).join('');
  });
  publish({
    'text/html': `<div style="overflow-x:auto"><table>${rows.join('')}</table></div>`,
    'text/plain': columns.map(({ text }) => text).join(', '),
  });
}
