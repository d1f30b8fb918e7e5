import { UserError } from '@distillery/tensor';
import { isFileError } from '../files';

/** The part of the global `fetch` that is used. */
export type FetchFunction = (
  url: string,
  init: { redirect: 'manual'; headers: Record<string, string>; signal: AbortSignal },
) => Promise<Response>;

const MAX_REDIRECTS = 5;

/** Ends what waits when nothing has arrived for a time, or the user has had enough. */
export interface Patience {
  readonly signal: AbortSignal;
  /** Something arrived. */
  renew(): void;
  end(): void;
}

/** Patience of so many milliseconds without an answer. The user's own signal counts as well. */
export function patience(milliseconds: number, users: AbortSignal | undefined): Patience {
  const idle = new AbortController();
  const reason = new UserError(`nothing has arrived for ${milliseconds / 1000} seconds`);
  const timer = setTimeout(() => idle.abort(reason), milliseconds);
  return {
    signal: users === undefined ? idle.signal : AbortSignal.any([users, idle.signal]),
    renew: () => void timer.refresh(),
    end: () => clearTimeout(timer),
  };
}

/**
 * Asks for a file with these headers, and follows redirects by hand: each step must be https. Answers 200 and, to a range, 206 and 416 are returned. Throws
 * UserError for any other, and for a server that cannot be reached.
 */
export async function request(url: string, headers: Record<string, string>, send: FetchFunction, signal: AbortSignal): Promise<Response> {
  let address = url;
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    if (new URL(address).protocol !== 'https:') throw new UserError(`cannot fetch ${url}: ${address} is not https`);
    // Ranges count the bytes as they are sent: they must be those of the file.
    const init = { redirect: 'manual', headers: { 'accept-encoding': 'identity', ...headers }, signal } as const;
    const response = await send(address, init).catch((error: unknown) => {
      throw networkError(url, error, signal);
    });
    if (response.ok || (response.status === 416 && headers.range !== undefined)) return response;
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null)
      throw new UserError(`cannot fetch ${url}: the server answers ${response.status} ${response.statusText}`.trimEnd());
    if (!URL.canParse(location, address))
      throw new UserError(`cannot fetch ${url}: the server redirects to '${location}', which is no address`);
    address = new URL(location, address).href;
  }
  throw new UserError(`cannot fetch ${url}: more than ${MAX_REDIRECTS} redirects`);
}

/** The reason behind undici's bare "fetch failed" and "terminated"; errors of the file system pass through. */
export function networkError(url: string, error: unknown, signal: AbortSignal): unknown {
  if (error instanceof UserError && error !== signal.reason) return error;
  if (isFileError(error)) return error;
  if (signal.aborted) {
    const reason = signal.reason instanceof UserError ? signal.reason.message : 'interrupted';
    return new UserError(`cannot fetch ${url}: ${reason}`, { cause: error });
  }
  if (!(error instanceof Error)) return error;
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return new UserError(`cannot fetch ${url}: ${cause || error.message}`, { cause: error });
}
