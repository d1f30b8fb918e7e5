import { UserError } from '@distillery/tensor';

/** The library of notebooks, which is installed beside this one by whoever wants them. Throws UserError where it is not. */
export async function notebookLibrary(): Promise<typeof import('@distillery/notebook')> {
  try {
    return await import('@distillery/notebook');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? '') || !message.includes("'@distillery/notebook'")) throw error;
    throw new UserError('notebooks need @distillery/notebook, which is not installed; expected it after: npm install @distillery/notebook');
  }
}
