import { shallowEdsr, superiorLrEncoder } from '@distillery/models';
import { cloneParams } from '@distillery/tensor';
import type { ExternalPeer } from '../jdsr';
import { joinParams } from '../../networks/param-groups';
import { plain } from '../plain';
import { slot } from '../../training/state';
import { behindEncoder, encoderParams, superiorLrImage } from './superior-lr';
import { defineMethod } from '../../define-method';

/**
 * JDSR's peer trained alone on superior LR: L = mean |P(SLR) - HR|, the encoder frozen. What its advantage over the same network on bicubic LR
 * measures is how much of HR the encoder passes on. Deploys `peer`, which takes HR.
 */
export const peerAlone = defineMethod({
  id: 'peer-alone',
  title: 'JDSR’s peer trained alone on superior LR',
  source: 'ours',
  method(options: Pick<ExternalPeer, 'network' | 'encoder' | 'encoderParams'>) {
    const network = shallowEdsr(options.network);
    const encoder = superiorLrEncoder(options.encoder);
    const training = plain({ model: network, role: 'teacher' });
    return {
      init: (rng) => ({ ...training.init(rng), encoder: cloneParams(encoderParams(options.encoderParams)) }),
      step(state, batch) {
        const frozen = slot(state, 'encoder');
        const next = training.step(state, { ...batch, lr: superiorLrImage(encoder, frozen, batch.hr) });
        return { ...next, state: { ...next.state, encoder: frozen } };
      },
      deploy(state) {
        const params = joinParams({ encoder: slot(state, 'encoder'), network: slot(state, 'network') });
        return { peer: { model: behindEncoder(encoder, network), params, sees: 'hr' } };
      },
    };
  },
});
