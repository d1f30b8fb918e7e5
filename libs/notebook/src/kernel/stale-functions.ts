import * as ts from '@tslab/typescript-for-tslab';
import { boundNames, declaredNames } from './declared-names';

/** Watches for functions that an earlier cell made with what a later cell has declared anew: they go on with what they were made with. */
export interface StaleFunctions {
  /** A line for each such function that a cell which is about to run uses. */
  warnings(source: string): string[];
  /** The cell of that execution count has run. */
  ran(count: number, source: string): void;
}

export function createStaleFunctions(): StaleFunctions {
  /** Functions by name: the cell that made them, and which of its names they use. */
  const functions = new Map<string, { readonly cell: number; readonly uses: ReadonlySet<string> }>();
  const declaredIn = new Map<string, number>();
  return {
    warnings(source) {
      const [file, checker] = parsed(source);
      const own = new Set(declaredNames(source));
      const used = new Set(identifiersIn(file).flatMap((one) => (symbolOf(checker, one) ? [] : [one.text])));
      return [...used].flatMap((name) => {
        const { cell, uses } = functions.get(name) ?? {};
        const stale = cell === undefined ? [] : [...(uses ?? [])].filter((one) => own.has(one) || (declaredIn.get(one) ?? 0) > cell);
        return stale.map(
          (one) => `${name} of cell [${cell}] still uses the ${one} of that cell: change ${one} there and run that cell again.`,
        );
      });
    },
    ran(count, source) {
      for (const name of declaredNames(source)) {
        functions.delete(name);
        declaredIn.set(name, count);
      }
      for (const [name, uses] of functionsOf(source)) functions.set(name, { cell: count, uses });
    },
  };
}

/** The functions that a cell declares at its top level, with the values of the same cell that they use, also by way of each other. */
function functionsOf(source: string): Map<string, Set<string>> {
  const [file, checker] = parsed(source);
  const values = new Map<ts.Symbol, string>();
  const bodies = new Map<string, ts.Node>();
  const declare = (name: ts.Node | undefined, body: ts.Node | undefined): void => {
    const symbol = name && checker.getSymbolAtLocation(name);
    if (!symbol) return;
    values.set(symbol, symbol.name);
    if (body) bodies.set(symbol.name, body);
  };
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement)) declare(statement.name, statement);
    if (ts.isClassDeclaration(statement)) declare(statement.name, undefined);
    if (ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations) {
        const isFunction = initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer));
        boundNames(name).forEach((one) => declare(one, isFunction && one === name ? initializer : undefined));
      }
  }
  const direct = new Map(
    [...bodies].map(([name, body]) => {
      const symbols = identifiersIn(body).map((one) => symbolOf(checker, one));
      return [name, symbols.flatMap((symbol) => (symbol && values.get(symbol)) ?? [])] as const;
    }),
  );
  const reached = (name: string, seen: Set<string>): Set<string> => {
    for (const next of direct.get(name) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reached(next, seen);
    }
    return seen;
  };
  return new Map([...bodies.keys()].map((name) => [name, reached(name, new Set())]));
}

/** Names that stand for values, not those of properties or in types. */
function identifiersIn(node: ts.Node): ts.Identifier[] {
  if (ts.isTypeNode(node)) return [];
  if (ts.isIdentifier(node)) {
    const { parent } = node;
    const isProperty =
      (ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isPropertyAssignment(parent) && parent.name === node);
    return isProperty ? [] : [node];
  }
  const found: ts.Identifier[] = [];
  ts.forEachChild(node, (child) => void found.push(...identifiersIn(child)));
  return found;
}

function symbolOf(checker: ts.TypeChecker, name: ts.Identifier): ts.Symbol | undefined {
  return ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
}

const FILE = 'cell.ts';

/** A cell by itself: names of other cells and of libraries are unknown. */
function parsed(source: string): [ts.SourceFile, ts.TypeChecker] {
  // An export makes it a module, with a scope of its own.
  const file = ts.createSourceFile(FILE, `${source}\nexport {};`, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === FILE ? file : undefined),
    getDefaultLibFileName: () => '',
    writeFile: () => undefined,
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => name === FILE,
    readFile: () => undefined,
  };
  const program = ts.createProgram([FILE], { noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.ES2022 }, host);
  return [file, program.getTypeChecker()];
}
