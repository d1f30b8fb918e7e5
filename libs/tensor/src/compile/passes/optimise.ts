import type { Builder } from '../graph/builder';
import { rewrite, type Rule } from '../graph/rewrite';
import type { Value } from '../graph/value';
import { constantFactors, gatheredBiases, neutralElements } from './arithmetic';
import { reshapeOfExpandedScalar, simplifyExpand, unexpandOperands } from './broadcasts';
import { fuseBias, fuseRelu, fuseResidual } from './fuse-convolution';
import { maskedProduct, signOfRelu } from './relu-gradient';
import { simplifyReshape, simplifySlice, simplifyTranspose, spaceToDepth } from './reshaping';

/** Rounds of rules. In each round rules are applied until none changes anything. Fusion has rounds of its own because it counts uses. */
const ROUNDS: readonly (readonly Rule[])[] = [
  [
    simplifyExpand,
    reshapeOfExpandedScalar,
    unexpandOperands,
    neutralElements,
    constantFactors,
    simplifyReshape,
    simplifySlice,
    spaceToDepth,
    simplifyTranspose,
  ],
  [maskedProduct, signOfRelu, gatheredBiases, neutralElements],
  [fuseBias],
  [fuseRelu],
  [fuseResidual],
];

/**
 * The same outputs, computed with fewer operations. Two things need no rule: a graph is what its outputs reach, so that it holds nothing that no output
 * needs; and the builder makes equal operations on equal operands only once.
 */
export function optimise(outputs: readonly Value[], builder: Builder): Value[] {
  return ROUNDS.reduce<Value[]>((values, rules) => rewrite(values, builder, rules), [...outputs]);
}
