import { plain, ROLES } from '@distillery/distill';
import { buildNetwork, networkSchema } from '@distillery/models';
import { z } from 'zod';
import { paperMethod } from './paper-method';

/**
 * Plain training, the same in every paper: baselines, controls, and the pretraining of teachers. It goes on with the slot `network` of the
 * run `pretrained`, if the recipe starts from one.
 */
export const PLAIN = paperMethod({
  options: z.strictObject({ network: networkSchema, role: z.literal(ROLES) }),
  starts: () => ({ pretrained: 'optional' }),
  build({ network, role }, scale, { start: { pretrained } }) {
    const start = pretrained?.network;
    return plain({ model: buildNetwork(network, scale), role, ...(start && { start }) });
  },
});
