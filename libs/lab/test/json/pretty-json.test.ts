import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prettyJson } from '../../src/json/pretty-json';
import type { Json } from '../../src/json/json';

describe('prettyJson', () => {
  it('reads back as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(JSON.parse(prettyJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('puts on one line what fits, and fills lines with short items', () => {
    const points = Array.from({ length: 30 }, (_, i): Json => [i, i / 4]);
    const images = ['baby', 'bird'].map((name): Json => ({ name, psnr: 33.1234567890123, ssim: 0.9123456789012345, lpips: null }));
    const text = prettyJson({ schema: 1, points, images });
    expect(text.split('\n')).toEqual([
      '{',
      ' "schema": 1,',
      ' "points": [',
      expect.stringMatching(/^ {2}\[0,0\], .*,$/),
      expect.stringMatching(/^ {2}\[\d+,[\d.]+\], .*,$/),
      expect.stringMatching(/\[29,7\.25\]$/),
      ' ],',
      ' "images": [',
      '  {"name":"baby","psnr":33.1234567890123,"ssim":0.9123456789012345,"lpips":null},',
      '  {"name":"bird","psnr":33.1234567890123,"ssim":0.9123456789012345,"lpips":null}',
      ' ]',
      '}',
      '',
    ]);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(121);
  });
});
