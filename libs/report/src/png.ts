import { UserError } from '@distillery/tensor';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG as a `data:` address, with its size in pixels. */
export interface EmbeddedPng {
  readonly src: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Checks that base64 text is a PNG and reads its size from the header chunk. Throws `UserError` naming `what` otherwise: the text
 * ends up in an attribute of the page, so it has to be what it claims to be.
 */
export function embeddedPng(base64: string, what: string): EmbeddedPng {
  const compact = base64.replace(/\s/g, '');
  const bytes = Buffer.from(compact.slice(0, 44), 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || bytes.length < 24 || !bytes.subarray(0, 8).equals(SIGNATURE)) {
    throw new UserError(`${what}: expected a base64-encoded PNG`);
  }
  return { src: `data:image/png;base64,${compact}`, width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
