/** The range that the toys' networks work in. A module of its own, so that a test can put 255 in its place. */
export const TOY_RANGE: 1 | 255 = 1;
