import { describe, expect, it } from 'vitest';
import { paperHeading, titleAfterName } from '../src/paper-name';

describe('the heading of a paper', () => {
  it('says its short name once, whether or not the title begins with it', () => {
    const fakd = { id: 'fakd', title: 'FAKD: Feature-Affinity Based Knowledge Distillation' };
    expect(paperHeading(fakd)).toBe('FAKD: Feature-Affinity Based Knowledge Distillation');
    expect(titleAfterName(fakd)).toBe('Feature-Affinity Based Knowledge Distillation');
    expect(paperHeading({ id: 'srkd', title: 'Image Super-Resolution' })).toBe('SRKD: Image Super-Resolution');
    expect(paperHeading({ id: 'a', title: 'Are: A: b' })).toBe('A: Are: A: b');
  });
});
