import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { sectionedEdsr, type Model, type SectionedEdsrConfig } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import type { Deployed } from '../../method';
import { featuresAt, forward } from '../../networks/forward';
import { l1Loss } from '../../losses/l1';

/** A network cut into sections, with an exit each while it trains. */
export interface SectionedNetwork {
  readonly sections: number;
  readonly training: Model;
  /** `student`, the deepest exit without the other tails: the network that ships; and `exit-1` ... `exit-K-1`, cut off after that section. */
  deploy(params: Params): Readonly<Record<string, Deployed>>;
}

export function sectionedNetwork(config: Omit<SectionedEdsrConfig, 'exits'>): SectionedNetwork {
  const { sections } = config;
  const cutAfter = (section: number, params: Params): Deployed => {
    const model = sectionedEdsr({ ...config, sections: section, exits: 'last' });
    return { model, params: Object.fromEntries(Object.keys(model.shapes).map((name) => [name, params[name] as tf.Tensor])) };
  };
  return {
    sections,
    training: sectionedEdsr({ ...config, exits: 'all' }),
    deploy: (params) => ({
      student: cutAfter(sections, params),
      ...Object.fromEntries(numbers(sections - 1).map((i) => [`exit-${i}`, cutAfter(i, params)])),
    }),
  };
}

/** Everything a pass through a sectioned network shows. */
export interface SectionedPass {
  /** S_K, `[n, scale h, scale w, 3]`. */
  readonly output: Tensor4D;
  /** S_1 ... S_{K-1}, shaped as the output. */
  readonly exits: readonly Tensor4D[];
  /** f_0 (head) ... f_K, `[n, h, w, features]`. */
  readonly features: readonly Tensor4D[];
}

export function sectionedPass({ sections, training }: SectionedNetwork, params: Params, lr: Tensor4D): SectionedPass {
  const features = ['head', ...numbers(sections).map((i) => `section.${i}`)];
  const exits = numbers(sections - 1).map((i) => `exit.${i}`);
  const pass = forward(training, params, lr, [...features, ...exits]);
  return { output: pass.output, exits: featuresAt(pass, exits), features: featuresAt(pass, features) };
}

/** L1 of every exit but the last against the ground truth, summed (JDSR's intermediate supervision). 0 without such exits. */
export function intermediateLoss({ exits }: SectionedPass, hr: Tensor4D): Scalar {
  return sumOf(exits.map((exit) => l1Loss(exit, hr)));
}

export function sumOf(terms: readonly Scalar[]): Scalar {
  return terms.reduce((sum, term) => tf.add<Scalar>(sum, term), tf.scalar(0));
}

/** 1 ... count. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
