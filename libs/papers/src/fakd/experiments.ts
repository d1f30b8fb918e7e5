import { isEvidence, type Datasets, type Experiment, type ExperimentArm, type Recipe, type Tier } from '@distillery/lab';
import { fakdArms } from './recipes';
import { FAKD_SETTINGS, MATCHED_HOW, type Backbone, type FakdScale, type FormName } from './settings';

type Arms = ReturnType<typeof fakdArms<Backbone>>;

const row = (recipe: Recipe, label: string): ExperimentArm => ({
  arm: recipe.arm,
  network: recipe.evaluate.networks[0] as string,
  label,
  recipe,
});

/** Table 3 on one backbone, and the controls that it lacks. Tiers that are no evidence have them on RCAN x4 only. */
function tableThree(arms: Arms, tier: Tier, backbone: 'rcan' | 'san', scale: FakdScale): Experiment {
  const name = backbone.toUpperCase();
  const controls = isEvidence(tier) || (backbone === 'rcan' && scale === 4);
  return {
    id: `table3-${backbone}-x${scale}`,
    title: `Table 3, ${name} x${scale}: does feature affinity improve the shallower student?`,
    caption:
      `Teacher and student are ${name}s of the same width; the student has fewer ${backbone === 'rcan' ? 'blocks in each group' : 'groups'}. ` +
      `The paper compares the student trained alone with FAKD.${controls ? controlsCaption(backbone) : ''}`,
    kind: 'table',
    arms: [
      row(arms.teacher, 'Teacher'),
      row(arms.alone, 'Student alone'),
      row(arms.fakd, 'Student, FAKD'),
      ...(controls
        ? [
            row(arms.output, 'Student, output distillation only (control)'),
            row(arms.long, 'Student alone, total length (control)'),
            ...(backbone === 'rcan'
              ? [
                  row(arms.truncated, 'Student from the teacher’s leading layers, L1 only (control)'),
                  row(arms.ensemble, 'Student, FAKD from a self-ensemble teacher'),
                ]
              : []),
          ]
        : []),
    ],
  };
}

function controlsCaption(backbone: 'rcan' | 'san'): string {
  return (
    ' Controls of ours: distillation of the output alone, which is also what FAKD becomes where a port cuts the gradient of its affinity; the student ' +
    'trained alone for as many steps as teacher and student together' +
    (backbone === 'rcan' ? '; the student started as the leading layers of the teacher; and a self-ensemble as the teacher.' : '.')
  );
}

/** Table 2: which terms of the loss help. */
function terms(arms: Arms): Experiment {
  return {
    id: 'terms-x4',
    title: 'Table 2, RCAN x4: which term of the loss helps?',
    caption:
      'L1 to the ground truth with and without the teacher’s output, with and without the affinity. The printed numbers could not be read. The arm with the ' +
      'affinity alone logs the norms of both gradients in the student’s parameters: “gradient relation” must not be zero, as it is in a port.',
    kind: 'table',
    arms: [
      row(arms.alone, 'Neither'),
      row(arms.output, 'Teacher’s output'),
      row(arms.affinityOnly, 'Affinity'),
      row(arms.fakd, 'Both (FAKD)'),
    ],
  };
}

/** Labels of the forms that spatial affinity is compared with. */
export const FORM_LABELS: Readonly<Record<Exclude<FormName, 'spatial-affinity'>, string>> = {
  'channel-affinity': 'Channel affinity',
  'image-affinity': 'Affinity between images',
  'attention-transfer': 'Attention transfer',
  'attention-transfer-2019': 'Attention transfer (2019 code)',
  fsp: 'FSP',
  'fsp-2019': 'FSP (2019 code)',
  'feature-l1': 'Raw features, L1',
  'feature-l2': 'Raw features, squared',
  vid: 'Variational information',
};

/** Forms whose matched weight is tried even where the runs are no evidence. */
const ALWAYS_MATCHED: readonly string[] = ['channel-affinity', 'feature-l1'];

/** Table 1: forms of relation. */
function forms(arms: Arms, tier: Tier, weight: 'beta' | 'matched'): Experiment {
  const shown = (Object.keys(FORM_LABELS) as (keyof typeof FORM_LABELS)[]).filter(
    (form) => weight === 'beta' || isEvidence(tier) || ALWAYS_MATCHED.includes(form),
  );
  const matched = weight === 'matched';
  return {
    id: matched ? 'forms-matched-x4' : 'forms-x4',
    title: `Table 1, RCAN x4: which relation of features${matched ? ', at the same gradient norm' : ''}?`,
    caption: matched
      ? 'As above, with the weight of each form chosen so that its gradient in the student’s parameters has the norm of spatial affinity’s ' +
        `(${MATCHED_HOW}): what is compared is rather the form than how much it happens to count. The full tier, whose pixels are in 0..255, ` +
        'has no such table.'
      : 'Each form takes the place of spatial affinity at the same weight, as in the released code. Their gradients differ by orders of magnitude at that ' +
        'weight, so that this table compares weights as much as forms. The printed numbers could not be read.',
    kind: 'table',
    arms: [
      row(arms.output, 'None (output only)'),
      row(arms.fakd, 'Spatial affinity (FAKD)'),
      ...shown.map((form) => row(arms.form(form, weight), FORM_LABELS[form])),
    ],
  };
}

/** Where the features are taken. */
function positions(arms: Arms): Experiment {
  return {
    id: 'positions-x4',
    title: 'RCAN x4: at which depths?',
    caption:
      'The released scripts compare three maps: after a third and two thirds of the groups, and at the end of the body, which in the authors’ RCAN is ' +
      'the sum of body and head, because the long skip is added in place. The terms are summed, so fewer positions also mean less weight.',
    kind: 'table',
    arms: [
      row(arms.output, 'None (output only)'),
      row(
        arms.positions('third', (maps) => [maps.third]),
        'One third',
      ),
      row(
        arms.positions('end', (maps) => [maps.end]),
        'End',
      ),
      row(
        arms.positions('last-two', (maps) => [maps.twoThirds, maps.end]),
        'Two thirds, end (RCAN x3 script)',
      ),
      row(arms.fakd, 'One third, two thirds, end (FAKD)'),
      row(
        arms.positions('four', (maps) => [maps.head, maps.third, maps.twoThirds, maps.end]),
        'Head, one third, two thirds, end (port DUKD)',
      ),
      row(
        arms.positions('before-skip', (maps) => [maps.third, maps.twoThirds, maps.beforeSkip]),
        'One third, two thirds, end before the long skip',
      ),
    ],
  };
}

/** The affinity has no channels, so that widths may differ. */
function widths(arms: Arms): Experiment {
  return {
    id: 'widths-x4',
    title: 'EDSR x4: a student narrower than its teacher',
    caption:
      'The released code also distils EDSR into a narrower and shallower EDSR, for which no numbers were published. Affinities between pixels do not see the ' +
      'number of channels; raw features need a trained adapter, and stand here at the affinity’s weight: their gradient is not matched to the affinity’s.',
    kind: 'table',
    arms: [
      row(arms.teacher, 'Teacher'),
      row(arms.alone, 'Student alone'),
      row(arms.output, 'Student, output distillation only'),
      row(arms.fakd, 'Student, FAKD'),
      row(arms.adapter, 'Student, raw features behind adapters'),
    ],
  };
}

export function fakdExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const rcan = fakdArms(tier, 'rcan', 4, datasets);
  const table = (backbone: 'rcan' | 'san') =>
    FAKD_SETTINGS[tier].scales.map((scale) => tableThree(fakdArms(tier, backbone, scale, datasets), tier, backbone, scale));
  return [
    ...table('rcan'),
    ...table('san'),
    terms(rcan),
    forms(rcan, tier, 'beta'),
    ...(tier === 'full' ? [] : [forms(rcan, tier, 'matched')]),
    positions(rcan),
    widths(fakdArms(tier, 'edsr', 4, datasets)),
  ];
}
