import { tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import { activeCompiler } from '../engine';
import { compile, type Compiled } from './compile';
import type { CompileOptions } from './compiler';
import { signatureOf } from '../compile/signature';

/**
 * Sessions kept of a function called with many shapes: as many as an image cut into tiles has, inside, at two borders and in the corner. Each holds
 * the memory of its largest run, hundreds of megabytes for a photograph.
 */
const KEPT_SESSIONS = 4;

/**
 * `f` as the active engine runs it best: on engines that compile, compiled once for every set of argument shapes; elsewhere called as it is, inside a tidy. `f` must be
 * pure. There the call throws UnsupportedOperation, naming the operation, if `f` cannot be compiled.
 */
export function compiled<A extends readonly unknown[], R>(f: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  const sessions = new Map<string, Promise<Compiled<A, R>>>();

  const call = async (...args: A): Promise<R> => {
    if (activeCompiler() === null) return tidy(() => f(...args) as TensorContainer) as R;
    const signature = signatureOf(args);
    const session = sessions.get(signature) ?? compile(f, args, options);
    // The one used last goes to the end; the first is the one longest unused.
    sessions.delete(signature);
    sessions.set(signature, session);
    session.catch(() => sessions.delete(signature));
    const [oldest] = sessions;
    if (oldest && sessions.size > KEPT_SESSIONS) {
      sessions.delete(oldest[0]);
      await (await oldest[1]).dispose();
    }
    return (await session)(...args);
  };
  const dispose = async (): Promise<void> => {
    const open = await Promise.all(sessions.values());
    sessions.clear();
    await Promise.all(open.map((session) => session.dispose()));
  };
  return Object.assign(call, { dispose });
}
