import { describe, expect, it } from 'vitest';
import { pairImages } from '../src/pair-images';

const folder = (name: string, images: readonly string[]) => ({
  folder: name,
  images: new Map(images.map((image) => [image, `${name}/${image}.png`])),
});
const paired = (sr: string[], hr: string[]) => pairImages(folder('sr', sr), folder('hr', hr)).map(({ srPath, hrPath }) => [srPath, hrPath]);

describe('pairImages', () => {
  it.each([
    [
      ['baby', 'bird'],
      ['baby', 'bird'],
    ],
    [
      ['baby_x4_SR', 'bird_x4_SR'],
      ['baby', 'bird'],
    ],
    [
      ['babyx4', 'birdx4'],
      ['baby', 'bird'],
    ],
    [
      ['baby_EDSR_x2', 'bird_EDSR_x2'],
      ['baby', 'bird'],
    ],
    [
      ['baby_out', 'bird-out'],
      ['baby', 'bird'],
    ],
    [
      ['baby_SR', 'bird_SR'],
      ['baby_HR', 'bird_HR'],
    ],
    [
      ['baby_RCAN_x2', 'bird_RCAN_x2'],
      ['baby_HR_x2', 'bird_HR_x2'],
    ],
  ])('%j with %j', (sr, hr) => {
    expect(paired(sr, hr)).toEqual(sr.map((name, i) => [`sr/${name}.png`, `hr/${hr[i]}.png`]));
  });

  it('takes the longest name that fits', () => {
    expect(paired(['img_1_SR', 'img_1_b_SR'], ['img_1', 'img_1_b'])).toEqual([
      ['sr/img_1_SR.png', 'hr/img_1.png'],
      ['sr/img_1_b_SR.png', 'hr/img_1_b.png'],
    ]);
  });

  it('refuses images without a partner, and several for one', () => {
    expect(() => paired(['baby', 'head'], ['baby', 'bird'])).toThrow('without partner: bird, head');
    expect(() => paired(['img_12'], ['img_1'])).toThrow('without partner: img_1, img_12');
    expect(() => paired(['baby_a', 'baby_b'], ['baby'])).toThrow('several images for baby of hr (baby_a, baby_b); expected one');
  });
});
