import type { Rng } from '@distillery/tensor';
import type { Paint } from './canvas';
import { glyphDot } from './font';

/** n modulo m in 0..m-1, for negative n too. */
function mod(n: number, m: number): number {
  return ((n % m) + m) % m;
}

/** From colour `c0` (t = 0) to `c1` (t = 256), per channel. */
function mix(c0: number, c1: number, t: number): number {
  return (mixByte(c0 >> 16, c1 >> 16, t) << 16) | (mixByte((c0 >> 8) & 255, (c1 >> 8) & 255, t) << 8) | mixByte(c0 & 255, c1 & 255, t);
}

function mixByte(v0: number, v1: number, t: number): number {
  return (v0 * (256 - t) + v1 * t + 128) >> 8;
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
  const columns = characters.length * 6;
  const dots = new Uint8Array(columns * 7);
  for (let i = 0; i < dots.length; i++) {
    const column = i % columns;
    dots[i] = Number(glyphDot(characters[Math.floor(column / 6)] as string, column % 6, Math.floor(i / columns)));
  }
  return (u, v) => {
    const column = Math.floor(u / dot);
    const row = Math.floor(v / dot);
    if (row < 0 || row > 6 || column < 0 || column >= columns) return -1;
    return dots[row * columns + column] === 1 ? ink(u, v) : -1;
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
      // Octaves are shifted apart, or the origin would be a corner of all of them.
      const fineU = Math.floor((u * 256) / Math.max(1, cellU >> k)) + 7919 * k;
      const fineV = Math.floor((v * 256) / Math.max(1, cellV >> k)) + 104729 * k;
      sum += noiseOctave(lattice, fineU, fineV) << (octaves - 1 - k);
    }
    return Math.floor(sum / total);
  };
}

/** One octave at (u, v) in 1/256 of a cell. */
function noiseOctave(lattice: Uint8Array, u: number, v: number): number {
  const column = (u >> 8) & 63;
  const right = (column + 1) & 63;
  const row = ((v >> 8) & 63) * 64;
  const below = (row + 64) & 4095;
  const s = smoothstep(u & 255);
  const t = smoothstep(v & 255);
  const top = (lattice[row + column] as number) * (256 - s) + (lattice[row + right] as number) * s;
  const bottom = (lattice[below + column] as number) * (256 - s) + (lattice[below + right] as number) * s;
  return (top * (256 - t) + bottom * t) >> 16;
}

/** 3 t^2 - 2 t^3 for t in 1/256. */
function smoothstep(t: number): number {
  return (t * t * (768 - 2 * t)) >> 16;
}
