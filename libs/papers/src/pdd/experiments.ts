import { isEvidence, row, type Datasets, type Experiment, type ExperimentArm, type Tier } from '@distillery/lab';
import type { PddRecipe } from './methods';
import { pddArms } from './recipes';

type Arms = ReturnType<typeof pddArms>;

const generalist = (arms: Arms): ExperimentArm => row(arms.pretrain, 'Generalist alone', 'generalist');
const specialist = (arms: Arms): ExperimentArm => row(arms.pretrain, 'Specialist alone', 'specialist');

function premise(arms: Arms): Experiment {
  return {
    id: 'premise',
    title: 'Premise: each network on its own ground',
    caption:
      'The specialist learned one synthetic degradation (a mix of OpenCV’s interpolations), the generalist many. PDD assumes that each is better on its own ground. ' +
      'Bicubic LR here is MATLAB’s, as the benchmarks have it: near what the specialist trained on, not the same. Scores on the two kinds of images are not comparable with each other.',
    kind: 'table',
    arms: [
      row(arms.onSynthetic, 'Specialist, bicubic LR', 'specialist'),
      row(arms.onSynthetic, 'Generalist, bicubic LR', 'generalist'),
      row(arms.pretrain, 'Specialist, target domain', 'specialist'),
      row(arms.pretrain, 'Generalist, target domain', 'generalist'),
    ],
  };
}

function main(arms: Arms): Experiment {
  return {
    id: 'main',
    title: 'Main results: adapting a generalist to a target domain',
    caption:
      'G starts from the generalist. Static compares it with the frozen specialist, EMA with its own running average. Beside them the networks as they were pretrained, ' +
      'and controls with as many updates of G: fine-tuning on synthetic pairs with L1 alone, or with all of the supervised part but no distance; matching the reference’s ' +
      'features of real inputs directly; and the generalist trained on with L1 on its own degradation. The two with L1 alone have Adam’s usual second decay rate, 0.999, ' +
      'the others PDD’s 0.99. The curves “premise inter” and “premise intra” are the correlations that the method assumes to be high. In “intra random” G’s change between ' +
      'two patches stands against R’s between two others; in “inter random” G and R are given different patches in the target domain only. Both are weak baselines: ' +
      'what all patches have in common counts as correlation.',
    kind: 'table',
    arms: [
      specialist(arms),
      generalist(arms),
      row(arms.generalistLong, 'Generalist trained on, own degradation, L1 (control)'),
      row(arms.plain, 'Synthetic pairs, L1 alone (control)'),
      row(arms.supervised, 'Synthetic pairs, no distance (control)'),
      row(arms.direct, 'Direct feature matching (control)'),
      row(arms.static, 'PDD, Static'),
      row(arms.static, 'PDD, Static, running average of G', 'ema'),
      row(arms.ema, 'PDD, EMA'),
      row(arms.ema, 'PDD, EMA, running average of G', 'ema'),
    ],
  };
}

const SAME_SUPERVISION =
  'The supervised part on synthetic pairs is the same in all arms. Without either distance nothing else is left of it, in Static and EMA alike.';

function terms(arms: Readonly<Record<keyof Arms['alexnet'], PddRecipe>>): Pick<Experiment, 'kind' | 'arms'> {
  return {
    kind: 'table',
    arms: [
      row(arms.supervised, 'Neither'),
      row(arms.staticIntra, 'Static, intra only'),
      row(arms.staticInter, 'Static, inter only'),
      row(arms.static, 'Static, both'),
      row(arms.emaIntra, 'EMA, intra only'),
      row(arms.emaInter, 'EMA, inter only'),
      row(arms.ema, 'EMA, both'),
    ],
  };
}

function ablations(arms: Arms): Experiment[] {
  return [
    {
      id: 'terms',
      title: 'Ablation: intra-model distance, inter-model distance, both, neither',
      caption: SAME_SUPERVISION,
      ...terms(arms),
    },
    {
      id: 'terms-alexnet',
      title: 'The same ablation through AlexNet’s features: a second answer',
      caption:
        'AlexNet in the place of VGG19 in every term, layer for layer and made as large, as the released code has it for an alternative. A whole step of Static costs a third of one with VGG19, so that ' +
        'a processor can train every arm until it has flattened. What holds here is about distances in features of images, not about the paper’s own configuration. ' +
        SAME_SUPERVISION,
      ...terms(arms.alexnet),
    },
  ];
}

const ratios = (tier: Tier): readonly number[] => (isEvidence(tier) ? [0.25, 0.5, 1, 2, 4] : [0.25, 1, 4]);

function ratio(arms: Arms, tier: Tier): Experiment {
  return {
    id: 'ratio',
    title: 'Ratio of the inter-model to the intra-model weight',
    caption:
      'EMA, the intra-model weight kept at 1. The authors say that the ratio trades fidelity against perception and wants tuning for every target.',
    kind: 'sweep',
    xTitle: 'inter-model / intra-model weight',
    arms: ratios(tier).map((x) => ({ ...row(arms.ratio(x), `Ratio ${x}`), x, series: 'EMA' })),
  };
}

function roles(arms: Arms): Experiment {
  return {
    id: 'roles',
    title: 'Who is trained: generalist or specialist',
    caption:
      'The released Static configuration trains the generalist against the frozen specialist; the abstract says that the specialist is trained against the frozen generalist. ' +
      'Both, each with its controls.',
    kind: 'table',
    arms: [
      generalist(arms),
      row(arms.supervised, 'Generalist trained, synthetic pairs only'),
      row(arms.direct, 'Generalist trained, direct feature matching'),
      row(arms.static, 'Generalist trained, PDD (as released)'),
      specialist(arms),
      row(arms.supervisedSpecialist, 'Specialist trained, synthetic pairs only'),
      row(arms.directSpecialist, 'Specialist trained, direct feature matching'),
      row(arms.swapped, 'Specialist trained, PDD (as the abstract)'),
    ],
  };
}

function generalists(arms: Arms): Experiment {
  return {
    id: 'generalists',
    title: 'Different generalists',
    caption:
      'The specialist adapted against generalists trained on Real-ESRGAN’s and on BSRGAN’s degradation and, where the data folder has its weights, against the published compact ' +
      'Real-ESRGAN; and EMA started from either of ours.',
    kind: 'table',
    arms: [
      generalist(arms),
      row(arms.swapped, 'Specialist against it'),
      row(arms.ema, 'EMA from it'),
      row(arms.pretrainBsrgan, 'Generalist of BSRGAN’s degradation', 'generalist'),
      row(arms.swappedBsrgan, 'Specialist against it'),
      row(arms.emaBsrgan, 'EMA from it'),
      ...(arms.published ? [row(arms.published, 'Published Real-ESRGAN (compact)', 'published')] : []),
      ...(arms.swappedPublished ? [row(arms.swappedPublished, 'Specialist against it')] : []),
    ],
  };
}

function domains(arms: Arms, tier: Tier): Experiment[] {
  if (arms.others.length === 0) return [];
  return [
    {
      id: 'domains',
      title: 'Other target domains',
      caption:
        'The same generalist adapted to other real images: to a telephone, tested on other scenes of it; and to photographs of all kinds that have no ground truth, tested on ' +
        'cameras that are none of theirs, where adapting to the wrong domain would show.',
      kind: 'table',
      arms: arms.others.flatMap(({ domain, generalist: alone, supervised, static: asStatic, ema }) => [
        row(alone, 'Generalist alone', 'generalist'),
        ...(isEvidence(tier)
          ? [row(supervised, 'Synthetic pairs, no distance (control)'), row(asStatic, `PDD, Static, adapted to ${domain}`)]
          : []),
        row(ema, `PDD, EMA, adapted to ${domain}`),
      ]),
    },
  ];
}

function details(arms: Arms, tier: Tier): Experiment {
  return {
    id: 'details',
    title: 'What the released configurations settle',
    caption:
      'Whether the distances also move G’s outputs for synthetic inputs; EMA without the steps that part G from its average; the configuration with MATLAB’s bicubic instead of the mix of ' +
      'OpenCV’s interpolations' +
      (isEvidence(tier) ? '; and the alternatives to the two distances that the released code holds (Static).' : '.'),
    kind: 'table',
    arms: [
      row(arms.static, 'Static, as released'),
      row(arms.staticAttached, 'Static, synthetic outputs not detached'),
      row(arms.ema, 'EMA, as released'),
      row(arms.emaNoWarmUp, 'EMA, no warm-up'),
      row(arms.emaMatlab, 'EMA, MATLAB bicubic LR, inter-model weight 0.5'),
      ...(isEvidence(tier) ? alternatives(arms) : []),
    ],
  };
}

function alternatives(arms: Arms): ExperimentArm[] {
  return [
    row(arms.interDistance('difference-of-grams'), 'Static, inter: difference of Gram matrices'),
    row(arms.interDistance('l1'), 'Static, inter: L1'),
    row(arms.interDistance('l2'), 'Static, inter: L2'),
    row(arms.intraDistance('l1'), 'Static, intra: L1'),
    row(arms.intraDistance('l2'), 'Static, intra: L2'),
    row(arms.intraDistance('cosine'), 'Static, intra: cosine'),
  ];
}

export function pddExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const arms = pddArms(tier, datasets);
  return [
    premise(arms),
    main(arms),
    ...ablations(arms),
    ratio(arms, tier),
    roles(arms),
    generalists(arms),
    ...domains(arms, tier),
    details(arms, tier),
  ];
}
