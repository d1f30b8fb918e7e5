import { ENGINES, UserError } from '@distillery/tensor';

/** Throws UserError unless `name` is an engine; says nothing of whether this machine has it. */
export function requireEngine(name: string): void {
  if (!(ENGINES as readonly string[]).includes(name)) throw new UserError(`unknown engine '${name}'; expected ${ENGINES.join(', ')}`);
}
