import { UserError } from '../user-error';
import { koffi } from '../xla/pjrt/native';

/** The driver's library: it comes with the driver, not with CUDA. */
const DRIVER = 'libcuda.so.1';
const NAME_BYTES = 256;

let known: string | undefined;

/** The name of the first NVIDIA card, `NVIDIA H100 80GB HBM3`. Throws UserError, in the name of an engine, if there is no driver, or it finds no card. */
export function cudaCard(engine: string): string {
  return (known ??= firstCard(engine));
}

function firstCard(engine: string): string {
  let driver: ReturnType<ReturnType<typeof koffi>['load']>;
  try {
    driver = koffi().load(DRIVER);
  } catch {
    throw new UserError(`engine '${engine}': no NVIDIA driver here (${DRIVER} is not found)`);
  }
  const failure = driver.func('int cuInit(uint flags)')(0) as number;
  if (failure !== 0) throw new UserError(`engine '${engine}': the NVIDIA driver does not start here (cuInit gives ${failure})`);
  const name = Buffer.alloc(NAME_BYTES);
  const missing = driver.func('int cuDeviceGetName(void *name, int length, int device)')(name, NAME_BYTES, 0) as number;
  if (missing !== 0) throw new UserError(`engine '${engine}': the NVIDIA driver finds no card (cuDeviceGetName gives ${missing})`);
  return name.toString('utf8', 0, name.indexOf(0));
}
