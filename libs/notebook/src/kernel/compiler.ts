import * as ts from '@tslab/typescript-for-tslab';
import { createConverter, type Converter, type ConvertResult, type Diagnostic } from 'tslab/dist/converter';
import { explained } from './hints';
import { writeOutShorthand } from './shorthand';

/** What the compiler tells whoever runs the cells. */
export interface CompilerListener {
  /** A cell did not compile. */
  onDiagnostics(diagnostics: readonly Diagnostic[]): void;
  /** The declarations that the next cell is compiled against, where tslab takes `previous`. */
  declarations(previous: string): string;
  /** A cell compiled, against the declarations `before`; what is returned is run. */
  onOutput(emitted: string, before: string, after: string): string;
}

/**
 * tslab's compiler as this kernel uses it: made when it is first needed, which takes seconds; telling of every diagnostic; and deaf to changes of installed
 * libraries, which the next start of the kernel sees.
 */
export function createCompiler({ onDiagnostics, declarations, onOutput }: CompilerListener): Converter {
  ignoreInstalledFiles();
  let made: Converter | undefined;
  const tslab = (): Converter => (made ??= createConverter({ isJS: false, isBrowser: false }));
  return {
    convert(ofTslab, source): ConvertResult {
      const previous = declarations(ofTslab);
      const written = writeOutShorthand(source);
      const result = tslab().convert(previous, written.source);
      const own = result.diagnostics.map((one) => ({
        ...one,
        start: { ...one.start, character: written.column(one.start.line, one.start.character) },
      }));
      const diagnostics = own.length === 0 ? own : explained(source, own, (offset) => described(tslab().inspect(previous, source, offset)));
      onDiagnostics(diagnostics);
      return result.output === undefined
        ? { ...result, diagnostics }
        : { ...result, diagnostics, output: onOutput(result.output, previous, result.declOutput ?? '') };
    },
    addModule(name, source, ...rest) {
      const diagnostics = explained(source, tslab().addModule(name, source, ...rest), () => '');
      onDiagnostics(diagnostics);
      return diagnostics;
    },
    inspect: (previous, ...place) => tslab().inspect(declarations(previous), ...place),
    complete: (previous, ...place) => tslab().complete(declarations(previous), ...place),
    close: () => made?.close(),
  };
}

/** The declaration of a name with its type, as an editor shows it. */
function described(info: ts.QuickInfo | undefined): string {
  return (info?.displayParts ?? []).map(({ text }) => text).join('');
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
