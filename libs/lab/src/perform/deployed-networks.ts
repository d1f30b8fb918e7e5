import type { Deployed, Method, State } from '@distillery/distill';
import { engine, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** The networks that a method deploys. */
export interface DeployedNetworks {
  readonly networks: Readonly<Record<string, Deployed>>;
  /** The tensors that deployment made, for the caller to dispose. The others belong to the state or to the method, which keeps those of a frozen teacher. */
  readonly own: readonly Tensor[];
}

/** Deploys a method's networks: the named ones, or all. Throws Error if the method deploys no network of a name. */
export function deployNetworks(method: Method, state: State, names?: readonly string[]): DeployedNetworks {
  let deployed: Readonly<Record<string, Deployed>> = {};
  const own = tidy(() => {
    deployed = method.deploy(state);
    const made = new Set(engine().state.activeScope.track);
    return Object.values(deployed).flatMap(({ params }) => Object.values(params).filter((tensor) => made.has(tensor)));
  });
  const networks = (names ?? Object.keys(deployed)).map((name): [string, Deployed] => {
    const network = deployed[name];
    if (!network) throw new Error(`${method.name} deploys no '${name}', only ${Object.keys(deployed).join(', ')}`);
    return [name, network];
  });
  return { networks: Object.fromEntries(networks), own };
}
