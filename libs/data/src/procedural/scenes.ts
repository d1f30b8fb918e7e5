import type { Rng } from '@distillery/tensor';
import { draw, SUBPIXELS, turned, upright, type Canvas } from './canvas';
import { fan, glow, grid, inBox, inDisc, inTriangle, ramp, rings, cloud, solid, stripes, text, valueNoise, where } from './paints';
import { backdrop, between, colour, colours, pixels, somewhere, surface, word } from './surfaces';

/** Paints a scene over the whole canvas. */
export type Scene = (canvas: Canvas, rng: Rng) => void;

/** Lines of text in several sizes on a quiet page. */
const page: Scene = (canvas, rng) => {
  backdrop(canvas, rng);
  const [ink, paper] = colours(rng, 110);
  const frame = turned(rng, canvas.width >> 1, canvas.height >> 1);
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
    const cut = turned(rng, pixels(rng, 30, 100), pixels(rng, 30, 100));
    const paint = surface(rng);
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
    draw(canvas, somewhere(canvas, rng), shape, 60 * SUBPIXELS);
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
  for (let i = 0; i < 10; i++) {
    const length = pixels(rng, 30, 90);
    draw(canvas, somewhere(canvas, rng), inTriangle(ramp(dark, light, 45), between(rng, 3, 8), length), length);
  }
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
