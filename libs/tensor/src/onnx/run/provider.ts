/** Where onnxruntime runs a compiled graph: its execution providers of the same names. */
export type Provider = 'cpu' | 'cuda' | 'webgpu';
