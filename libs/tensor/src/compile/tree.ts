import { Tensor } from '@tensorflow/tfjs-core';

/** Nested arrays and records with tensors as leaves: states, batches, parameters, results. */
export type Tree = unknown;

/** The tensors of a tree under their paths (`0/network/head.weight`), in order of insertion. Leaves that are not tensors are left out. */
export function tensorsOf(tree: Tree, prefix = ''): [path: string, tensor: Tensor][] {
  if (tree instanceof Tensor) return [[prefix, tree]];
  if (!isContainer(tree)) return [];
  return Object.entries(tree).flatMap(([key, child]) => tensorsOf(child, prefix === '' ? key : `${prefix}/${key}`));
}

/** The same tree with every tensor replaced. */
export function mapTensors(tree: Tree, f: (tensor: Tensor, path: string) => unknown, prefix = ''): Tree {
  if (tree instanceof Tensor) return f(tree, prefix);
  if (!isContainer(tree)) return tree;
  const entries = Object.entries(tree).map(
    ([key, child]) => [key, mapTensors(child, f, prefix === '' ? key : `${prefix}/${key}`)] as const,
  );
  return Array.isArray(tree) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

function isContainer(tree: Tree): tree is Record<string, Tree> | Tree[] {
  if (Array.isArray(tree)) return true;
  return typeof tree === 'object' && tree !== null && Object.getPrototypeOf(tree) === Object.prototype;
}
