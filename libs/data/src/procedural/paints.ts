import type { Rng } from '@distillery/tensor';
import type { Paint } from './canvas';
import { glyphDot } from './font';

/** n modulo m in 0..m-1, for negative n too. */
function mod(n: number, m: number): number {
  return ((n % m) + m) % m;
}

/** From colour `c0` (t = 0) to `c1` (t = 256), per channel. */
function mix(c0: number, c1: number, t: number): number {
  const channel = (shift: number): number => {
    const [v0, v1] = [(c0 >> shift) & 255, (c1 >> shift) & 255];
    return (v0 + Math.floor(((v1 - v0) * t + 128) / 256)) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

export function solid(colour: number): Paint {
  return () => colour;
}

/** A linear gradient along u, from `c0` at u = -length to `c1` at u = length, constant beyond. */
export function ramp(c0: number, c1: number, length: number): Paint {
  return (u) => mix(c0, c1, Math.min(Math.max(Math.floor(((u + length) * 128) / length), 0), 256));
}

/** A soft spot: `c0` at the origin, turning to `c1` with the square of the distance until `radius`. */
export function glow(c0: number, c1: number, radius: number): Paint {
  return (u, v) => mix(c0, c1, Math.min(Math.floor(((u * u + v * v) * 256) / (radius * radius)), 256));
}

/** Bars across u: `bar` on the first `width` of every `period`, `gap` on the rest. */
export function stripes(bar: Paint, gap: Paint, period: number, width: number): Paint {
  return (u, v) => (mod(u, period) < width ? bar(u, v) : gap(u, v));
}

/** A grid of lines `width` wide around cells; each cell is painted in its own coordinates, origin in its middle. */
export function grid(line: Paint, cell: Paint, periodU: number, periodV: number, width: number): Paint {
  return (u, v) => {
    const [cu, cv] = [mod(u, periodU), mod(v, periodV)];
    return cu < width || cv < width ? line(u, v) : cell(cu - Math.floor(periodU / 2), cv - Math.floor(periodV / 2));
  };
}

export function checker(p0: Paint, p1: Paint, side: number): Paint {
  return (u, v) => (mod(Math.floor(u / side) + Math.floor(v / side), 2) === 0 ? p0(u, v) : p1(u, v));
}

/** Courses of bricks, each shifted by half a brick, with mortar between. */
export function bricks(brick: Paint, mortar: Paint, length: number, height: number, gap: number): Paint {
  return (u, v) => {
    const shift = mod(Math.floor(v / height), 2) * Math.floor(length / 2);
    return mod(v, height) < gap || mod(u + shift, length) < gap ? mortar(u, v) : brick(u, v);
  };
}

/** A fan of wedges around the origin. The pseudo-angle v / (|u| + |v|) needs no trigonometry. */
export function fan(p0: Paint, p1: Paint, wedges: number): Paint {
  return (u, v) => {
    const sum = Math.abs(u) + Math.abs(v);
    if (sum === 0) return p0(u, v);
    const turn = u >= 0 ? v / sum : 2 - v / sum;
    return mod(Math.floor(((turn + 4) * wedges) / 2), 2) === 0 ? p0(u, v) : p1(u, v);
  };
}

/** Concentric rings, each `width` wide. */
export function rings(p0: Paint, p1: Paint, width: number): Paint {
  return (u, v) => (Math.floor(Math.sqrt(u * u + v * v) / width) % 2 === 0 ? p0(u, v) : p1(u, v));
}

export function inDisc(paint: Paint, radius: number): Paint {
  return (u, v) => (u * u + v * v < radius * radius ? paint(u, v) : -1);
}

/** Inside |u| <= halfWidth, |v| <= halfHeight. */
export function inBox(paint: Paint, halfWidth: number, halfHeight: number): Paint {
  return (u, v) => (Math.abs(u) <= halfWidth && Math.abs(v) <= halfHeight ? paint(u, v) : -1);
}

/** Inside the isosceles triangle with its apex at the origin, opening along +v. */
export function inTriangle(paint: Paint, halfBase: number, height: number): Paint {
  return (u, v) => (v >= 0 && v < height && Math.abs(u) * height < v * halfBase ? paint(u, v) : -1);
}

/** A line of text from the origin along u, its dots `dot` subpixels wide, one dot between characters. */
export function text(ink: Paint, characters: string, dot: number): Paint {
  return (u, v) => {
    const [column, row] = [Math.floor(u / dot), Math.floor(v / dot)];
    if (row < 0 || row > 6 || column < 0 || column >= characters.length * 6) return -1;
    const character = characters[Math.floor(column / 6)] as string;
    return column % 6 < 5 && glyphDot(character, column % 6, row) ? ink(u, v) : -1;
  };
}

/** Where smooth noise of 0..255 is at least `level`: blobs with curved edges. */
export function where(noise: Noise, level: number, above: Paint, below: Paint): Paint {
  return (u, v) => (noise(u, v) >= level ? above(u, v) : below(u, v));
}

/** Between two colours by smooth noise. */
export function cloud(noise: Noise, c0: number, c1: number): Paint {
  return (u, v) => mix(c0, c1, noise(u, v));
}

/** A smooth random field, 0..255. */
export type Noise = (u: number, v: number) => number;

/**
 * Value noise: a 64x64 torus of random bytes, `cellU` x `cellV` subpixels apart, smoothstep between them; each further octave has
 * half the cell and half the weight. Integer arithmetic only.
 */
export function valueNoise(rng: Rng, cellU: number, cellV: number, octaves: number): Noise {
  const lattice = Uint8Array.from({ length: 4096 }, () => rng.integer(256));
  const total = 2 ** octaves - 1;
  return (u, v) => {
    let sum = 0;
    for (let k = 0; k < octaves; k++) {
      const [cu, cv] = [Math.max(1, cellU >> k), Math.max(1, cellV >> k)];
      sum += noiseOctave(lattice, Math.floor((u * 256) / cu) + 7919 * k, Math.floor((v * 256) / cv) + 104729 * k) << (octaves - 1 - k);
    }
    return Math.floor(sum / total);
  };
}

/** One octave at (u, v) in 1/256 of a cell. */
function noiseOctave(lattice: Uint8Array, u: number, v: number): number {
  const [u0, v0] = [(u >> 8) & 63, (v >> 8) & 63];
  const [u1, v1] = [(u0 + 1) & 63, (v0 + 1) & 63];
  const [s, t] = [smoothstep(u & 255), smoothstep(v & 255)];
  const top = (lattice[v0 * 64 + u0] as number) * (256 - s) + (lattice[v0 * 64 + u1] as number) * s;
  const bottom = (lattice[v1 * 64 + u0] as number) * (256 - s) + (lattice[v1 * 64 + u1] as number) * s;
  return (top * (256 - t) + bottom * t) >> 16;
}

/** 3 t^2 - 2 t^3 for t in 1/256. */
function smoothstep(t: number): number {
  return (t * t * (768 - 2 * t)) >> 16;
}
