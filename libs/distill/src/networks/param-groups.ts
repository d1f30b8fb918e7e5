import type { Params } from '@distillery/tensor';

/** Several networks' parameters as one set, under `group/name`. */
export function joinParams(groups: Readonly<Record<string, Params>>): Params {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, params]) => Object.entries(params).map(([name, tensor]) => [`${group}/${name}`, tensor])),
  );
}

/** One network's parameters out of such a set; none if the set has no such group. */
export function groupOf(params: Params, group: string): Params {
  const prefix = `${group}/`;
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
  );
}
