import type { Rng } from '@distillery/tensor';
import { draw, SUBPIXELS, turned, type Canvas, type Frame, type Paint } from './canvas';
import { CHARACTERS } from './font';
import { bricks, checker, cloud, glow, grid, ramp, solid, stripes, valueNoise, where } from './paints';

/** A random integer in `low`..`high`. */
export function between(rng: Rng, low: number, high: number): number {
  return low + rng.integer(high - low + 1);
}

/** `low`..`high` in pixels, as subpixels. */
export function pixels(rng: Rng, low: number, high: number): number {
  return between(rng, low * SUBPIXELS, high * SUBPIXELS);
}

/** 0..255. */
function brightness(colour: number): number {
  return (299 * (colour >> 16) + 587 * ((colour >> 8) & 255) + 114 * (colour & 255)) / 1000;
}

/** A colour between a grey and a vivid one, as most things are. */
export function colour(rng: Rng): number {
  const grey = between(rng, 20, 235);
  const channel = (): number => Math.floor((grey + rng.integer(256)) / 2);
  return (channel() << 16) | (channel() << 8) | channel();
}

/** Two colours that differ by at least `contrast` in brightness. */
export function colours(rng: Rng, contrast: number): [number, number] {
  for (;;) {
    const pair: [number, number] = [colour(rng), colour(rng)];
    if (Math.abs(brightness(pair[0]) - brightness(pair[1])) >= contrast) return pair;
  }
}

/** A turned frame whose origin is anywhere on the canvas. */
export function somewhere(canvas: Canvas, rng: Rng): Frame {
  return turned(rng, rng.integer(canvas.width), rng.integer(canvas.height));
}

/** Smooth shading or soft clouds, low in contrast. */
export function backdrop(canvas: Canvas, rng: Rng): void {
  const [c0, c1] = colours(rng, 20);
  const frame = somewhere(canvas, rng);
  const kind = rng.integer(3);
  if (kind === 0) draw(canvas, frame, ramp(c0, c1, canvas.width));
  else if (kind === 1) draw(canvas, frame, glow(c0, c1, canvas.width));
  else draw(canvas, frame, cloud(valueNoise(rng, pixels(rng, 24, 48), pixels(rng, 24, 48), 4), c0, c1));
}

/** A surface to cut regions from. */
export function surface(rng: Rng): Paint {
  const [c0, c1] = colours(rng, 45);
  const [p0, p1] = [solid(c0), solid(c1)];
  switch (rng.integer(8)) {
    case 0:
      return stripes(p0, p1, pixels(rng, 4, 9), pixels(rng, 1, 3));
    case 1:
      return checker(p0, p1, pixels(rng, 3, 8));
    case 2:
      return bricks(
        cloud(valueNoise(rng, pixels(rng, 3, 6), pixels(rng, 2, 4), 3), c0, colour(rng)),
        p1,
        pixels(rng, 10, 18),
        pixels(rng, 5, 8),
        SUBPIXELS,
      );
    case 3:
      return grid(p0, glow(c1, colour(rng), pixels(rng, 6, 12)), pixels(rng, 7, 13), pixels(rng, 7, 13), between(rng, 4, 8));
    case 4:
      return cloud(valueNoise(rng, pixels(rng, 6, 16), pixels(rng, 6, 16), 5), c0, c1);
    case 5: // hair, wood: noise stretched along one axis
      return cloud(valueNoise(rng, pixels(rng, 2, 3), pixels(rng, 20, 50), 2), c0, c1);
    case 6: // leaves, stains: noise cut at a level
      return where(
        valueNoise(rng, pixels(rng, 8, 16), pixels(rng, 8, 16), 3),
        between(rng, 110, 145),
        p0,
        cloud(valueNoise(rng, 30, 30, 2), c1, colour(rng)),
      );
    default:
      return ramp(c0, c1, pixels(rng, 20, 60));
  }
}

/** Random characters, every seventh or so a space. */
export function word(rng: Rng, length: number): string {
  return Array.from({ length }, () => (rng.integer(7) === 0 ? ' ' : (CHARACTERS[rng.integer(CHARACTERS.length)] as string))).join('');
}
