import { plain, ROLES } from '@distillery/distill';
import { buildNetwork, networkSchema } from '@distillery/models';
import { z } from 'zod';
import { paperMethod } from './paper-method';

/**
 * Plain training, the same in every paper: baselines, controls, and the pretraining of teachers. It starts from the slot `network` of the run that
 * the recipe starts from, if there is one.
 */
export const PLAIN = paperMethod({
  options: z.strictObject({ network: networkSchema, role: z.literal(ROLES) }),
  build({ network, role }, scale, { startState }) {
    const start = startState?.network;
    return plain({ model: buildNetwork(network, scale), role, ...(start && { start }) });
  },
});
