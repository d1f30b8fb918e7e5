import type { Deployed } from '@distillery/distill';
import { deployNetwork } from '@distillery/lab';
import { loadModel, MODELS, type LoadOptions } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { colour, positiveInteger, rgbRange } from './arguments';
import { selectEngine } from './engine';
import { warn } from './output';
import { knownPapers, papersOption } from './papers/papers-option';

/** How a command is told which network to use: a finished run, or a model of the zoo with weights. */
export interface NetworkOptions {
  readonly run?: string;
  readonly network: string;
  readonly model?: string;
  readonly scale?: number;
  readonly weights?: string;
  readonly key?: string;
  readonly rgbRange?: 1 | 255;
  readonly mean?: [number, number, number];
  readonly engine: string;
  readonly papers: readonly string[];
}

/** `--run` and those of `addModelOptions`. */
export function addNetworkOptions(command: Command): Command {
  return addModelOptions(command.option('--run <folder>', 'a finished run'));
}

/** For commands that take the run as an argument. */
export function addModelOptions(command: Command): Command {
  return addWeightsOptions(
    command
      .option('--network <role>', 'which network of the run', 'student')
      .addOption(
        new Option('--model <name>', 'a model of the zoo (default: what the shapes in the weights tell)').choices(Object.keys(MODELS)),
      )
      .addOption(new Option('--scale <factor>', 'the model’s scale (default: what the shapes tell)').argParser(positiveInteger))
      .option('--weights <file>', 'the model’s weights'),
  ).addOption(papersOption());
}

/** What a user can say of a weights file that the file does not. */
export function addWeightsOptions(command: Command): Command {
  return command
    .option('--key <name>', 'which state dict of the weights file, such as params_ema (default: the one that fits)')
    .addOption(
      new Option(
        '--rgb-range <white>',
        'the value of white that the weights were trained with, if the file does not tell: 1 or 255',
      ).argParser(rgbRange),
    )
    .addOption(
      new Option(
        '--mean <R,G,B>',
        'the mean colour that the network subtracts, each 0..1, if the file does not tell; 0,0,0: none',
      ).argParser(colour),
    );
}

/** Those of the options as the library takes them. */
export function loadOptions({ key, rgbRange: range, mean }: Pick<NetworkOptions, 'key' | 'rgbRange' | 'mean'>): LoadOptions {
  return { key, rgbRange: range, mean };
}

/** The network that the options name, on their engine. Throws UserError if they name none, or two. */
export async function findNetwork({ run, network, model, scale, weights, engine, papers, ...values }: NetworkOptions): Promise<Deployed> {
  if (run !== undefined) {
    if (model !== undefined || weights !== undefined) throw new UserError('expected either a run or --model with --weights, not both');
    return deployNetwork(run, network, await selectEngine(engine), (await knownPapers(papers)).papers);
  }
  if (weights === undefined)
    throw new UserError('expected a finished run, or --weights FILE (with --model NAME and --scale S, or as its shapes tell)');
  await selectEngine(engine);
  const { notes, ...loaded } = loadModel(model, scale, weights, loadOptions(values));
  warn(...notes);
  return loaded;
}
