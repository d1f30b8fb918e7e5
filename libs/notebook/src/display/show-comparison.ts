import { crop, encodePng, type Image } from '@distillery/data';
import { DEFAULT_PROTOCOL, detailedSquare } from '@distillery/lab';
import { psnr, PROTOCOLS } from '@distillery/metrics';
import { viewerAssets } from '@distillery/report';
import { UserError } from '@distillery/tensor';
import { escapeHtml, scriptJson } from './html';
import { publish } from './publish';

export interface ComparisonOptions {
  /** Which of the images is the truth, against which the others' PSNR is; default the last. */
  readonly reference?: string;
  /** Pixels of the border that PSNR leaves out: the scale, under the papers' protocol. */
  readonly scale: number;
  /** Which image is to the right of the divider at first; default the last but one. To the left is the first. */
  readonly right?: string;
}

/** Side in pixels of the detail that is shown of larger images. */
const DETAIL = 64;

/**
 * Displays the most detailed square of images of one size side by side, with the PSNR of the whole images on luma in dB; below that two whole ones at a time under a
 * divider that can be dragged, with zoom and pan in common, or their difference as an error map. In an executed notebook's HTML as well. Throws UserError for fewer than two images, for
 * images of different sizes, and for a name that none of them has.
 */
export async function showComparison(images: Readonly<Record<string, Image>>, options: ComparisonOptions): Promise<void> {
  const names = Object.keys(images);
  const { reference = names.at(-1) ?? '', right = names.at(-2) ?? '', scale } = options;
  for (const [role, name] of Object.entries({ reference, right }))
    if (names.length < 2 || !names.includes(name))
      throw new UserError(`comparison: ${role} '${name}', expected one of at least two images: ${names.join(', ')}`);
  const truth = images[reference] as Image;
  const tiles = Object.entries(images).map(([label, image]) => {
    if (image.width !== truth.width || image.height !== truth.height)
      throw new UserError(
        `comparison: ${label} has ${image.width}x${image.height} pixels, expected ${truth.width}x${truth.height} as ${reference} has`,
      );
    const value = psnr(image, truth, PROTOCOLS[DEFAULT_PROTOCOL], scale);
    const note = label === reference ? 'the truth' : value === Infinity ? 'identical' : `${value.toFixed(2)} dB`;
    return { label, note, image };
  });
  const whole = await Promise.all(tiles.map(({ label, note, image }) => tileHtml(label, note, image, 'zoom')));
  const { x, y, side } = detailedSquare(truth, DETAIL, scale);
  const detail = ({ label, note, image }: (typeof tiles)[number]): Promise<string> =>
    tileHtml(`${label}, detail`, note, crop(image, x, y, side, side), 'detail', label);
  const isSmall = side * 2 > Math.max(truth.width, truth.height);
  const rows = isSmall
    ? crops(whole)
    : `${crops(await Promise.all(tiles.map(detail)))}<details><summary>Whole images</summary>${crops(whole)}</details>`;
  const { css, script } = await viewerAssets();
  const chosen = scriptJson([names[0], right]);
  // The element before the script, rather than an id: a notebook may hold the same output twice.
  const begin = `window.DistilleryCompare(document.currentScript.previousElementSibling, ${chosen});`;
  publish({
    'text/html': `<style>${css}</style><figure class="comparison">${rows}</figure><script>${script}${begin}</script>`,
    'text/plain': tiles.map(({ label, note }) => `${label} ${note}`).join(', '),
  });
}

const crops = (tiles: readonly string[]): string => `<div class="crops">${tiles.join('')}</div>`;

async function tileHtml(alt: string, note: string, image: Image, className: string, label = alt): Promise<string> {
  const { width, height } = image;
  const png = (await encodePng(image)).toString('base64');
  return `<figure><img class="${className}" src="data:image/png;base64,${png}" alt="${escapeHtml(alt)}, ${width}x${height} pixels" width="${width}" height="${height}"><figcaption><span>${escapeHtml(label)}</span><br><small>${note}</small></figcaption></figure>`;
}
