import { firstOf } from '@distillery/data';
import { UserError, type Params } from '@distillery/tensor';
import type { Architecture, Inferred } from '../architecture';
import { EVERY_ARCHITECTURE } from '../architectures';
import type { Mean } from '../layers/mean-shift';
import type { Model } from '../model';
import { modelEntry, type ModelEntry } from '../zoo';
import { fit, fittingCandidate, paramsOf, type Fit } from './params';
import { quote } from './problem';
import { readWeights } from './read-weights';
import type { StoredTensor } from './safetensors';
import { groupOfKey } from './tensor-group';
import { checkStated, rangeNote, shiftOptions } from './value-range';

/** What a user knows of a network that its file does not tell. */
export interface LoadOptions {
  /** The key of the state dict, in a file that holds several. */
  readonly key?: string | undefined;
  /** The value of white that it was trained with. */
  readonly rgbRange?: 1 | 255 | undefined;
  /** The mean colour that it subtracts (RGB, 0..1). */
  readonly mean?: Mean | undefined;
}

/** A network with its weights, and what a user should know of how they were read, a line each. */
export interface LoadedModel {
  readonly model: Model;
  readonly params: Params;
  readonly notes: readonly string[];
}

type Tensors = Readonly<Record<string, StoredTensor>>;
type Options = Readonly<Record<string, unknown>>;

/** A network that a file's tensors may be those of. */
interface Guess {
  readonly architecture: Architecture;
  readonly options: Options;
  readonly scale: number;
  /** What shapes could not tell. */
  readonly assumed: readonly string[];
}

/** How the tensors fit the guess that they fit best. */
interface Guessed extends Fit {
  readonly guess: Guess | null;
  readonly model: Model | null;
}

/**
 * The network of a weights file: the one of the zoo called `name`, or without a name whichever architecture the tensors' shapes are those of, at `scale` or the one
 * that shapes tell. Value range and mean colour come from the mean shift in the file, else from `options`, else they are its authors', and a note says so.
 * Throws UserError for a name or a scale that does not exist, for a file that cannot be read, and for one that is not that network's.
 */
export function loadModel(
  name: string | undefined,
  scale: number | undefined,
  file: string | Uint8Array,
  options: LoadOptions = {},
): LoadedModel {
  const label = typeof file === 'string' ? file : 'weights data';
  const entry = name === undefined ? null : modelEntry(name);
  if (entry && scale !== undefined && !entry.scales.some((known) => known === scale))
    throw new UserError(`model ${name}: no scale ${scale}, expected ${entry.scales.join(', ')}`);
  const all = readWeights(file, label);
  const groups = options.key === undefined ? all : [groupOfKey(all, options.key, label)];
  const guesses = (stored: Tensors): Guess[] => {
    try {
      return entry ? ofEntry(entry, stored, scale) : ofAny(stored, scale);
    } catch (error) {
      throw error instanceof UserError ? new UserError(`weights ${label}: ${error.message}`) : error;
    }
  };
  const { found, candidate, tensors } = fittingCandidate(
    groups,
    label,
    (stored) => bestOf(guesses(stored), stored, options, label),
    (stored) => (entry ? hint(stored, label) : ''),
  );
  const { guess, model } = found;
  if (guess === null || model === null) throw new Error('a file that fits no network was accepted');
  if (scale === undefined) requireOnlyScale(guess, guesses(candidate.tensors), candidate.tensors, label);
  checkStated(guess.architecture, tensors, options);
  const notes = [
    ...(entry ? [] : [`taken for ${model.name} x${model.scale} by its tensors' shapes (${sizes(guess.options)})`]),
    ...(all.length > 1 ? [`${all.length} sets of tensors in it, ${candidate.key === '' ? 'the outermost' : candidate.key} is used`] : []),
    ...rangeNote(guess.architecture, tensors, options),
    ...guess.assumed.map((what) => `${what} is assumed: shapes do not tell`),
  ];
  return { model, params: paramsOf(model, tensors, label), notes: notes.map((note) => `weights ${label}: ${note}`) };
}

function bestOf(guesses: readonly Guess[], stored: Tensors, options: LoadOptions, label: string): Guessed {
  let best = unknown(stored);
  for (const guess of guesses) {
    const { architecture, scale } = guess;
    const network = (more: Options): Model => architecture({ ...guess.options, ...more, scale: scale as never });
    const plain = buildable(network);
    if (plain === null) continue;
    // The names of the file's shift are ours only once the first fit has renamed them.
    const renamed = fit(plain, stored, label);
    const shift = shiftOptions(architecture, guess.options, renamed.tensors, options);
    const model = network(shift);
    const found = Object.keys(shift).length === 0 ? renamed : fit(model, stored, label);
    if (found.count === 0 || best.guess === null || found.matching > best.matching) best = { ...found, guess, model };
    if (best.count === 0) break;
  }
  // A few names that happen to agree say nothing.
  return best.count > 0 && best.matching < Object.keys(stored).length / 2 && guesses.length > 2 ? unknown(stored) : best;
}

/** Where no shape depends on the scale (a deconvolution, a network behind a bicubic enlargement), it is not chosen for the user. */
function requireOnlyScale(chosen: Guess, guesses: readonly Guess[], stored: Tensors, label: string): void {
  const { architecture, options, scale } = chosen;
  const others = guesses.filter((guess) => guess.architecture === architecture && guess.options === options && guess.scale !== scale);
  const fitting = others.filter((guess) => fit(architecture({ ...options, scale: guess.scale as never }), stored, label).count === 0);
  if (fitting.length > 0)
    throw new UserError(
      `weights ${label}: no shape tells the scale, expected --scale ${[scale, ...fitting.map((guess) => guess.scale)].join(', ')}`,
    );
}

/** Of no network. */
function unknown(stored: Tensors): Guessed {
  const names = firstOf(Object.keys(stored).map(quote));
  return {
    problems: [`its tensors are ${names}`],
    count: Infinity,
    matching: 0,
    tensors: stored,
    of: 'any network that is known',
    guess: null,
    model: null,
  };
}

/** The network, unless shapes make options that it does not have. */
function buildable(network: (more: Options) => Model): Model | null {
  try {
    return network({});
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The network of the zoo as it stands there, and with the variants that the file shows. */
function ofEntry(entry: ModelEntry, stored: Tensors, scale: number | undefined): Guess[] {
  const architecture = EVERY_ARCHITECTURE.find(({ id }) => id === entry.architecture) as Architecture;
  const inferred = inferredFrom(architecture, stored);
  const own = entry.options as Options;
  const variants = Object.entries(inferred?.options ?? {}).filter(([name]) => architecture.variants?.includes(name as never));
  return scalesOf(entry.scales, scale, inferred).flatMap((at) =>
    [own, { ...own, ...Object.fromEntries(variants) }].map((options) => ({ architecture, options, scale: at, assumed: [] })),
  );
}

/** Every architecture with the sizes that shapes tell; of those that tell none, the networks of the zoo. */
function ofAny(stored: Tensors, scale: number | undefined): Guess[] {
  return EVERY_ARCHITECTURE.flatMap((architecture): Guess[] => {
    if (architecture.infer === undefined)
      return Object.values(architecture.zoo).flatMap(({ options, scales = architecture.scales }) =>
        scalesOf(scales, scale, null).map((at) => ({ architecture, options: options as Options, scale: at, assumed: [] })),
      );
    const inferred = inferredFrom(architecture, stored);
    if (inferred === null) return [];
    const published = Object.values(architecture.zoo).find(({ options }) => sameSizes(options as Options, inferred.options));
    const options = { ...(published?.options as Options | undefined), ...inferred.options };
    const assumed = published ? [] : (inferred.assumed ?? []);
    return scalesOf(architecture.scales, scale, inferred).map((at) => ({ architecture, options, scale: at, assumed }));
  });
}

function inferredFrom({ names, infer }: Architecture, stored: Tensors): Inferred | null {
  if (infer === undefined) return null;
  const found = Object.keys(stored);
  const rename = (names ?? []).map((scheme) => scheme(found)).find((scheme) => scheme !== null);
  return infer(Object.fromEntries(found.map((name) => [rename ? rename(name) : name, (stored[name] as StoredTensor).shape])));
}

function sameSizes(own: Options, inferred: Options): boolean {
  return Object.entries(inferred).every(([name, value]) => typeof value !== 'number' || own[name] === value);
}

/** The scale that was asked for, else the one that shapes tell, else all. Throws UserError for a file that serves several. */
function scalesOf(known: readonly number[], asked: number | undefined, inferred: Inferred | null): readonly number[] {
  if (asked === undefined && inferred?.scale === null)
    throw new UserError(`no shape tells the scale, expected --scale ${known.join(', ')}`);
  const wanted = asked ?? inferred?.scale ?? null;
  return wanted === null ? known : known.filter((scale) => scale === wanted);
}

/** Which network a file is of that is not the one it was said to be. */
function hint(stored: Tensors, label: string): string {
  try {
    const { count, guess, model } = bestOf(ofAny(stored, undefined), stored, {}, label);
    return count === 0 && guess && model ? `; its tensors are those of ${model.name} x${model.scale} (${sizes(guess.options)})` : '';
  } catch (error) {
    if (error instanceof UserError) return '';
    throw error;
  }
}

function sizes(options: Options): string {
  return Object.entries(options)
    .filter(([, value]) => typeof value === 'number' || value === true)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
