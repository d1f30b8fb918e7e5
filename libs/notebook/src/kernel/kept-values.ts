import { declarationsOf } from './declarations';

/** A cell as the compiler hands it over. */
export interface Compiled {
  readonly emitted: string;
  /** Names that it declares. */
  readonly names: readonly string[];
  /** The declarations that it was compiled against, and those after it. */
  readonly before: string;
  readonly after: string;
}

/** What cells leave to later ones, also where they fail: tslab forgets the names of a cell that does not come to its end, and wipes their values before it begins. */
export interface KeptValues {
  /** The declarations that a cell is compiled against, where tslab takes `previous`. */
  declarations(previous: string): string;
  /** Before a compiled cell runs. Returns what is to run, with as many lines as `emitted` has. */
  begin(compiled: Compiled): string;
  /** After a cell. Of one that failed, the names that have no value, new or earlier; null if it had not begun. */
  end(ok: boolean): readonly string[] | null;
}

interface Begun extends Compiled {
  readonly exported: readonly string[];
  readonly earlier: ReadonlyMap<string, unknown>;
}

/** How many names TypeScript puts into one line of `exports.a = exports.b = void 0;`. */
const NAMES_IN_LINE = 50;
const WIPING = /^(?:exports\.[^\s=]+ = )+void 0;$/;

/** `values` holds the values of all names that cells declared. */
export function createKeptValues(values: () => Record<string, unknown>): KeptValues {
  let mended: string | null = null;
  let begun: Begun | null = null;
  return {
    declarations: (previous) => mended ?? previous,
    begin(compiled) {
      const { exported, lines } = withoutWiping(compiled);
      const held = values();
      const earlier = new Map(exported.filter((name) => name in held).map((name) => [name, held[name]]));
      // What is there afterwards has been assigned.
      for (const name of exported) Reflect.deleteProperty(held, name);
      begun = { ...compiled, exported, earlier };
      return lines.join('\n');
    },
    end(ok) {
      const cell = begun;
      begun = null;
      if (!cell) return null;
      if (ok) {
        mended = null;
        return [];
      }
      const held = values();
      const missing = cell.exported.filter((name) => !(name in held));
      const restored = missing.filter((name) => cell.earlier.has(name));
      for (const name of restored) held[name] = cell.earlier.get(name);
      mended =
        declarationsOf(cell.after, (name) => !missing.includes(name), true) +
        declarationsOf(cell.before, (name) => restored.includes(name), false);
      return missing.filter((name) => !restored.includes(name));
    },
  };
}

/** The lines of a cell without those at their top that set all exports to undefined, and the names in these. */
function withoutWiping({ emitted, names }: Compiled): { exported: string[]; lines: string[] } {
  const lines = emitted.split('\n');
  const exported: string[] = [];
  for (let at = lines.findIndex((line) => line.includes('"__esModule"')) + 1; WIPING.test(lines[at] ?? ''); at++) {
    const found = [...(lines[at] ?? '').matchAll(/exports\.([^\s=]+)/g)].map(([, name = '']) => name);
    // A cell may itself set an earlier one's variable to `void 0`.
    if (exported.length === 0 && !found.some((name) => names.includes(name) || /^tsLastExpr\d*$/.test(name))) break;
    exported.push(...found);
    lines[at] = '';
    if (found.length < NAMES_IN_LINE) break;
  }
  return { exported, lines };
}
