/** A rectangle in pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of an image that is computed at once. */
export interface Tile {
  /** The pixels this tile is for. All tiles' cores together cover the image exactly once. */
  readonly core: Region;
  /** The core and at least `halo` pixels around it, cut off at the image's edge: there the network must see its own zero padding, as in the whole image. */
  readonly context: Region;
}

/**
 * Tiles of at most `side` x `side` core pixels, row by row. `equal`: contexts at the image's edge reach further inwards, so that all have one size, `side` and a halo
 * on both sides, unless the image is smaller. `multiple`: contexts begin at multiples of it, if they are not equal and `side` is one.
 */
export function tilesOf(
  width: number,
  height: number,
  side: number,
  halo: number,
  { equal = false, multiple = 1 }: { readonly equal?: boolean; readonly multiple?: number } = {},
): Tile[] {
  return spans(height, side, halo, equal, multiple).flatMap((row) =>
    spans(width, side, halo, equal, multiple).map((column) => ({
      core: { x: column.start, y: row.start, width: column.end - column.start, height: row.end - row.start },
      context: { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  );
}

function spans(
  length: number,
  side: number,
  halo: number,
  equal: boolean,
  multiple: number,
): { start: number; end: number; from: number; to: number }[] {
  return Array.from({ length: Math.ceil(length / side) }, (_, i) => {
    const start = i * side;
    const end = Math.min(start + side, length);
    if (!equal) {
      const from = Math.max(0, start - halo);
      const to = Math.min(length, end + halo);
      return { start, end, from: from - (from % multiple), to: Math.min(length, Math.ceil(to / multiple) * multiple) };
    }
    const size = Math.min(length, side + 2 * halo);
    const from = Math.min(Math.max(0, start - halo), length - size);
    return { start, end, from, to: from + size };
  });
}
