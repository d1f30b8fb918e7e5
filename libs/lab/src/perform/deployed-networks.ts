import type { Deployed, Method, State } from '@distillery/distill';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The networks that a method deploys. */
export interface DeployedNetworks {
  readonly networks: Readonly<Record<string, Deployed>>;
  /** Those of their tensors that are not the state's, for the caller to dispose. */
  readonly own: Tensor[];
}

/** Deploys a method's networks: the named ones, or all. Throws Error if the method deploys no network of a name. */
export function deployNetworks(method: Method, state: State, names?: readonly string[]): DeployedNetworks {
  const deployed = method.deploy(state);
  const states = new Set(Object.values(state).flatMap((params) => Object.values(params)));
  const tensors = Object.values(deployed).flatMap(({ params }) => Object.values(params));
  const networks = (names ?? Object.keys(deployed)).map((name): [string, Deployed] => {
    const network = deployed[name];
    if (!network) throw new Error(`${method.name} deploys no '${name}', only ${Object.keys(deployed).join(', ')}`);
    return [name, network];
  });
  return { networks: Object.fromEntries(networks), own: tensors.filter((tensor) => !states.has(tensor)) };
}
