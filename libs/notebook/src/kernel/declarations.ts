import * as ts from '@tslab/typescript-for-tslab';

/** The statements of a declaration file that are to do with values whose names are `wanted`, and, with `types`, those of types. */
export function declarationsOf(declarations: string, wanted: (name: string) => boolean, types: boolean): string {
  const file = ts.createSourceFile('cells.d.ts', declarations, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const rest = file.statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) return variables(statement, wanted) ?? [];
    if (ts.isImportDeclaration(statement)) return imports(statement, wanted) ?? [];
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    const { name } = statement as { name?: ts.Node };
    const kept = isType || !name ? types : wanted(name.getText());
    return kept ? statement.getText() : [];
  });
  return rest.map((statement) => `${statement}\n`).join('');
}

function variables(statement: ts.VariableStatement, wanted: (name: string) => boolean): string | null {
  const all = statement.declarationList.declarations;
  const kept = all.filter(({ name }) => wanted(name.getText()));
  if (kept.length === 0 || !all[0]) return null;
  const { text } = statement.getSourceFile();
  return `${text.slice(statement.getStart(), all[0].getStart())}${kept.map((one) => one.getText()).join(', ')};`;
}

function imports({ importClause: clause, moduleSpecifier }: ts.ImportDeclaration, wanted: (name: string) => boolean): string | null {
  const bindings = clause?.namedBindings;
  const own = clause?.name && wanted(clause.name.text) ? [clause.name.text] : [];
  const namespace = bindings && ts.isNamespaceImport(bindings) && wanted(bindings.name.text) ? [bindings.getText()] : [];
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements.filter(({ name }) => wanted(name.text)) : [];
  const clauses = [...own, ...namespace, ...(named.length > 0 ? [`{ ${named.map((one) => one.getText()).join(', ')} }`] : [])];
  if (clauses.length === 0) return null;
  return `import ${clause?.isTypeOnly ? 'type ' : ''}${clauses.join(', ')} from ${moduleSpecifier.getText()};`;
}
