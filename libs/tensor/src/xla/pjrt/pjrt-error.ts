/** What a PJRT plugin reports: absl's status codes by name, and the first line of its message. */
export class PjrtError extends Error {
  override readonly name = 'PjrtError';

  constructor(
    readonly call: string,
    readonly code: string,
    message: string,
  ) {
    super(`${call}: ${message}`);
  }

  /** Whether the device's memory was too small. */
  get isOutOfMemory(): boolean {
    return this.code === 'RESOURCE_EXHAUSTED';
  }
}

const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** The name of an absl status code. */
export function codeName(code: number): string {
  return CODES[code] ?? `code ${code}`;
}
