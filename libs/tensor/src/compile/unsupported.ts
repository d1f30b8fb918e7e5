/** A step that cannot be compiled: the message names the operation. Callers fall back to eager execution, visibly. */
export class UnsupportedOperation extends Error {
  override readonly name = 'UnsupportedOperation';
}
