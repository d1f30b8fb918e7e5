import { adapted, fakd, FAKD_WEIGHT, RELATIONS, vidRelation, type FakdOptions, type Method, type Relation } from '@distillery/distill';
import { edsr, rcan, san, type Model } from '@distillery/models';
import { seedRng } from '@distillery/tensor';
import { TOY_TEACHER } from '../toy';
import { TOY_RANGE } from '../toy-range';
import type { Variants } from './variants';

/** A teacher of two blocks and a student of one, both of eight channels. */
export const FAKD_TOY = { teacher: edsr({ ...TOY_TEACHER, blocks: 2 }), student: edsr(TOY_TEACHER) };
export const FAKD_POSITIONS = { student: ['body.0', 'body'], teacher: ['body.1', 'body'] };

export function toyFakd(relation: Relation | null, over: Partial<FakdOptions> = {}): Method {
  const { teacher, student } = FAKD_TOY;
  return fakd({
    student,
    teacher: { model: teacher, params: teacher.init(seedRng(8)) },
    alpha: 0.5,
    features: relation && { weight: 0.1, relation, positions: FAKD_POSITIONS },
    ...over,
  });
}

/** Teacher and student of an attention network, by spatial affinity. */
function attended(teacher: Model, student: Model, taps: readonly string[]): Method {
  const features = { weight: FAKD_WEIGHT, relation: RELATIONS['spatial-affinity'], positions: { student: taps, teacher: taps } };
  return toyFakd(null, { student, teacher: { model: teacher, params: teacher.init(seedRng(8)) }, features });
}

const toy = { features: 8, groups: 2, reduction: 4, scale: 2, rgbRange: TOY_RANGE } as const;
const wide = edsr({ ...TOY_TEACHER, features: 10 });

/** FAKD with each relation and on each of the paper's networks. */
export const FAKD_METHODS = {
  fakd: {
    ...Object.fromEntries(Object.entries(RELATIONS).map(([name, relation]): [string, () => Method] => [name, () => toyFakd(relation)])),
    VID: () => toyFakd(vidRelation(2, { student: 8, teacher: 8 })),
    'adapters to a wider teacher': () =>
      toyFakd(null, {
        teacher: { model: wide, params: wide.init(seedRng(8)) },
        features: {
          weight: 0.1,
          relation: adapted(RELATIONS['feature-l1'], 1, { student: 8, teacher: 10 }),
          positions: { student: ['body'], teacher: ['body'] },
        },
      }),
    'self-ensemble teacher': () => toyFakd(RELATIONS['spatial-affinity'], { ensembleTeacher: true }),
    RCAN: () => attended(rcan({ ...toy, blocks: 2 }), rcan({ ...toy, blocks: 1 }), ['body.0', 'body']),
    SAN: () => attended(san({ ...toy, blocks: 2 }), san({ ...toy, blocks: 1 }), ['RG.0', 'non_local']),
  },
} satisfies Record<string, Variants>;
