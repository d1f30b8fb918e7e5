import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addBench } from './commands/bench';
import { addData } from './commands/data';
import { addDoctor } from './commands/doctor';
import { addEval } from './commands/eval';
import { addExport } from './commands/export';
import { addKernel } from './commands/kernel';
import { addLab } from './commands/lab';
import { addList } from './commands/list';
import { addMerge } from './commands/merge';
import { addNew } from './commands/new';
import { addNotebook } from './commands/notebook';
import { addPlan } from './commands/plan';
import { addReport } from './commands/report';
import { addReproduce } from './commands/reproduce';
import { addResize } from './commands/resize';
import { addRun } from './commands/run';
import { addScore } from './commands/score';
import { addSetup } from './commands/setup';
import { addStatus } from './commands/status';
import { addSubmit } from './commands/submit';
import { addUpscale } from './commands/upscale';
import { addVerify } from './commands/verify';

/** The `distillery` command. Throws instead of exiting, so that one place decides on exit codes. */
export function program(): Command {
  const root = new Command('distillery')
    .description('Notebook and reproducibility workbench for knowledge distillation in single-image super-resolution')
    .version(version(), '--version', 'the version of this installation')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'distillery: ')) });
  for (const add of [
    addReproduce,
    addPlan,
    addRun,
    addSubmit,
    addStatus,
    addMerge,
    addList,
    addEval,
    addScore,
    addResize,
    addUpscale,
    addNotebook,
    addKernel,
    addLab,
    addNew,
    addReport,
    addExport,
    addVerify,
    addData,
    addDoctor,
    addSetup,
    addBench,
  ])
    add(root);
  inherit(root);
  return root;
}

/** Subcommands do not inherit by themselves how errors are reported. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.exitOverride().configureOutput(parent.configureOutput());
    inherit(command);
  }
}

function version(): string {
  return (JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { version: string }).version;
}
