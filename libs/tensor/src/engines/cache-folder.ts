import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The user's cache of this project; a temporary one where the user has no home. */
export function cacheFolder(): string {
  const given = process.env['XDG_CACHE_HOME'];
  if (given) return join(given, 'distillery');
  try {
    return join(homedir(), '.cache', 'distillery');
  } catch {
    return join(tmpdir(), 'distillery-cache');
  }
}
