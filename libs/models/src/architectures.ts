import { UserError } from '@distillery/tensor';
import { z } from 'zod';
import type { Architecture } from './architecture';
import type { Scale } from './layers/upsampler';
import type { Model } from './model';
import * as networks from './sr';

type Entry = Extract<(typeof networks)[keyof typeof networks], { readonly kind: 'architecture' }>;

export type ArchitectureId = Entry['id'];

/** Every architecture by its id: what `sr` exports that is one. */
export const ARCHITECTURES = Object.fromEntries(
  Object.values(networks)
    .filter((network): network is Entry => 'kind' in network)
    .map((entry) => [entry.id, entry]),
) as { readonly [E in Entry as E['id']]: E };

/** The same for those who loop over them: which options each takes is then known to its own check alone. */
export const EVERY_ARCHITECTURE = Object.values(ARCHITECTURES) as unknown as readonly Architecture[];

const KNOWN = Object.keys(ARCHITECTURES).join(', ');

/** A network as it stands in a recipe: its architecture and options, without the scale, which is the recipe's. */
export type NetworkOptions = {
  [E in Entry as E['id']]: { readonly architecture: E['id'] } & Readonly<z.input<E['options']>>;
}[ArchitectureId];

/** The same as a schema, which refuses unknown architectures and options. */
export const networkSchema = z.discriminatedUnion(
  'architecture',
  EVERY_ARCHITECTURE.map(({ id, options }) => options.safeExtend({ architecture: z.literal(id) })) as unknown as [z.ZodObject],
  `expected one of the architectures ${KNOWN}`,
) as unknown as z.ZodType<NetworkOptions>;

/**
 * The network of a recipe at its scale. Throws UserError in one line for an architecture, an option, a value or a scale that does not exist, with what
 * was expected.
 */
export function buildNetwork({ architecture, ...options }: NetworkOptions, scale: number): Model {
  const found = EVERY_ARCHITECTURE.find(({ id }) => id === architecture);
  if (!found) throw new UserError(`architecture '${architecture}': unknown, expected one of ${KNOWN}`);
  return found({ ...options, scale: scale as Scale });
}

/** An architecture as a catalogue has it. */
export interface ArchitectureListing extends Pick<Architecture, 'id' | 'title' | 'source' | 'scales'> {
  /** JSON Schema of its options by name, and the names of those without a default. */
  readonly options: { readonly properties: Readonly<Record<string, unknown>>; readonly required: readonly string[] };
  /** Its networks in the zoo. */
  readonly models: readonly string[];
}

/** Every architecture with what a recipe may say of it. */
export function listArchitectures(): ArchitectureListing[] {
  return EVERY_ARCHITECTURE.map(({ id, title, source, scales, options, zoo }) => {
    const { properties = {}, required = [] } = z.toJSONSchema(options, { io: 'input' });
    return { id, title, source, scales, options: { properties, required }, models: Object.keys(zoo) };
  });
}

/** Channels of the maps inside a network of one width. Throws RangeError for another. */
export function widthOf(network: NetworkOptions): number {
  if (!('features' in network)) throw new RangeError(`${network.architecture}: expected a network of one width`);
  return network.features;
}
