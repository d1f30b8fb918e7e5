import { tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { activeCompiler, activeEngine, compiled, UnsupportedOperation, type Compiled, type Params } from '@distillery/tensor';
import type { Model } from '../model';
import { selfEnsemble } from './self-ensemble';

type Pass = Compiled<[x: Tensor4D, params: Params], Tensor4D>;

/** Networks whose passes stay compiled: a network is run on one image after the other, and a few networks by turns. */
const KEPT_NETWORKS = 4;

const passes = new Map<string, { readonly model: Model; readonly params: Params; readonly pass: Pass }>();

export interface PassOptions {
  /** The x8 self-ensemble. */
  readonly ensemble: boolean;
  /**
   * The network is in training: its parameters are fed to the pass, which stays compiled while they change. Else they are constants, which is faster
   * where many images follow each other, and slower where each network sees a few only. They are fed as well where compiling takes seconds: one program then
   * serves all networks of an architecture.
   */
  readonly training?: boolean | undefined;
  readonly onFallback?: ((reason: string) => void) | undefined;
}

/**
 * model(x), on engines that compile compiled for the shape of x; elsewhere operation by operation. Where the network cannot be compiled it runs operation by operation, and `onFallback` is told why. The caller owns the result.
 */
export async function forwardPass(
  model: Model,
  params: Params,
  x: Tensor4D,
  { ensemble, training = false, onFallback }: PassOptions,
): Promise<Tensor4D> {
  try {
    const fed = training || (activeCompiler()?.fewPrograms ?? false);
    return await passOf(model, params, ensemble, fed)(x, fed ? params : {});
  } catch (error) {
    if (!(error instanceof UnsupportedOperation)) throw error;
    onFallback?.(`${model.name}: ${error.message}`);
    return tidy(() => (ensemble ? selfEnsemble(model) : model).apply(params, x));
  }
}

function passOf(model: Model, params: Params, ensemble: boolean, fed: boolean): Pass {
  const key = JSON.stringify([activeEngine().name, model.name, model.config, model.scale, ensemble, fed]);
  const known = passes.get(key);
  passes.delete(key);
  if (known?.model === model && (fed || known.params === params)) {
    // The one used last goes to the end; the first is the one longest unused.
    passes.set(key, known);
    return known.pass;
  }
  void known?.pass.dispose();
  const network = ensemble ? selfEnsemble(model) : model;
  const pass = compiled((input: Tensor4D, given: Params) => network.apply(fed ? given : params, input));
  passes.set(key, { model, params, pass });
  const [oldest] = passes;
  if (oldest && passes.size > KEPT_NETWORKS) {
    passes.delete(oldest[0]);
    void oldest[1].pass.dispose();
  }
  return pass;
}
