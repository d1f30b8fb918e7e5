import * as tf from '@tensorflow/tfjs-core';
import * as ts from '@tslab/typescript-for-tslab';
import type { Diagnostic } from 'tslab/dist/converter';
import { ARGUMENTS, FOREIGN_LINES, METHODS, NAMES, NO_KEYWORDS } from './python-habits';
import { asTensorFunctions } from './tensor-operators';

/** A message of the compiler, and where it points to. */
interface Complaint extends Diagnostic {
  /** What the message is about, from the syntax tree. */
  readonly node: ts.Node;
  /** The line of the cell. */
  readonly line: string;
  /** What the compiler knows about a name: its declaration with its type, or the function that is called, with what it returns. */
  describe(name: ts.Node): string;
}

const AWAIT = 'missing await?';
const TENSOR = /\b(?:Tensor(?:[1-6]D)?|Scalar|Variable)\b/;
/** A type that a message names as what something is, not as what was expected. */
const GOT_PROMISE = /^(?:Type|Argument of type) 'Promise<|on type 'Promise<|^Operator .* types (?:'Promise<|'[^']*' and 'Promise<)/;
const WANTED_PROMISE = /(?:to|from) (?:type|parameter of type) 'Promise</;

type Rule = (complaint: Complaint) => string | null | undefined;

const missingAwait: Rule = ({ messageText }) => (GOT_PROMISE.test(messageText) && !WANTED_PROMISE.test(messageText) ? AWAIT : null);

const unknownName: Rule = ({ node, line }) => {
  const name = node.getText();
  const { parent } = node;
  const given = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.left === node;
  if (given) return ts.isCallExpression(parent.parent) ? NO_KEYWORDS : `a new name is declared: const ${name} = …`;
  if (ARGUMENTS.includes(name) && line.includes('(')) return NO_KEYWORDS;
  return Object.hasOwn(NAMES, name) ? NAMES[name] : null;
};

const keywordArgument: Rule = ({ node }) =>
  ts.isBinaryExpression(node.parent) && ts.isCallExpression(node.parent.parent) ? NO_KEYWORDS : null;

const unknownProperty: Rule = ({ node, messageText }) => {
  const name = node.getText();
  if (!ts.isPropertyAccessExpression(node.parent)) return null;
  if (name === 'append' && /\[\]'/.test(messageText)) return 'xs.push(x)';
  if (!TENSOR.test(messageText)) return null;
  const { expression, parent } = node.parent;
  const x = expression.getText();
  if (Object.hasOwn(METHODS, name)) return METHODS[name]?.replaceAll(/\bx\b/g, () => x);
  if (typeof (tf as Readonly<Record<string, unknown>>)[name] !== 'function') return null;
  const given = ts.isCallExpression(parent) ? parent.arguments.map((argument) => argument.getText()) : [];
  return `tf.${name}(${[x, ...given].join(', ')})`;
};

const operator: Rule = ({ node, code, messageText, describe }) => {
  // Where the types are not in the message, the operand is what it points to.
  const what = code === 2365 ? messageText : describe(nameOf(node));
  if (/(?::|=>) Promise<[^:]*$/.test(what)) return AWAIT;
  const instead = TENSOR.test(what) ? asTensorFunctions(node) : null;
  return instead && `a tensor has no operators: ${instead}`;
};

const notCallable: Rule = ({ node }) =>
  /^(?:shape|size|dtype|rank)$/.test(node.getText()) ? `without (): ${node.parent.getText()}` : null;

const tooManyArguments: Rule = ({ node }) =>
  ts.isCallExpression(node.parent) && node.parent.expression.getText() === 'print'
    ? 'console.log(x), x.print() for all values of a tensor'
    : null;

const comma: Rule = ({ line }) =>
  /\w\[[^\][]*,[^\][]*\]/.test(line) ? 'one index in each pair of brackets: xs[0][1]; tf.slice(x, begin, size) for a tensor' : null;

/** What a line that does not parse is taken for; what stands in quotes or in a comment is not looked at. */
function foreign(line: string): string | undefined {
  const code = line.replaceAll(/'[^']*'|"[^"]*"|`[^`]*`/g, "''").replace(/\/\/.*/, '');
  return FOREIGN_LINES.find((one) => one.line.test(code))?.hint;
}

/** Rules by the compiler's code. */
const RULES: Readonly<Record<number, Rule>> = {
  2304: unknownName,
  2503: unknownName,
  2552: unknownName,
  2580: unknownName,
  2588: keywordArgument,
  2339: unknownProperty,
  2551: unknownProperty,
  2349: notCallable,
  2362: operator,
  2363: operator,
  2365: operator,
  2554: tooManyArguments,
  2695: comma,
};

/**
 * The compiler's messages about a cell as its reader is told them: of a cell that is no TypeScript at all only the first, as the others follow from it; a hint
 * after each message that comes from a habit of Python or from a missing `await`. `describe` tells what the compiler knows about the name at an offset.
 */
export function explained(source: string, diagnostics: readonly Diagnostic[], describe: (offset: number) => string): Diagnostic[] {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const lines = source.split('\n');
  const broken = firstSyntaxError(file, diagnostics);
  if (broken) return [withHint(broken, foreign(lines[broken.start.line] ?? ''))];
  return diagnostics.map((one) => {
    // Modules of the notebook's folder have their own messages.
    if (one.fileName !== undefined) return one;
    const at = Math.min(one.start.line, lines.length - 1);
    const line = lines[at] ?? '';
    const offset = Math.min(file.getPositionOfLineAndCharacter(at, 0) + one.start.character, source.length);
    const complaint: Complaint = {
      ...one,
      line,
      node: nodeAt(file, offset, offset + (one.end.offset - one.start.offset)),
      describe: (name) => describe(name.getStart()),
    };
    return withHint(one, missingAwait(complaint) ?? RULES[one.code]?.(complaint));
  });
}

function withHint(one: Diagnostic, hint: string | null | undefined): Diagnostic {
  const message = one.messageText.replaceAll(/import\("[^"]*"\)\./g, '');
  // The compiler takes a foreign name for one that it resembles.
  return { ...one, messageText: hint ? `${message.replace(/ Did you mean '[^']*'\?$/, '')} Hint: ${hint}` : message };
}

function firstSyntaxError(file: ts.SourceFile, diagnostics: readonly Diagnostic[]): Diagnostic | null {
  const [first] = (file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
  // A cell may have what a lone file may not.
  if (!first || !diagnostics.some(({ code }) => code === first.code)) return null;
  const place = (offset: number): Diagnostic['start'] => ({ offset, ...file.getLineAndCharacterOfPosition(offset) });
  // What is missing at the end of a line is reported where the next word stands.
  const before = file.text.slice(0, first.start).trimEnd();
  const startsLine = place(before.length).line < place(first.start).line;
  const missing = startsLine && foreign(before.slice(before.lastIndexOf('\n') + 1)) !== undefined;
  return {
    start: place(missing ? before.length : first.start),
    end: place(first.start + first.length),
    messageText: ts.flattenDiagnosticMessageText(first.messageText, ' '),
    category: first.category,
    code: first.code,
  };
}

/** The smallest node that covers a range. */
function nodeAt(file: ts.SourceFile, start: number, end: number): ts.Node {
  let found: ts.Node = file;
  const visit = (node: ts.Node): void => {
    if (node.getStart() > start || node.getEnd() < end) return;
    found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

/** The name in an expression that says what it is: of the function where it is a call. */
function nameOf(node: ts.Node): ts.Node {
  if (ts.isParenthesizedExpression(node) || ts.isCallExpression(node) || ts.isAwaitExpression(node)) return nameOf(node.expression);
  return ts.isPropertyAccessExpression(node) ? node.name : node;
}
