import { findDataDir, listDatasets } from '@distillery/data';
import { METHODS, type MethodEntry } from '@distillery/distill';
import { defaultDatasets, TIERS } from '@distillery/lab';
import { PROTOCOLS } from '@distillery/metrics';
import { listArchitectures, MODELS } from '@distillery/models';
import { titleAfterName } from '@distillery/report';
import { ENGINES } from '@distillery/tensor';
import type { Command } from 'commander';
import { dataOption, jsonOption } from '../arguments';
import { print, printJson } from '../output';
import { knownPapers, papersOption } from '../papers/papers-option';

/** `distillery list`: every name that the other commands take. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('papers with their experiments, methods, models, architectures, datasets, protocols, engines')
    .addOption(dataOption())
    .addOption(papersOption())
    .addOption(jsonOption())
    .action(async ({ data, json, papers: modules }: { data?: string; json: boolean; papers: string[] }) => {
      const dataDir = findDataDir(data);
      const known = await knownPapers(modules);
      const papers = known.papers.map((paper) => ({
        id: paper.id,
        title: paper.title,
        venue: paper.venue,
        tables: paper.experiments('smoke', defaultDatasets('smoke', dataDir)).map(({ id, title, arms }) => ({
          id,
          title,
          arms: arms.map(({ arm, network }) => `${arm}/${network}`),
        })),
      }));
      const inventory = {
        papers,
        tiers: TIERS,
        methods: Object.values<MethodEntry>(METHODS).map(({ id, title, source }) => ({ id, title, source })),
        models: Object.keys(MODELS),
        architectures: listArchitectures(),
        datasets: listDatasets(dataDir),
        protocols: Object.values(PROTOCOLS).map(({ name, description }) => ({ name, description })),
        engines: ENGINES,
      };
      if (json) return printJson(inventory);
      for (const { id, title, venue, tables } of papers) {
        print(`${id}: ${titleAfterName({ id, title })} (${venue})`);
        for (const table of tables) print(`  ${table.id}: ${table.title}`);
      }
      print('methods:');
      for (const { id, title, source } of inventory.methods) print(`  ${id}: ${title} (${source})`);
      print(`tiers: ${TIERS.join(', ')}`, `models: ${inventory.models.join(', ')}`, 'architectures:');
      for (const { id, title, source, scales, options } of inventory.architectures)
        print(`  ${id} (${title}, ${source}), x${scales.join(', x')}: ${Object.keys(options.properties).join(', ')}`);
      print(`engines: ${ENGINES.join(', ')}`, 'datasets:');
      for (const { name, found, images, role } of inventory.datasets) print(`  ${name} (${role}): ${found} of ${images} images`);
      print('protocols:');
      for (const { name, description } of inventory.protocols) print(`  ${name}: ${description}`);
    });
}
