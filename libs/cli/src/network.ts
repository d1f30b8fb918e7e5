import type { Deployed } from '@distillery/distill';
import { deployNetwork } from '@distillery/lab';
import { loadModel, MODELS } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { positiveInteger } from './arguments';
import { selectEngine } from './engine';
import { knownPapers, papersOption } from './papers/papers-option';

/** How a command is told which network to use: a finished run, or a model of the zoo with weights. */
export interface NetworkOptions {
  readonly run?: string;
  readonly network: string;
  readonly model?: string;
  readonly scale?: number;
  readonly weights?: string;
  readonly engine: string;
  readonly papers: readonly string[];
}

/** `--run` and those of `addModelOptions`. */
export function addNetworkOptions(command: Command): Command {
  return addModelOptions(command.option('--run <folder>', 'a finished run'));
}

/** For commands that take the run as an argument. */
export function addModelOptions(command: Command): Command {
  return command
    .option('--network <role>', 'which network of the run', 'student')
    .addOption(new Option('--model <name>', 'a model of the zoo').choices(Object.keys(MODELS)))
    .addOption(new Option('--scale <factor>', 'the model’s scale').argParser(positiveInteger))
    .option('--weights <file>', 'the model’s weights')
    .addOption(papersOption());
}

/** The network that the options name, on their engine. Throws UserError if they name none, or two. */
export async function findNetwork({ run, network, model, scale, weights, engine, papers }: NetworkOptions): Promise<Deployed> {
  if (run !== undefined) {
    if (model !== undefined || weights !== undefined) throw new UserError('expected either a run or --model with --weights, not both');
    return deployNetwork(run, network, await selectEngine(engine), (await knownPapers(papers)).papers);
  }
  if (model === undefined || weights === undefined || scale === undefined)
    throw new UserError('expected a finished run, or --model NAME --scale S --weights FILE');
  await selectEngine(engine);
  return loadModel(model, scale, weights);
}
