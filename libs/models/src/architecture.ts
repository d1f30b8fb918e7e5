import { z } from 'zod';
import type { Scale } from './layers/upsampler';
import { defineModel, type FromFile, type Model, type ModelParts } from './model';
import { checkOptions, choice } from './options';
import type { FileShapes } from './weights/file-shapes';
import { fromSchemes, type NameScheme } from './weights/name-schemes';

/** What a network's function takes: its options and its scale. */
export type Config<Options extends z.ZodObject, S extends Scale = Scale> = Readonly<z.input<Options>> & { readonly scale: S };

/** A configuration of an architecture that its authors, or somebody with weights to share, published. */
export interface ZooNetwork<Options = unknown> {
  /** What it is, in one sentence, with its source. */
  readonly description: string;
  readonly options: Options;
  /** Absent: all that the architecture has. */
  readonly scales?: readonly Scale[];
  /** Its number of parameters as the paper prints it, at the scales where it does: `715K`, `15.59M`. */
  readonly printedParameters?: Readonly<Partial<Record<Scale, string>>>;
}

/** What is known of an architecture. The file of a network says it once; everything else loops over all of them. */
interface Facts<Id extends string, Options extends z.ZodObject, S extends Scale, Zoo extends string> {
  /** What recipes and commands call it: `edsr`. */
  readonly id: Id;
  /** As the field writes it: `EDSR`. */
  readonly title: string;
  /** Where it comes from: authors, venue and year. */
  readonly source: string;
  /** Its options but for the scale. */
  readonly options: Options;
  readonly scales: readonly S[];
  /** Exported as ONNX, it takes images of any size; false: of the size that it was exported with alone. A function where that depends on the options. */
  readonly exportsAnySize: boolean | ((options: z.output<Options>) => boolean);
  /** What other projects call its tensors, besides the official names. */
  readonly names?: readonly NameScheme[];
  /** Options and scale of the network whose tensors have these shapes, as far as these tell; null if they are no network of this architecture. Throws UserError for one that is called by it but enlarges no LR image. */
  infer?(shapes: FileShapes): Inferred | null;
  /** Options that a file may set otherwise than the network of the zoo that it was said to be: variants that are all called by one name. */
  readonly variants?: readonly (keyof z.input<Options> & string)[];
  /** By the name that `--model` takes. */
  readonly zoo: Readonly<Record<Zoo, ZooNetwork<z.input<Options>>>>;
}

/** What shapes tell of a network. */
export interface Inferred {
  /** Checked like any others when the network is built. */
  readonly options: Readonly<Record<string, unknown>>;
  /** null: the file serves several scales. */
  readonly scale: number | null;
  /** What shapes cannot tell and was taken as its authors have it, a phrase each. */
  readonly assumed?: readonly string[];
}

/** What differs from one of its networks to the next; the name, where it is not the architecture's. */
type NetworkParts = Omit<ModelParts<unknown>, 'name' | 'config' | 'scale'> & Partial<Pick<Model, 'name'>>;

/** An architecture: the function that builds its networks, with all that is known of them. */
export interface Architecture<
  Id extends string = string,
  Options extends z.ZodObject = z.ZodObject,
  S extends Scale = Scale,
  Zoo extends string = string,
> extends Facts<Id, Options, S, Zoo> {
  /** Throws UserError in one line that names the option or the scale that is wrong, and what was expected. */
  (config: Config<Options, S>): Model;
  readonly kind: 'architecture';
}

/** An architecture from what is known of it and `network`, the network of a configuration, defaults filled in. */
export function architecture<const Id extends string, Options extends z.ZodObject, const S extends Scale, Zoo extends string>({
  network,
  ...facts
}: Facts<Id, Options, S, Zoo> & {
  network(config: z.output<Options> & { readonly scale: S }): NetworkParts;
}): Architecture<Id, Options, S, Zoo> {
  const { title, options, scales } = facts;
  const scaleSchema = z.object({ scale: choice(...scales) });
  const build = ({ scale: asked, ...rest }: Config<Options, S>): Model<Config<Options, S>> => {
    const { scale } = checkOptions(title, scaleSchema, { scale: asked });
    const config = { ...checkOptions(title, options, rest), scale } as z.output<Options> & { readonly scale: S };
    const parts = network(config);
    const fromFile = inOrder(facts.names && fromSchemes(...facts.names), parts.fromFile);
    return defineModel({ name: title, config: config as Config<Options, S>, scale, ...parts, fromFile });
  };
  return Object.assign(build, { ...facts, kind: 'architecture' as const });
}

function inOrder(first: FromFile | undefined, second: FromFile | undefined): FromFile | undefined {
  return first && second ? (tensors, label) => second(first(tensors, label), label) : (first ?? second);
}
