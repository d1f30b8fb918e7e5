export { compile, type Compiled, type CompileOptions } from './compile';
export { compiled } from './compiled';
export { threadCount } from './run/threads';
export { compileStep, type CompiledStep, type Step } from './compile-step';
export { exportModelOnnx, type ExportedModel } from './export-model';
export { UnsupportedOperation } from '../compile/unsupported';
