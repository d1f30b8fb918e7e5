import type { Tensor4D } from '@tensorflow/tfjs-core';
import { conv, convParams, drawParams, layers } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { summed, type Relation } from './relation';
import { constantVarianceVid, type FeatureChannels } from './vid';

/**
 * A relation behind adapters (FitNets, ICLR 2015): a trained 1x1 convolution at each position takes the student's features to the teacher's
 * number of channels first, so that forms which want equal widths can compare unequal ones.
 */
export function adapted(relation: Relation, positions: number, { student: inputs, teacher: out }: FeatureChannels): Relation {
  const specs = layers(...Array.from({ length: positions }, (_, i) => convParams(`adapter.${i}`, { kernel: 1, in: inputs, out })));
  return {
    heads: (rng) => ({ ...relation.heads?.(rng.split('relation')), ...drawParams(specs, rng) }),
    loss: (student, teacher, heads) =>
      relation.loss(
        student.map((feature, i) => conv(heads, `adapter.${i}`, feature)),
        teacher,
        heads,
      ),
  };
}

/** Variational information (Ahn et al., CVPR 2019) at each position, with heads of its own, summed. */
export function vidRelation(positions: number, channels: FeatureChannels): Relation {
  const vid = constantVarianceVid(channels);
  const prefix = (position: number) => `vid.${position}.`;
  const own = (heads: Params, position: number): Params =>
    Object.fromEntries(
      Object.entries(heads).flatMap(([name, tensor]) =>
        name.startsWith(prefix(position)) ? [[name.slice(prefix(position).length), tensor]] : [],
      ),
    );
  return {
    heads: (rng) =>
      Object.fromEntries(
        Array.from({ length: positions }, (_, i) => Object.entries(vid.heads(rng.split(prefix(i))))).flatMap((heads, i) =>
          heads.map(([name, tensor]) => [prefix(i) + name, tensor]),
        ),
      ),
    ...summed((student: Tensor4D, teacher: Tensor4D, position, heads) => vid.loss(own(heads, position), student, teacher)),
  };
}
