import { plain, type Method } from '@distillery/distill';
import { z } from 'zod';
import { buildNetwork, networkSchema } from './network';
import type { Resources } from './paper';

/** The options of plain training in a recipe, the same in every paper: baselines, controls, and the pretraining of teachers. */
export const plainOptions = z.object({ name: z.literal('plain'), network: networkSchema, role: z.literal(['student', 'teacher']) });

/** Plain training as a recipe says. It starts from the slot `network` of the run that the recipe starts from, if there is one. */
export function plainMethod({ network, role }: z.infer<typeof plainOptions>, scale: number, { startState }: Resources): Method {
  const start = startState?.network;
  return plain({ model: buildNetwork(network, scale), role, ...(start && { start }) });
}
