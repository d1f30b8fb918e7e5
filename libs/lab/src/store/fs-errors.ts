import { UserError } from '@distillery/tensor';

/** True for an error of the operating system with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** For `catch`: what cannot be read, and says so to the user, counts as not there. */
export function ifDamaged(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}
