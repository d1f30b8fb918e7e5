export { compile, type Compiled, type CompileOptions } from './compile';
export { UnsupportedOperation } from './unsupported';
