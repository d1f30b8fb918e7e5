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
  /** The core and `halo` pixels around it, cut off at the image's edge: there the network must see its own zero padding, as in the whole image. */
  readonly context: Region;
}

/** Tiles of at most `side` x `side` core pixels, row by row. */
export function tilesOf(width: number, height: number, side: number, halo: number): Tile[] {
  return spans(height, side, halo).flatMap((row) =>
    spans(width, side, halo).map((column) => ({
      core: { x: column.start, y: row.start, width: column.end - column.start, height: row.end - row.start },
      context: { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  );
}

function spans(length: number, side: number, halo: number): { start: number; end: number; from: number; to: number }[] {
  return Array.from({ length: Math.ceil(length / side) }, (_, i) => {
    const start = i * side;
    const end = Math.min(start + side, length);
    return { start, end, from: Math.max(0, start - halo), to: Math.min(length, end + halo) };
  });
}
