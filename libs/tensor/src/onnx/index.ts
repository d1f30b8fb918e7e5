export { exportModelOnnx, type ExportedModel } from './export-model';
export { exportStepOnnx } from './export-step';
export { threadCount } from './run/threads';
