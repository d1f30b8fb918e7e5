import { UserError } from '@distillery/tensor';
import { EVERY_ARCHITECTURE, type ARCHITECTURES, type ArchitectureId } from './architectures';
import type { ZooNetwork } from './architecture';
import type { Scale } from './layers/upsampler';
import type { Model } from './model';

type Zoos = { [Id in keyof typeof ARCHITECTURES]: keyof (typeof ARCHITECTURES)[Id]['zoo'] };

/** What `--model` takes: a configuration that somebody published. */
export type ModelName = Zoos[keyof Zoos];

/** A network of the zoo. */
export interface ModelEntry extends ZooNetwork {
  readonly architecture: ArchitectureId;
  readonly scales: readonly Scale[];
  /** The network at one of its scales. */
  build(scale: Scale): Model;
}

/** Every network of the zoo by name: the published configurations of all architectures. */
export const MODELS = Object.fromEntries(
  EVERY_ARCHITECTURE.flatMap((architecture) =>
    Object.entries(architecture.zoo).map(([name, network]): [string, ModelEntry] => [
      name,
      {
        ...network,
        architecture: architecture.id as ArchitectureId,
        scales: network.scales ?? architecture.scales,
        build: (scale) => architecture({ ...network.options, scale }),
      },
    ]),
  ),
) as Readonly<Record<ModelName, ModelEntry>>;

/** The network called `name` at a scale. Throws UserError for an unknown name (lists the known ones) or a scale it does not have. */
export function buildModel(name: string, scale: number): Model {
  const { build, scales } = modelEntry(name);
  const known = scales.find((s) => s === scale);
  if (known === undefined) throw new UserError(`model ${name}: no scale ${scale}, expected ${scales.join(', ')}`);
  return build(known);
}

/** A network of the zoo by name. Throws UserError for an unknown name (lists the known ones). */
export function modelEntry(name: string): ModelEntry {
  if (!Object.hasOwn(MODELS, name)) throw new UserError(`model '${name}': unknown, expected one of ${Object.keys(MODELS).join(', ')}`);
  return MODELS[name as ModelName];
}
