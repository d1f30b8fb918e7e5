/** Something the user caused and can mend: one clear line naming the thing and what was expected. The command prints it and exits 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
