import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cropToMultiple, openDataset, readImage, resizeBicubic } from '@distillery/data';
import { meanScore, PROTOCOLS, psnr, score, ssim, type Score } from '@distillery/metrics';
import { DATA, haveData } from './images';

interface Published {
  readonly values: { readonly X2: Readonly<Record<string, { readonly psnr: number; readonly ssim: number }>> };
}

describe('published scores', () => {
  // RCAN's own x2 images of Set5 with the values that its MATLAB script printed (six decimals).
  it.skipIf(!haveData)("RCAN's own images score what its authors printed, to 1e-6 dB and 1e-6 SSIM", async () => {
    const folder = join(DATA, 'reference-outputs/RCAN_BI_Set5');
    const { values } = JSON.parse(readFileSync(join(folder, 'psnr_ssim.json'), 'utf8')) as Published;
    expect(Object.keys(values.X2)).toEqual(['baby', 'bird', 'butterfly', 'head', 'woman']);
    for (const [name, published] of Object.entries(values.X2)) {
      const sr = await readImage(join(folder, 'X2', `${name}_RCAN_x2.png`));
      const hr = cropToMultiple(await readImage(join(DATA, 'benchmarks/Set5/HR', `${name}.png`)), 2);
      expect(Math.abs(psnr(sr, hr, PROTOCOLS['y-border-scale'], 2) - published.psnr), name).toBeLessThan(1e-6);
      expect(Math.abs(ssim(sr, hr, PROTOCOLS['y-border-scale'], 2) - published.ssim), name).toBeLessThan(1e-6);
      expect(Math.abs(psnr(sr, hr, PROTOCOLS['y-rounded'], 2) - published.psnr), name).toBeGreaterThan(1e-3);
    }
  });

  // The bicubic rows of RCAN's Table 1 (RCAN, ECCV 2018), which all later papers repeat. They enlarge Y alone, which costs up to 0.015 dB.
  it.skipIf(!haveData).each([
    ['Set5', 2, 33.66],
    ['Set5', 3, 30.39],
    ['Set5', 4, 28.42],
    ['Set14', 2, 30.24],
    ['Set14', 3, 27.55],
    ['Set14', 4, 26.0],
  ])('bicubic on %s x%i scores the published %f dB within 0.015', async (name, scale, published) => {
    const dataset = await openDataset(name, DATA);
    const scores = { luma: [] as number[], rgb: [] as number[] };
    for (const item of dataset.items) {
      const hr = cropToMultiple(await item.hr(), scale);
      const bicubic = resizeBicubic(await item.lr(scale), scale);
      scores.luma.push(psnr(bicubic, hr, PROTOCOLS['y-grey-as-luma'], scale));
      scores.rgb.push(psnr(bicubic, hr, PROTOCOLS['y-border-scale'], scale));
    }
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean(scores.luma) - published)).toBeLessThan(0.015);
    // One image of fourteen (bridge) is grey: 20 log10(255 / 219) dB more if its values count as R = G = B.
    const grey = name === 'Set14' ? (20 * Math.log10(255 / 219)) / 14 : 0;
    expect(mean(scores.rgb) - mean(scores.luma)).toBeCloseTo(grey, 8);
  });
});

describe('score and meanScore', () => {
  it('carry the protocol, and refuse to average across protocols', async () => {
    const dataset = await openDataset('procedural-test', null);
    const scores: Score[] = [];
    for (const item of dataset.items) {
      const hr = await item.hr();
      const sr = resizeBicubic(await item.lr(2), 2);
      const both = score(sr, hr, PROTOCOLS['csd-y'], 2);
      expect(both).toEqual({
        protocol: 'csd-y',
        psnr: psnr(sr, hr, PROTOCOLS['csd-y'], 2),
        ssim: ssim(sr, hr, PROTOCOLS['csd-y'], 2),
      });
      scores.push(both);
    }
    const mean = meanScore(scores);
    expect(mean.protocol).toBe('csd-y');
    expect(mean.psnr).toBeCloseTo(scores.reduce((sum, s) => sum + s.psnr, 0) / 6, 12);
    expect(() => meanScore([...scores, { ...mean, protocol: 'y-rounded' }])).toThrow('csd-y and y-rounded');
    expect(() => meanScore([])).toThrow(RangeError);
  });
});
