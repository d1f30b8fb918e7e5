import { ENGINES, fastestEngine, useEngine, UserError } from '@distillery/tensor';

/** What `--engine` takes besides the engines' names: whichever trains fastest on this machine. */
export const AUTO = 'auto';

/** Throws UserError unless `name` is an engine or `auto`; says nothing of whether this machine has it. */
export function requireEngine(name: string): void {
  const known: readonly string[] = [AUTO, ...ENGINES];
  if (!known.includes(name)) throw new UserError(`unknown engine '${name}'; expected ${known.join(', ')}`);
}

/** The engine that runs the maths from now on. */
export interface ChosenEngine {
  readonly name: string;
  /** Tells stderr why it was chosen, if that was left to us: once nothing else can be refused. */
  announce(): void;
}

/**
 * Selects the engine that the user asked for; for `auto` the fastest that passes its self-check. Throws UserError if there is no such engine here, or it
 * has no choice of precision.
 */
export async function chooseEngine(name: string, precision?: string): Promise<ChosenEngine> {
  requireEngine(name);
  if (precision !== undefined) {
    if (!name.startsWith('xla:'))
      throw new UserError(`--precision ${precision}: engine '${name}' has one precision, expected an engine xla:...`);
    // Worker processes inherit it.
    process.env['DISTILLERY_PRECISION'] = precision;
  }
  if (name !== AUTO) return { name: (await useEngine(name)).name, announce: () => undefined };
  const choice = await fastestEngine();
  return { name: choice.name, announce: () => void process.stderr.write(`engine ${choice.reason}\n`) };
}

/** `chooseEngine`, announced at once; returns the engine's name. */
export async function selectEngine(name: string): Promise<string> {
  const engine = await chooseEngine(name);
  engine.announce();
  return engine.name;
}
