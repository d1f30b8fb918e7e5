import { PISR_DISTILLATION_WEIGHT } from '@distillery/distill';
import { row, type Datasets, type Experiment, type ExperimentArm, type Recipe, type Tier } from '@distillery/lab';
import { pisrArms } from './recipes';
import { PISR_SCALES, PISR_SETTINGS, type PisrScale } from './settings';

type Arms = ReturnType<typeof pisrArms<'fsrcnn'>>;

/** The comparison of FSRCNN with and without PISR, and the controls it lacks. */
function comparison(arms: Arms, scale: PisrScale): Experiment {
  return {
    id: `fsrcnn-x${scale}`,
    title: `FSRCNN, x${scale}: does privileged information improve the student?`,
    caption:
      'The student trained alone and with PISR as released. Two controls of ours stand between them: the student trained alone for as long as ' +
      'teacher and student together, and the student that only starts as the teacher’s decoder. The teacher sees the HR image that it ' +
      'reconstructs: its row is no super-resolution. Its decoder, given the LR image instead of the code, is the student before its own training.',
    kind: 'table',
    arms: [
      row(arms.alone, 'Student alone'),
      row(arms.long, 'Student alone, total length (control)'),
      row(arms.init, 'Student from the decoder, L1 only (control)'),
      row(arms.pisr, 'Student, PISR as released'),
      row(arms.teacher, 'Decoder, not trained further', 'decoder'),
      row(arms.teacher, 'Teacher, sees HR', 'teacher'),
    ],
  };
}

/** C h w of the features that VID compares at x2, which have LR size. */
function valuesOfVid(tier: Tier): number {
  const { backbones, patch } = PISR_SETTINGS[tier];
  return backbones.fsrcnn.channels * (patch / 2) ** 2;
}

/** What the released weight on a sum over those values is on their mean. */
const sumWeight = (tier: Tier): number => Number((PISR_DISTILLATION_WEIGHT * valuesOfVid(tier)).toPrecision(2));

/** The components: initialisation and VID apart and together, with and without imitation in the teacher. */
function components(arms: Arms, tier: Tier): Experiment {
  return {
    id: 'components',
    title: 'Ablation, x2: initialisation, distillation, imitation',
    caption:
      'Start (fresh or decoder) and VID (none, released weight, or felt) in all combinations, from a teacher whose code imitates LR; then the ' +
      'decoder starts again, from a teacher whose code is free. VID is a mean over ' +
      `${valuesOfVid(tier).toLocaleString('en')} values of each sample, and at the released weight 1e-6 its gradient is far ` +
      'below that of L1 (see the training curves); in the arms marked “felt” its gradient is held at a tenth of the norm of L1’s, step by step ' +
      '(their curves show its norm before that).',
    kind: 'table',
    arms: [
      row(arms.alone, 'Fresh, no VID'),
      row(arms.vid, 'Fresh, VID as released'),
      row(arms.vidMatched, 'Fresh, VID felt'),
      row(arms.init, 'Decoder, no VID'),
      row(arms.pisr, 'Decoder, VID as released (PISR)'),
      row(arms.matched, 'Decoder, VID felt'),
      row(arms.initFree, 'No imitation: decoder, no VID'),
      row(arms.pisrFree, 'No imitation: decoder, VID as released'),
      row(arms.matchedFree, 'No imitation: decoder, VID felt'),
      row(arms.teacher, 'Teacher with imitation, sees HR', 'teacher'),
      row(arms.teacherFree, 'Teacher without imitation, sees HR', 'teacher'),
      row(arms.teacher, 'Its decoder on LR, with imitation', 'decoder'),
      row(arms.teacherFree, 'Its decoder on LR, without imitation', 'decoder'),
    ],
  };
}

/** Is it the privilege? The same teacher with the LR image in place of HR. */
function privilege(arms: Arms): Experiment {
  return {
    id: 'privilege',
    title: 'Control, x2: a teacher without the privilege',
    caption:
      'The same encoder, decoder and loss, but the encoder sees the bicubically enlarged LR image, so that the teacher knows nothing that the ' +
      'student does not. What its decoder and its features still give the student is not owed to privileged information.',
    kind: 'table',
    arms: [
      row(arms.alone, 'Student alone'),
      row(arms.initLr, 'From the decoder of the LR teacher'),
      row(arms.init, 'From the decoder of the HR teacher'),
      row(arms.matchedLr, 'The same and VID felt, LR teacher'),
      row(arms.matched, 'The same and VID felt, HR teacher'),
      row(arms.teacherLr, 'Teacher that sees LR', 'teacher'),
      row(arms.teacher, 'Teacher that sees HR', 'teacher'),
    ],
  };
}

/** lambda_S over six decades, with the gradient norms of both terms in the training curves. */
function weightSweep(arms: Arms, tier: Tier): Experiment {
  const at = (recipe: Recipe, weight: number): ExperimentArm => ({
    ...row(recipe, `VID at weight ${weight}`),
    x: weight,
    series: 'decoder start, VID',
  });
  return {
    id: 'vid-weight',
    title: 'Weight of VID, x2: where does the distillation begin to count?',
    caption:
      'The released weight of 1e-6 multiplies a mean; the framework figure of the paper draws a sum: over the ' +
      `${valuesOfVid(tier).toLocaleString('en')} values of a sample it would weigh ${sumWeight(tier)} on the mean. ` +
      'Here lambda_S goes from 1e-6 to 1 with the mean. The training curves “gradient reconstruction” and “gradient distillation” below hold the norms of ' +
      'both terms’ gradients in the student’s parameters, lambda_S included: VID counts where the second comes near the first.',
    kind: 'sweep',
    xTitle: 'weight of VID, lambda_S',
    arms: [
      { ...row(arms.alone, 'Student alone'), series: 'student alone' },
      { ...row(arms.init, 'Decoder start, no VID'), series: 'decoder start, no VID' },
      at(arms.pisr, PISR_DISTILLATION_WEIGHT),
      ...PISR_SETTINGS[tier].weights.map((weight) => at(arms.weight(weight), weight)),
    ],
  };
}

/** The form of the distance, all at one gradient norm. */
function distances(arms: Arms): Experiment {
  return {
    id: 'distances',
    title: 'Form of the distance, x2',
    caption:
      'VID with a Laplace density (PISR), with a Gaussian one, with one learned variance per channel (the original VID), and plain L1 and L2 between the ' +
      'features. All students start from the decoder, and the gradient of every distance is held at a tenth of the norm of L1’s on the image, ' +
      'so that the forms are compared and not their weights. Control of ours: the teacher’s output in place of its features, at the weight of the ground truth. ' +
      'The teacher has seen HR, so its output is a copy of HR with errors of its own.',
    kind: 'table',
    arms: [
      row(arms.init, 'No distillation'),
      row(arms.output, 'Teacher’s output, L1 (control)'),
      row(arms.matched, 'VID, Laplace'),
      row(arms.distance('vid-gaussian'), 'VID, Gaussian'),
      row(arms.distance('vid-constant'), 'VID, a variance per channel'),
      row(arms.distance('l1'), 'L1 of features'),
      row(arms.distance('l2'), 'L2 of features'),
    ],
  };
}

/** Students other than FSRCNN. */
function backbones(tier: Tier, datasets: Datasets): Experiment {
  const names = { vdsr: 'VDSR', idn: 'IDN', carn: 'CARN' } as const;
  return {
    id: 'backbones',
    title: 'Other students, x2: VDSR, IDN, CARN',
    caption:
      'PISR with other architectures as student and decoder, the encoder being the same. Each is distilled at its last map before the reconstruction: ' +
      'which one the authors chose is not known. VDSR enlarges the code itself and works at HR size; CARN sees RGB, and its code has three channels. ' +
      'PISR runs here only at the released weight of VID, whose gradient is negligible beside that of L1: what is compared are starts.',
    kind: 'table',
    arms: (['vdsr', 'idn', 'carn'] as const).flatMap((backbone) => {
      const arms = pisrArms(tier, 2, datasets, backbone);
      const name = names[backbone];
      return [
        row(arms.alone, `${name} alone`),
        row(arms.long, `${name} alone, total length (control)`),
        row(arms.init, `${name} from the decoder, L1 only (control)`),
        row(arms.pisr, `${name}, PISR as released`),
        row(arms.teacher, `Teacher of ${name}, sees HR`, 'teacher'),
      ];
    }),
  };
}

export function pisrExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const x2 = pisrArms(tier, 2, datasets, 'fsrcnn');
  return [
    ...PISR_SCALES.map((scale) => comparison(pisrArms(tier, scale, datasets, 'fsrcnn'), scale)),
    components(x2, tier),
    privilege(x2),
    weightSweep(x2, tier),
    distances(x2),
    backbones(tier, datasets),
  ];
}
