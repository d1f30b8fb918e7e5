/** The kernel's name in Jupyter: the folder of its kernelspec, and what notebooks ask for. */
export const KERNEL_NAME = 'distillery';

/** What a notebook's metadata say of the kernel it is for. */
export const KERNELSPEC = { name: KERNEL_NAME, display_name: 'Distillery (TypeScript)', language: 'typescript' } as const;

/** Kernels whose notebooks this one runs: cells are tslab's. */
export const ACCEPTED_KERNELS: readonly string[] = [KERNEL_NAME, 'tslab'];

/** What the kernel says of its language: enough for editors to colour it, for nbconvert to export it and for papermill to translate parameters. */
export const LANGUAGE_INFO = {
  name: 'typescript',
  version: process.versions.node,
  mimetype: 'text/typescript',
  file_extension: '.ts',
  codemirror_mode: { name: 'javascript', mode: 'typescript', typescript: true },
  pygments_lexer: 'typescript',
  nbconvert_exporter: 'script',
};
