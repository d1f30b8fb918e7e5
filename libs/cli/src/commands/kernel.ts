import { InvalidArgumentError, Option, type Command } from 'commander';
import { notebookLibrary } from '../notebook-library';
import { print } from '../output';

interface KernelOptions {
  readonly user: boolean;
  readonly prefix?: string;
}

/** `distillery kernel install|uninstall`: the kernel of our notebooks in Jupyter. */
export function addKernel(program: Command): void {
  const kernel = program.command('kernel').description("Jupyter's kernel for notebooks of this project, in any folder");
  const place = (command: Command): Command =>
    command
      .addOption(new Option('--user', 'for this user (the default)').default(false).conflicts('prefix'))
      .addOption(new Option('--prefix <dir>', 'in a Python environment: a virtual environment, conda').argParser(folder));
  place(
    kernel.command('install').description('register the kernel with Jupyter, and its parameters with papermill if that is there'),
  ).action(async ({ prefix }: KernelOptions) => {
    const { installKernelspec, installTranslator } = await notebookLibrary();
    print(`kernel: ${await installKernelspec(prefix)}`);
    const translator = await installTranslator(prefix);
    print(translator === null ? 'papermill: not found, so that its -p is left out' : `papermill: ${translator}`);
  });
  place(kernel.command('uninstall').description('remove the kernel from Jupyter, and its parameters from papermill')).action(
    async ({ prefix }: KernelOptions) => {
      const { kernelspecFolder, uninstallKernelspec, uninstallTranslator } = await notebookLibrary();
      const removed = [await uninstallKernelspec(prefix), await uninstallTranslator(prefix)].filter((path) => path !== null);
      print(
        ...(removed.length > 0 ? removed.map((path) => `removed: ${path}`) : [`${kernelspecFolder(prefix)}: no kernel is installed there`]),
      );
    },
  );
}

function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected a folder.');
  return text;
}
