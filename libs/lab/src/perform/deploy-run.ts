import type { Deployed } from '@distillery/distill';
import { useEngine, UserError } from '@distillery/tensor';
import { findPaper } from '../experiment/find-paper';
import type { Paper } from '../experiment/paper';
import { buildMethod } from '../experiment/paper-method';
import { isFinished, readRun } from '../store/run-store';
import { readRunCheckpoint } from './continue-run';

/**
 * The networks of a finished run by role, from its folder (`runs/csd/csd-x4/0-...`). Selects `engine`; the run's paper is one of `papers`. The caller owns the tensors.
 * Throws UserError if the folder holds no finished run or its checkpoint is damaged.
 */
export async function deployRun(folder: string, engine: string, papers: readonly Paper[]): Promise<Readonly<Record<string, Deployed>>> {
  if (!isFinished(folder)) throw new UserError(`${folder}: expected the folder of a finished run, such as runs/csd/csd-x4/0-...`);
  const { hash, spec } = await readRun(folder);
  await useEngine(engine);
  const { state } = await readRunCheckpoint(folder, hash);
  const method = buildMethod(findPaper(spec.recipe.paper, papers), spec.recipe, { vgg19: null, start: {} });
  return method.deploy(state);
}

/** One network of a finished run. Throws UserError naming the roles there are. */
export async function deployNetwork(folder: string, role: string, engine: string, papers: readonly Paper[]): Promise<Deployed> {
  const deployed = await deployRun(folder, engine, papers);
  const network = deployed[role];
  if (!network) throw new UserError(`run ${folder} has no network '${role}'; expected ${Object.keys(deployed).join(' or ')}`);
  return network;
}
