import type { Model } from '@distillery/models';
import { UserError, type Params } from '@distillery/tensor';

/**
 * The leading layers of a deeper network of the same width, as parameters of `student`. Each parameter is the teacher's of the same name and shape. The
 * layer that closes a chain has another number there (`body.6` after six blocks, `body.20` after twenty): it is the one whose name differs in that
 * number only. The tensors are the teacher's own. Throws UserError naming a parameter that has no counterpart.
 */
export function truncatedParams(student: Model, teacher: Params): Params {
  return Object.fromEntries(
    Object.entries(student.shapes).map(([name, shape]) => {
      const fits = (candidate: string): boolean => teacher[candidate]?.shape.join() === shape.join();
      const counterpart = Object.hasOwn(teacher, name) && fits(name) ? name : closing(name, Object.keys(teacher).filter(fits));
      const found = counterpart === undefined ? undefined : teacher[counterpart];
      if (!found) throw new UserError(`start from a deeper ${student.name}: it has no counterpart of ${name} [${shape.join()}]`);
      return [name, found];
    }),
  );
}

/** The name that differs from `name` in its last number only, if there is exactly one. */
function closing(name: string, candidates: readonly string[]): string | undefined {
  const match = /^(.*\.)\d+(\.[^\d.]+)$/.exec(name);
  if (!match) return undefined;
  const [, before, after] = match as unknown as [string, string, string];
  const found = candidates.filter(
    (candidate) =>
      candidate.startsWith(before) &&
      candidate.endsWith(after) &&
      /^\d+$/.test(candidate.slice(before.length, candidate.length - after.length)),
  );
  return found.length === 1 ? found[0] : undefined;
}
