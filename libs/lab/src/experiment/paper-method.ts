import type { Method } from '@distillery/distill';
import { UserError } from '@distillery/tensor';
import { validate } from '../json/parse-json';
import type { Paper, PaperMethod, Resources, StartNames } from './paper';
import type { Recipe } from './recipe';

/** An entry of `Paper.methods`; the types of the other members follow from `options`. */
export function paperMethod<Options>(method: PaperMethod<Options>): PaperMethod<Options> {
  return method;
}

/** What `Recipe.method` may be in a paper with these methods: the name of one of them, and its options. */
export type MethodOptions<Methods extends Readonly<Record<string, PaperMethod>>> = {
  [Name in keyof Methods & string]: Methods[Name] extends PaperMethod<infer Options>
    ? { readonly name: Name } & ReadonlyOptions<Options>
    : never;
}[keyof Methods & string];

/** Options as a recipe holds them. */
type ReadonlyOptions<T> = T extends readonly unknown[] | object ? { readonly [K in keyof T]: ReadonlyOptions<T[K]> } : T;

/** A recipe's entry in `Paper.methods` and its checked options. */
export interface RecipeMethodOf {
  readonly method: PaperMethod;
  readonly options: unknown;
}

/** The method that a recipe names. Throws UserError for a method that the paper does not have, and for options and starts that the method does not take or lacks. */
export function methodOfRecipe(paper: Paper, { arm, method, startFrom }: Recipe): RecipeMethodOf {
  const { name, ...given } = method;
  const entry = Object.hasOwn(paper.methods, name) ? paper.methods[name] : undefined;
  const recipe = `recipe ${arm} of ${paper.id}`;
  if (!entry) throw new UserError(`${recipe}: method '${name}' is unknown, expected ${Object.keys(paper.methods).join(' or ')}`);
  const options = validate(given, entry.options, recipe, `expected the options of the method '${name}'`);
  checkStarts(Object.keys(startFrom), entry.starts?.(options) ?? {}, `${recipe}: the method '${name}'`);
  return { method: entry, options };
}

function checkStarts(given: readonly string[], expected: StartNames, method: string): void {
  const unknown = given.find((name) => !Object.hasOwn(expected, name));
  const names = Object.keys(expected).join(', ') || 'nothing';
  if (unknown !== undefined) throw new UserError(`${method} starts from ${names}, but startFrom has '${unknown}'`);
  const missing = Object.keys(expected).find((name) => expected[name] === 'required' && !given.includes(name));
  if (missing !== undefined) throw new UserError(`${method} starts from ${names}, but startFrom has no '${missing}'`);
}

/** The method of a recipe, ready to train. Throws UserError as `methodOfRecipe` does. */
export function buildMethod(paper: Paper, recipe: Recipe, resources: Resources): Method {
  const { method, options } = methodOfRecipe(paper, recipe);
  return method.build(options, recipe.scale, resources);
}
