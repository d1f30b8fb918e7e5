import { env, ready, setBackend, tensor } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { cropToMultiple, makeLr, resizeBicubic, type Image, type Plane } from '@distillery/data';
import { finiteScore, PROTOCOLS, score, scoreLuma } from '@distillery/metrics';
import { buildNetwork, readSafetensors, upscale, upscaleLuma, withChroma, type Model, type NetworkOptions } from '@distillery/models';
import { registerOwnKernels, type Params } from '@distillery/tensor';

// What the page's script calls. The networks, their tiles, the resizing and the scores are those that the runs were made and measured with.

/** A network of a run, as the report carries it. */
export interface StudentWeights {
  readonly network: NetworkOptions;
  readonly scale: number;
  /** A safetensors file, base64. */
  readonly weights: string;
}

export interface Student {
  readonly model: Model;
  readonly params: Params;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Starts tfjs’ WebAssembly backend, with our kernels, from the bytes of its module: a page from disk cannot fetch it. */
export async function start(wasmBase64: string): Promise<void> {
  env().set('DEPRECATION_WARNINGS_ENABLED', false);
  const response = new Response(bytesOf(wasmBase64), { headers: { 'Content-Type': 'application/wasm' } });
  Object.assign(env().platform, { fetch: () => Promise.resolve(response) });
  setWasmPaths('embedded/', true);
  if (!(await setBackend('wasm'))) throw new Error('this browser could not start WebAssembly');
  await ready();
  registerOwnKernels();
}

/** The network with its weights, which are in the form of `saveParams`. Throws Error for weights that are not its. */
export function load({ network, scale, weights }: StudentWeights): Student {
  const model = buildNetwork(network, scale);
  const { tensors } = readSafetensors(bytesOf(weights), 'the weights in this page');
  const params = Object.entries(model.shapes).map(([name, shape]) => {
    const stored = tensors[name];
    if (stored?.shape.join() !== shape.join()) throw new Error(`the weights in this page have no ${name} of [${shape.join(', ')}]`);
    return [name, tensor(stored.data, [...shape], 'float32')] as const;
  });
  return { model, params: Object.fromEntries(params) };
}

/** An enlarged image; `luma`: what a luma network made of its luma, unrounded, which is what its run was scored by. */
export interface Enlarged {
  readonly image: Image;
  readonly luma: Plane | null;
}

/** What the network makes of an LR image. */
export async function enlarge({ model, params }: Student, lr: Image): Promise<Enlarged> {
  if (model.channels === 3) return { image: await upscale(model, params, lr), luma: null };
  const plane = await upscaleLuma(model, params, lr);
  return { image: withChroma(plane, lr), luma: plane };
}

/** MATLAB’s bicubic enlargement. */
export function bicubic(lr: Image, scale: number): Enlarged {
  return { image: resizeBicubic(lr, scale), luma: null };
}

/** HR cut to a multiple of the scale, and the LR image made of it as the test sets are. */
export function shrink(image: Image, scale: number): { readonly hr: Image; readonly lr: Image } {
  const hr = cropToMultiple(image, scale);
  return { hr, lr: makeLr(hr, scale) };
}

/** PSNR in dB and SSIM under the report’s default protocol. */
export function scores({ image, luma }: Enlarged, hr: Image, scale: number): { readonly psnr: number; readonly ssim: number } {
  const protocol = PROTOCOLS['y-border-scale'];
  return finiteScore(luma ? scoreLuma(luma, hr, protocol, scale) : score(image, hr, protocol, scale));
}
