import { encodePng, type Image } from '@distillery/data';
import { DEFAULT_PROTOCOL } from '@distillery/lab';
import { psnr, PROTOCOLS } from '@distillery/metrics';
import { viewerAssets } from '@distillery/report';
import { UserError } from '@distillery/tensor';
import { escapeHtml } from './html';
import { publish } from './publish';

export interface ComparisonOptions {
  /** The label of the ground truth. Beneath each of the other images stands its PSNR against it. */
  readonly truth?: string;
  /** The border in pixels that PSNR leaves out: by convention the scale. Needed where there is a truth. */
  readonly scale?: number;
}

/**
 * Displays images of one size side by side, as wide as the page has room, with their PSNR on luma in dB; below them two at a time under a divider that can be
 * dragged, with zoom and pan in common, or their difference as an error map. In an executed notebook's HTML as well. Throws UserError for fewer than two images, for
 * sizes that differ and for a truth that is not among them or comes without a scale.
 */
export async function showComparison(images: Readonly<Record<string, Image>>, { truth, scale }: ComparisonOptions = {}): Promise<void> {
  const labels = Object.keys(images);
  const [first, ...others] = labels;
  if (first === undefined || others.length === 0) throw new UserError(`comparison of ${labels.length} images, expected at least two`);
  const { width, height } = images[first] as Image;
  for (const [label, image] of Object.entries(images))
    if (image.width !== width || image.height !== height)
      throw new UserError(`comparison: '${label}' is ${image.width}x${image.height}, expected ${width}x${height} as '${first}' is`);
  const scores = scoresOf(images, truth, scale);
  const tiles = await Promise.all(
    Object.entries(images).map(async ([label, image]) => {
      const png = (await encodePng(image)).toString('base64');
      const score = scores[label] === undefined ? '' : `<br><small>${scores[label]}</small>`;
      const alt = escapeHtml(`${label}, ${width}x${height} pixels`);
      return `<figure><img class="zoom" src="data:image/png;base64,${png}" alt="${alt}" width="${width}" height="${height}"><figcaption><span>${escapeHtml(label)}</span>${score}</figcaption></figure>`;
    }),
  );
  const { css, script } = await viewerAssets();
  // The element before the script, rather than an id: a notebook may hold the same output twice.
  const begin = `window.DistilleryCompare(document.currentScript.previousElementSibling, true);`;
  publish({
    'text/html': `<style>${css}</style><figure class="comparison"><div class="crops">${tiles.join('')}</div></figure><script>${script}${begin}</script>`,
    'text/plain': labels.map((label) => (scores[label] === undefined ? label : `${label} ${scores[label]}`)).join(', '),
  });
}

function scoresOf(images: Readonly<Record<string, Image>>, truth: string | undefined, scale: number | undefined): Record<string, string> {
  if (truth === undefined) return {};
  const reference = images[truth];
  if (!reference) throw new UserError(`comparison: truth '${truth}', expected one of ${Object.keys(images).join(', ')}`);
  if (scale === undefined) throw new UserError('comparison: a truth without a scale, expected the border in pixels that PSNR leaves out');
  return Object.fromEntries(
    Object.entries(images)
      .filter(([label]) => label !== truth)
      .map(([label, image]) => [label, `${psnr(image, reference, PROTOCOLS[DEFAULT_PROTOCOL], scale).toFixed(2)} dB`]),
  );
}
