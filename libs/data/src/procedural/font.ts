/** A 5x7 dot font: seven rows from top to bottom, each a base-32 digit whose five bits run from left to right. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'uhhhhhu',
  E: 'vgguggv',
  F: 'vgguggg',
  G: 'ehgnhhe',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hpljhhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hha4444',
  Z: 'v1248gv',
  a: '00e1fhf',
  d: '11djhhf',
  e: '00ehvge',
  i: '40c444e',
  l: 'c44444e',
  m: '00qllhh',
  n: '00mphhh',
  o: '00ehhhe',
  r: '00mpggg',
  s: '00ege1u',
  t: '88s8896',
  u: '00hhhjd',
  0: 'ehjlphe',
  1: '4c4444e',
  2: 'eh1248v',
  3: 'v2421he',
  4: '26aiv22',
  5: 'vgu11he',
  6: '68guhhe',
  7: 'v124888',
  8: 'ehhehhe',
  9: 'ehhf12c',
};

/** Every character that the font has. */
export const CHARACTERS: readonly string[] = Object.keys(GLYPHS);

/** Whether the dot in `column` (5 is the gap to the next character), `row` 0..6 from the top is set. A missing character is blank. */
export function glyphDot(character: string, column: number, row: number): boolean {
  const bits = parseInt(GLYPHS[character]?.[row] ?? '0', 32);
  return column < 5 && ((bits >> (4 - column)) & 1) === 1;
}
