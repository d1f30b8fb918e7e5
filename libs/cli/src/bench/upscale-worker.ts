import { edsr, upscale } from '@distillery/models';
import { seedRng, useEngine } from '@distillery/tensor';

/** A child process: upscales a noise image of the given side by EDSR x2 (32 channels, 4 blocks) in tiles, sends its peak resident bytes and seconds. */
async function main(side: number): Promise<void> {
  await useEngine('wasm');
  const model = edsr({ features: 32, blocks: 4, resScale: 1, rgbRange: 255, scale: 2 });
  const rng = seedRng(0);
  const data = Uint8Array.from({ length: side * side * 3 }, () => rng.integer(256));
  const begun = performance.now();
  await upscale(model, model.init(rng), { width: side, height: side, channels: 3, data });
  const seconds = (performance.now() - begun) / 1000;
  process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024, seconds });
}

void main(Number(process.argv[2]));
