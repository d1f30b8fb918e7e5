import { cpus, totalmem } from 'node:os';
import { findDataDir, listDatasets } from '@distillery/data';
import { engineStatus } from '@distillery/tensor';
import type { Command } from 'commander';
import { dataOption, jsonOption } from '../arguments';
import { findProgram } from '../find-program';
import { print, printJson } from '../output';

/** Programs that add something and are never needed. */
const EXTRAS = [
  { program: 'jupyter', adds: 'stepping through the notebooks in a browser' },
  { program: 'chromium', adds: 'the browser tests of the report' },
  { program: 'python3', adds: '`distillery setup`, with pip; the PyTorch rows of `npm run bench`, where torch is installed' },
  { program: 'g++', adds: '`distillery setup tensorflow`' },
  { program: 'nvidia-smi', adds: 'a CUDA machine, for the engines xla:cuda, onnx:cuda and tensorflow' },
] as const;

/** `distillery doctor`: what this machine has, and what is missing for what. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check this machine: Node, engines, data, extras')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async ({ data, json }: { data?: string; json: boolean }) => {
      const dataDir = findDataDir(data);
      const report = {
        node: process.version,
        cores: cpus().length,
        memoryGiB: Math.round(totalmem() / 2 ** 30),
        engines: await engineStatus(),
        data: dataDir,
        datasets: listDatasets(dataDir)
          .filter(({ present }) => present)
          .map(({ name }) => name),
        extras: EXTRAS.map(({ program: name, adds }) => ({ program: name, path: findProgram(name), adds })),
      };
      if (json) return printJson(report);
      print(`Node ${report.node}, ${report.cores} cores, ${report.memoryGiB} GiB`);
      for (const engine of report.engines)
        print(`engine ${engine.name}: ${engine.available ? 'ready' : 'not available'} (${engine.detail})`);
      print(dataDir === null ? 'data: none given; the built-in procedural images stand in' : `data: ${dataDir}`);
      print(`datasets: ${report.datasets.join(', ')}`);
      for (const { program: name, path, adds } of report.extras) print(`${name}: ${path ?? 'not found'} (${adds})`);
    });
}
