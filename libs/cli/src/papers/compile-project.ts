import { join, relative } from 'node:path';
import { UserError } from '@distillery/tensor';
import type { Diagnostic } from 'typescript';

/** Compiles the TypeScript project in a folder, unless its output is up to date. Throws UserError with the first error, one line. */
export async function compileProject(folder: string, name: string): Promise<void> {
  const { default: ts } = await import('typescript');
  const problems: Diagnostic[] = [];
  const host = ts.createSolutionBuilderHost(ts.sys, undefined, (problem) => problems.push(problem));
  const status = ts.createSolutionBuilder(host, [join(folder, 'tsconfig.json')], {}).build();
  if (status === ts.ExitStatus.Success) return;
  const [first] = problems;
  const message = first ? ts.flattenDiagnosticMessageText(first.messageText, '; ').replaceAll('\n', ' ') : 'the compiler does not say why';
  const at = first?.file && first.start !== undefined ? ts.getLineAndCharacterOfPosition(first.file, first.start).line + 1 : null;
  const where = first?.file && at !== null ? `${relative(folder, first.file.fileName)}, line ${at}: ` : '';
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new UserError(`papers module ${name} does not compile: ${where}${message}${more}`);
}
