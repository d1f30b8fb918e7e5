import { relative, resolve } from 'node:path';
import { PAPERS } from '@distillery/papers';
import type { Command } from 'commander';
import { print } from '../output';
import { newPaper } from '../papers/new-paper';

/** `distillery new paper NAME`: a paper to start from. */
export function addNew(program: Command): void {
  program
    .command('new')
    .description('write something to start from')
    .command('paper <name>')
    .description('a complete paper outside this repository: method, recipes, claims, divergences, notebook and test')
    .option('--dir <dir>', 'its folder (default: a folder of its name here)')
    .action((name: string, { dir = name }: { dir?: string }) => {
      newPaper(name, dir, Object.keys(PAPERS));
      const folder = relative('', resolve(dir)) || '.';
      print(
        `${folder}: written. It runs as it stands:`,
        `  npx distillery reproduce ${name} --papers ${folder}`,
        `  npx distillery notebook --papers ${folder} ${folder}/${name}.ipynb`,
        `  (cd ${folder} && npm test)`,
        'docs/add-a-paper.md leads on.',
      );
    });
}
