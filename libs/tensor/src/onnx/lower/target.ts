/** What a graph is lowered for. */
export interface Target {
  /** Channels per block of onnxruntime's blocked images on this machine; 0: standard operations only. */
  readonly block: number;
  /** Whether to go round what onnxruntime's WebGPU computes wrongly or not at all. */
  readonly webgpu: boolean;
}

/** Any runtime. */
export const PORTABLE: Target = { block: 0, webgpu: false };
