import type { Value } from '../../compile/graph/value';
import { UserError } from '../../user-error';
import { PjrtError } from '../pjrt/pjrt-error';

/** The outcome of `attempt`; where the device's memory was too small for it, a UserError that names what was `given` and what takes less. */
export async function withinMemory<T>(
  given: readonly { readonly name: string; readonly value: Pick<Value, 'shape'> }[],
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof PjrtError) || !error.isOutOfMemory) throw error;
    const shapes = given
      .filter(({ value }) => value.shape.length > 0)
      .map(({ name, value }) => `${lastPart(name)} [${value.shape.join(', ')}]`);
    throw new UserError(
      `the device's memory is full at ${shapes.join(', ')}: a smaller batch or smaller patches take less, as do fewer runs at once (--jobs); ${error.message}`,
    );
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
