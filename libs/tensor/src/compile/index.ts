export { compile, type Compiled } from './compile';
export { compileSeconds } from './compile-clock';
export { compiled } from './compiled';
export { compileStep, type CompiledStep, type Step } from './compile-step';
export type { CompileOptions, Losses } from './compiler';
export { UnsupportedOperation } from './unsupported';
