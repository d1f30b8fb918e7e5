import * as ts from '@tslab/typescript-for-tslab';

/** A cell's source with `{ scale }` written out, and the way back from its columns to the cell's. */
export interface WrittenOut {
  readonly source: string;
  /** The column of the cell that a column of `source` came from, both from 0. */
  column(line: number, column: number): number;
}

/**
 * Writes `{ scale: scale }` for `{ scale }`. tslab turns a variable of an earlier cell into `exports.scale`, wherever it stands, and `{ exports.scale }` is no
 * JavaScript.
 */
export function writeOutShorthand(source: string): WrittenOut {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const names: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) names.push(node.name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const inserted = names.map((name) => {
    const { line, character } = file.getLineAndCharacterOfPosition(name.end);
    return { end: name.end, line, character, text: `: ${name.text}` };
  });
  let written = '';
  let from = 0;
  for (const { end, text } of inserted) {
    written += source.slice(from, end) + text;
    from = end;
  }
  return {
    source: written + source.slice(from),
    column(line, column) {
      let shift = 0;
      for (const { character, text } of inserted.filter((one) => one.line === line)) {
        if (column <= character + shift) break;
        shift += Math.min(text.length, column - character - shift);
      }
      return column - shift;
    },
  };
}
