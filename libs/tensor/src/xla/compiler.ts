import type { Compiler } from '../compile/compiler';
import type { Device } from './run/device';
import { preparedFunction } from './run/prepared-function';
import { preparedStep } from './run/prepared-step';

/** Recorded functions as StableHLO programs, compiled by XLA for a device and run there. */
export function xlaCompiler(device: () => Device): Compiler {
  return {
    fewPrograms: true,
    prepareFunction: (inputs, outputs) => preparedFunction(device(), inputs, outputs),
    prepareStep: (program) => preparedStep(device(), program),
  };
}
