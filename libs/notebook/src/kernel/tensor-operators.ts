import * as ts from '@tslab/typescript-for-tslab';

/** The functions of tfjs that do to tensors what an operator does to numbers. */
export const OPERATORS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusToken, 'add'],
  [ts.SyntaxKind.MinusToken, 'sub'],
  [ts.SyntaxKind.AsteriskToken, 'mul'],
  [ts.SyntaxKind.SlashToken, 'div'],
  [ts.SyntaxKind.AsteriskAsteriskToken, 'pow'],
  [ts.SyntaxKind.PercentToken, 'mod'],
  [ts.SyntaxKind.GreaterThanToken, 'greater'],
  [ts.SyntaxKind.LessThanToken, 'less'],
  [ts.SyntaxKind.GreaterThanEqualsToken, 'greaterEqual'],
  [ts.SyntaxKind.LessThanEqualsToken, 'lessEqual'],
]);

const isOperation = (node: ts.Node): node is ts.BinaryExpression => ts.isBinaryExpression(node) && OPERATORS.has(node.operatorToken.kind);

/** The largest arithmetic expression around a node, with functions for its operators: `tf.square(tf.sub(a, b))` for a node in `(a - b) ** 2`; null without an operator. */
export function asTensorFunctions(node: ts.Node): string | null {
  let whole: ts.Node | null = null;
  for (let at = node; at && (at === node || isOperation(at) || ts.isParenthesizedExpression(at)); at = at.parent)
    if (isOperation(at)) whole = at;
  return whole && written(whole);
}

function written(node: ts.Node): string {
  if (ts.isParenthesizedExpression(node)) return written(node.expression);
  if (!isOperation(node)) return node.getText();
  const name = OPERATORS.get(node.operatorToken.kind);
  const [left, right] = [written(node.left), written(node.right)];
  return name === 'pow' && right === '2' ? `tf.square(${left})` : `tf.${name}(${left}, ${right})`;
}
