import { tensorsOf, type Tree } from './tree';

/** Structure, shapes and types of some arguments: what a compiled function is compiled for. */
export function signatureOf(args: Tree): string {
  return tensorsOf(args)
    .map(([path, { dtype, shape }]) => `${path} ${dtype} ${shape.join()}`)
    .join(';');
}
