import { ENGINES, fastestEngine, useEngine, UserError } from '@distillery/tensor';

/** What `--engine` takes besides the engines' names: whichever trains fastest on this machine. */
export const AUTO = 'auto';

/** Throws UserError unless `name` is an engine or `auto`; says nothing of whether this machine has it. */
export function requireEngine(name: string): void {
  const known: readonly string[] = [AUTO, ...ENGINES];
  if (!known.includes(name)) throw new UserError(`unknown engine '${name}'; expected ${known.join(', ')}`);
}

/**
 * Selects the engine that the user asked for and returns its name; for `auto` the fastest that passes its self-check, telling stderr which it is and
 * why. Throws UserError if there is no such engine here.
 */
export async function selectEngine(name: string): Promise<string> {
  requireEngine(name);
  if (name !== AUTO) return (await useEngine(name)).name;
  const choice = await fastestEngine();
  process.stderr.write(`engine ${choice.reason}\n`);
  return choice.name;
}
