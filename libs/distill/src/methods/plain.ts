import type { Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { objectiveMethod, type Role } from '../training/objective';
import { l1Loss } from '../losses/l1';
import { defineMethod } from '../define-method';

export interface PlainOptions {
  readonly model: Model;
  readonly role: Role;
  /** Parameters to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
}

/**
 * Plain supervised training, no teacher: L = mean |net(LR) - HR|, Adam. The baseline of every paper, the pretraining of teachers,
 * and, started from a teacher's slice, the control of CSD's issue 9.
 */
export const plain = defineMethod({
  id: 'plain',
  title: 'Plain supervised training',
  source: 'ours',
  method({ model, role, start }: PlainOptions) {
    return objectiveMethod({
      network: model,
      role,
      ...(start && { start }),
      terms: ({ output }, _, { hr }) => ({ reconstruction: { weight: 1, value: l1Loss(output, hr) } }),
    });
  },
});
