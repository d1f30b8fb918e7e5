import type { Rng } from '@distillery/tensor';
import { draw, SUBPIXELS, turned, upright, type Canvas, type Frame, type Paint } from './canvas';
import { CHARACTERS } from './font';
import {
  bricks,
  checker,
  cloud,
  fan,
  glow,
  grid,
  inBox,
  inDisc,
  inTriangle,
  ramp,
  rings,
  solid,
  stripes,
  text,
  valueNoise,
  where,
} from './paints';

/** Paints a scene over the whole canvas. */
export type Scene = (canvas: Canvas, rng: Rng) => void;

function between(rng: Rng, low: number, high: number): number {
  return low + rng.integer(high - low + 1);
}

/** `low`..`high` in pixels, as subpixels. */
function pixels(rng: Rng, low: number, high: number): number {
  return between(rng, low * SUBPIXELS, high * SUBPIXELS);
}

function luma(colour: number): number {
  return (299 * (colour >> 16) + 587 * ((colour >> 8) & 255) + 114 * (colour & 255)) / 1000;
}

/** A colour between a grey and a vivid one, as most things are. */
function colour(rng: Rng): number {
  const grey = between(rng, 20, 235);
  const channel = (): number => Math.floor((grey + rng.integer(256)) / 2);
  return (channel() << 16) | (channel() << 8) | channel();
}

/** Two colours that differ by at least `contrast` in luma. */
function colours(rng: Rng, contrast: number): [number, number] {
  for (;;) {
    const pair: [number, number] = [colour(rng), colour(rng)];
    if (Math.abs(luma(pair[0]) - luma(pair[1])) >= contrast) return pair;
  }
}

function somewhere(canvas: Canvas, rng: Rng): Frame {
  return turned(rng, rng.integer(canvas.width), rng.integer(canvas.height));
}

/** Smooth shading or soft clouds, low in contrast. */
function backdrop(canvas: Canvas, rng: Rng): void {
  const [c0, c1] = colours(rng, 20);
  const frame = somewhere(canvas, rng);
  const kind = rng.integer(3);
  if (kind === 0) draw(canvas, frame, ramp(c0, c1, canvas.width));
  else if (kind === 1) draw(canvas, frame, glow(c0, c1, canvas.width));
  else draw(canvas, frame, cloud(valueNoise(rng, pixels(rng, 24, 48), pixels(rng, 24, 48), 4), c0, c1));
}

/** A surface to cut regions from. */
function surface(rng: Rng): Paint {
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

function word(rng: Rng, length: number): string {
  return Array.from({ length }, () => (rng.integer(7) === 0 ? ' ' : (CHARACTERS[rng.integer(CHARACTERS.length)] as string))).join('');
}

/** Lines of text in several sizes on a quiet page. */
const page: Scene = (canvas, rng) => {
  backdrop(canvas, rng);
  const [ink, paper] = colours(rng, 110);
  const angle = turned(rng, canvas.width >> 1, canvas.height >> 1);
  // Nearly upright or free: most text in photographs is close to level.
  const frame = rng.integer(3) > 0 ? upright(canvas.width >> 1, canvas.height >> 1) : angle;
  const [halfWidth, halfHeight] = [Math.floor(canvas.width * 0.44), Math.floor(canvas.height * 0.44)];
  draw(canvas, frame, inBox(ramp(paper, colour(rng), canvas.width * 3), halfWidth, halfHeight));
  const left = 16 - halfWidth;
  for (let v = -halfHeight + pixels(rng, 3, 6); v < halfHeight - pixels(rng, 8, 10); v += pixels(rng, 3, 6)) {
    const dot = between(rng, 3, 7);
    const letters = text(solid(ink), word(rng, Math.floor((2 * halfWidth - 32) / (6 * dot))), dot);
    const [top, bottom] = [v, Math.min(v + 7 * dot, halfHeight)];
    draw(canvas, frame, (x, y) => (y >= top && y < bottom ? letters(x - left, y - top) : -1));
    v += 7 * dot;
  }
};

/** A building front that fills most of the view: paned windows in a grid, a ledge on top, sky above. */
const facade: Scene = (canvas, rng) => {
  const [sky0, sky1] = colours(rng, 30);
  draw(canvas, { ...upright(canvas.width >> 1, canvas.height >> 1), a: 0, b: 1 }, ramp(sky0, sky1, canvas.height));
  const [wall, glass] = colours(rng, 60);
  const [periodU, periodV] = [pixels(rng, 8, 16), pixels(rng, 9, 18)];
  const pane = grid(solid(colour(rng)), ramp(glass, colour(rng), periodU), periodU >> 1, periodV >> 1, between(rng, 2, 5));
  const front = grid(solid(wall), pane, periodU, periodV, pixels(rng, 2, 4));
  const ledge = stripes(solid(glass), solid(wall), between(rng, 6, 10), between(rng, 3, 5));
  const height = between(rng, 8, 15);
  const leaning = turned(rng, canvas.width >> 1, pixels(rng, 12, 40));
  const frame = {
    ...leaning,
    a: Math.max(Math.abs(leaning.a), Math.abs(leaning.b)),
    b: Math.min(Math.abs(leaning.a), Math.abs(leaning.b)),
  };
  draw(canvas, rng.integer(2) === 0 ? frame : { ...frame, b: -frame.b }, (u, v) => (v < 0 ? -1 : v < height ? ledge(u, v) : front(u, v)));
};

/** Fans of wedges, rings, and single lines at many angles and widths. */
const lines: Scene = (canvas, rng) => {
  backdrop(canvas, rng);
  const [c0, c1] = colours(rng, 90);
  const centre = somewhere(canvas, rng);
  const radius = pixels(rng, 32, 48);
  draw(canvas, centre, inDisc(fan(solid(c0), solid(c1), between(rng, 10, 18)), radius), radius);
  const ring = pixels(rng, 16, 28);
  draw(canvas, somewhere(canvas, rng), inDisc(rings(solid(colour(rng)), solid(colour(rng)), pixels(rng, 2, 4)), ring), ring);
  for (let i = 0; i < 14; i++) {
    const length = pixels(rng, 20, 90);
    draw(canvas, somewhere(canvas, rng), inBox(solid(colour(rng)), length, between(rng, 1, 7)), length);
  }
};

/** Four surfaces that meet at slanted edges. */
const patchwork: Scene = (canvas, rng) => {
  draw(canvas, somewhere(canvas, rng), surface(rng));
  for (let i = 0; i < 3; i++) {
    const [cut, paint] = [turned(rng, pixels(rng, 30, 100), pixels(rng, 30, 100)), surface(rng)];
    const wide = pixels(rng, 30, 70);
    draw(canvas, cut, (u, v) => (u >= 0 && (i === 0 || Math.abs(v) < wide) ? paint(u, v) : -1));
  }
};

/** Shaded discs, boxes and triangles that cover one another. */
const shapes: Scene = (canvas, rng) => {
  backdrop(canvas, rng);
  for (let i = 0; i < 12; i++) {
    const [c0, c1] = colours(rng, 25);
    const size = pixels(rng, 8, 30);
    const paint = rng.integer(3) === 0 ? surface(rng) : rng.integer(2) === 0 ? glow(c0, c1, size) : ramp(c0, c1, size);
    const kind = rng.integer(3);
    const shape =
      kind === 0 ? inDisc(paint, size) : kind === 1 ? inBox(paint, size, pixels(rng, 5, 20)) : inTriangle(paint, size, pixels(rng, 15, 50));
    draw(canvas, somewhere(canvas, rng), shape, pixels(rng, 60, 60));
  }
};

/** Undergrowth: stretched and cut noise, with twigs and a sign. */
const thicket: Scene = (canvas, rng) => {
  const [dark, light] = colours(rng, 60);
  draw(canvas, somewhere(canvas, rng), cloud(valueNoise(rng, pixels(rng, 12, 30), pixels(rng, 12, 30), 5), dark, light));
  const leaves = valueNoise(rng, pixels(rng, 5, 9), pixels(rng, 9, 16), 2);
  const vein = cloud(valueNoise(rng, 18, 70, 2), colour(rng), colour(rng));
  draw(
    canvas,
    somewhere(canvas, rng),
    where(leaves, between(rng, 125, 150), vein, () => -1),
  );
  for (let i = 0; i < 10; i++)
    draw(canvas, somewhere(canvas, rng), inTriangle(ramp(dark, light, 45), between(rng, 3, 8), pixels(rng, 30, 90)));
  const sign = somewhere(canvas, rng);
  const [ink, board] = colours(rng, 100);
  const dot = between(rng, 4, 6);
  const [halfWidth, halfHeight] = [dot * 20, dot * 6];
  draw(canvas, sign, inBox(solid(board), halfWidth, halfHeight), 2 * halfWidth);
  const letters = text(solid(ink), word(rng, 6), dot);
  draw(canvas, sign, (u, v) => letters(u + 18 * dot, v + 3 * dot), 2 * halfWidth);
};

/** Image i of a set shows scene i modulo their number. */
export const SCENES: readonly Scene[] = [page, facade, lines, patchwork, shapes, thicket];
