export { exportModelOnnx, type ExportedModel } from './export-model';
export { exportStepOnnx } from './export-step';
