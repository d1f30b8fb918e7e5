import { row, type Datasets, type Experiment, type ExperimentArm, type Recipe, type Tier } from '@distillery/lab';
import { IMITATION_WEIGHTS, jdsrArms } from './recipes';

type Arms = ReturnType<typeof jdsrArms>;

/** The paper's parts, one added after the other. */
function staircase(arms: Arms): Experiment {
  return {
    id: 'staircase',
    title: 'The staircase, x4: what does each part of the joint distillation add?',
    caption:
      'One student graph throughout: the exits and the generator are dropped after training. Supervision of the shallow exits by HR, soft labels for ' +
      'them (true meta step), and mutual learning with the peer are added in turn; every arm has the same number of steps. Controls of ours: mutual ' +
      'learning without soft labels, and the student alone with as many updates as encoder, peer and student have together.',
    kind: 'table',
    arms: [
      row(arms.alone, 'Student alone'),
      row(arms.aloneLong, 'Student alone, total length (control)'),
      row(arms.intermediate, '+ exits supervised by HR'),
      row(arms.softLabels, '+ soft labels'),
      row(arms.joint, '+ mutual learning (JDSR)'),
      row(arms.mutualOnly, 'Mutual learning without soft labels (control)'),
    ],
  };
}

/** The abstract's central claim. */
function superior(arms: Arms): Experiment {
  return {
    id: 'superior-lr',
    title: 'Superior or bicubic LR, x4: what does the peer gain from looking at HR?',
    caption:
      'The same small peer on bicubic LR and on the superior LR image that the encoder makes of HR, beside a several times larger network on bicubic LR ' +
      '(RCAN itself at the full tier). The peer on superior LR needs HR at test time: its score says how much of HR the encoder smuggles through an LR-sized ' +
      '8-bit image, not how good an upscaler it is.',
    kind: 'table',
    arms: [
      row(arms.peerOnBicubic, 'Peer on bicubic LR', 'teacher'),
      row(arms.largeOnBicubic, 'Larger network on bicubic LR', 'teacher'),
      row(arms.peerOnSuperior, 'Peer on superior LR, alone', 'peer'),
      row(arms.joint, 'Peer on superior LR, beside the student (JDSR)', 'peer'),
    ],
  };
}

/** How much the superior LR may differ from the bicubic. */
function imitation(arms: Arms): Experiment {
  const at = (weight: number, network: string): ExperimentArm => ({
    ...row(arms.imitation(weight), `${network}, imitation weight ${weight}`, network),
    x: weight,
    series: network,
  });
  return {
    id: 'imitation-weight',
    title: 'The imitation weight, x4: how close must superior LR stay to bicubic?',
    caption:
      'Weight of L1(SLR, LR) in the first stage, 1 in the port; PISR, with the same idea, has 0.0001. A small weight gives the peer more of HR and the ' +
      'student a wider gap to bridge; under a large one superior LR is bicubic LR again. Shown for the peer and for the student that learns beside it, ' +
      'without the gap threshold, which would stop every peer at the same distance from its student.',
    kind: 'sweep',
    xTitle: 'imitation weight of the first stage',
    arms: [
      ...IMITATION_WEIGHTS.map((weight) => at(weight, 'peer')),
      { ...row(arms.peerOnBicubic, 'Peer on bicubic LR', 'teacher'), series: 'peer on bicubic LR' },
      ...IMITATION_WEIGHTS.map((weight) => at(weight, 'student')),
      { ...row(arms.alone, 'Student alone'), series: 'student alone' },
    ],
  };
}

/** Where soft labels come from. */
function softLabels(arms: Arms): Experiment {
  const both = (recipe: Recipe, label: string): ExperimentArm[] => [row(recipe, label), row(recipe, `${label}: shallowest exit`, 'exit-1')];
  return {
    id: 'soft-labels',
    title: 'Soft labels, x4: does the meta-trained generator beat simpler labels?',
    caption:
      'Labels for the shallow exits from a generator trained through a true virtual step of the student, from a generator trained directly towards HR ' +
      '(first order), and from the deepest exit itself, against none; without a peer. All are compared by a Charbonnier distance, because with the port’s ' +
      'L1 the gradient through the virtual step is exactly zero: the last arm shows the generator that this leaves as it was drawn. Labels teach the ' +
      'shallow exits alone, so these should gain more from them than the last exit (“student”) does.',
    kind: 'table',
    arms: [
      ...both(arms.intermediate, 'No soft labels'),
      ...both(arms.softLabelsDeepest, 'Deepest exit'),
      ...both(arms.softLabelsFirstOrder, 'Generator, first order'),
      ...both(arms.softLabels, 'Generator, meta step'),
      ...both(arms.softLabelsL1, 'Generator, meta step, L1 (no gradient)'),
    ],
  };
}

/** How the two networks learn from each other. */
function mutual(arms: Arms): Experiment {
  const both = (recipe: Recipe, label: string): ExperimentArm[] => [row(recipe, label), row(recipe, `${label}: peer`, 'peer')];
  return {
    id: 'mutual-learning',
    title: 'Mutual learning, x4: distance, weight, curriculum and gap threshold',
    caption:
      'The port weighs the mutual term by 0.001 and does not show its distance: of L1 that is next to nothing, of the squared difference of grey levels ' +
      'it is moderate. A hundred times the weight is our addition. The curriculum raises the weight from 0.607 to 1 of its value; the threshold pauses ' +
      'the peer while it is more than 1 dB ahead of the student on the batch. Where they are needed, the student with neither gains nothing over no mutual learning.',
    kind: 'table',
    arms: [
      row(arms.softLabels, 'No mutual learning'),
      ...both(arms.joint, 'L1 (JDSR)'),
      ...both(arms.mutualL2, 'Squared difference'),
      ...both(arms.mutualStrong, 'L1, weight 0.1'),
      ...both(arms.noCurriculum, 'No curriculum'),
      ...both(arms.noThreshold, 'No threshold'),
      ...both(arms.neither, 'Neither'),
    ],
  };
}

/** The two ideas that the paper joins, each by itself, and what it does without. */
function relatives(arms: Arms): Experiment {
  return {
    id: 'relatives',
    title: 'Relatives, x4: a teacher, deep mutual learning and Be Your Own Teacher for the same student',
    caption:
      'Deep Mutual Learning pairs the student with a peer on the same bicubic LR; Be Your Own Teacher teaches the shallow exits by the deepest one and by ' +
      'its features. Both were made for classifiers; KL divergences are replaced by L1 between images. Distillation of the output alone from the larger ' +
      'network that was trained first on bicubic LR is what JDSR means to do without.',
    kind: 'table',
    arms: [
      row(arms.alone, 'Student alone'),
      row(arms.outputDistillation, 'Output of the larger network (control)'),
      row(arms.mutualLearning, 'Deep Mutual Learning'),
      row(arms.ownTeacher, 'Be Your Own Teacher'),
      row(arms.joint, 'JDSR'),
      row(arms.mutualLearning, 'Deep Mutual Learning: peer', 'peer'),
      row(arms.ownTeacher, 'Be Your Own Teacher: shallowest exit', 'exit-1'),
    ],
  };
}

export function jdsrExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const arms = jdsrArms(tier, datasets);
  return [staircase, superior, imitation, softLabels, mutual, relatives].map((experiment) => experiment(arms));
}
