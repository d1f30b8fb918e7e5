import * as ts from '@tslab/typescript-for-tslab';
import { createConverter, type Converter, type ConvertResult, type Diagnostic } from 'tslab/dist/converter';
import { writeOutShorthand } from './shorthand';

/** What the compiler tells whoever runs the cells. */
export interface CompilerListener {
  /** A cell did not compile. */
  onDiagnostics(diagnostics: readonly Diagnostic[]): void;
  /** A cell compiled; what is returned is run. */
  onOutput(emitted: string): string;
}

/**
 * tslab's compiler as this kernel uses it: made when it is first needed, which takes seconds; telling of every diagnostic; and deaf to changes of installed
 * libraries, which the next start of the kernel sees.
 */
export function createCompiler({ onDiagnostics, onOutput }: CompilerListener): Converter {
  ignoreInstalledFiles();
  let made: Converter | undefined;
  const tslab = (): Converter => (made ??= createConverter({ isJS: false, isBrowser: false }));
  const told = (diagnostics: readonly Diagnostic[], column: (line: number, column: number) => number): Diagnostic[] => {
    const own = diagnostics.map((one) => ({ ...one, start: { ...one.start, character: column(one.start.line, one.start.character) } }));
    onDiagnostics(own);
    return own;
  };
  return {
    convert(previous, source): ConvertResult {
      const written = writeOutShorthand(source);
      const result = tslab().convert(previous, written.source);
      const diagnostics = told(result.diagnostics, written.column);
      return result.output === undefined ? { ...result, diagnostics } : { ...result, diagnostics, output: onOutput(result.output) };
    },
    addModule: (...module) => told(tslab().addModule(...module), (_line, column) => column),
    inspect: (...place) => tslab().inspect(...place),
    complete: (...place) => tslab().complete(...place),
    close: () => made?.close(),
  };
}

/**
 * tslab watches every file of the program, and throws when two changes come between cells: whoever rebuilds a library would get pages of errors into the cell
 * that runs. Only sources beside the notebook are watched, which a cell may import and a researcher edits.
 */
function ignoreInstalledFiles(): void {
  const { sys } = ts;
  const { watchFile } = sys;
  const unwatched: ts.FileWatcher = { close: () => undefined };
  sys.watchFile = (path, ...how) =>
    watchFile && !path.endsWith('.d.ts') && /\.[jt]sx?$/.test(path) && !path.includes('/node_modules/')
      ? watchFile(path, ...how)
      : unwatched;
  sys.watchDirectory = () => unwatched;
}
