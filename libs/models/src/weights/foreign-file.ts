/* eslint-disable no-control-regex -- Control characters tell binary files from text. */
import { foreignFile } from '@distillery/data';

/** Files of other programs by their first bytes, in Latin-1. */
const FORMATS: readonly (readonly [start: RegExp, what: string])[] = [
  [/^\x89HDF/, 'an HDF5 file (Keras, MATLAB 7.3)'],
  [/^MATLAB 5\.0/, 'a MATLAB file'],
  [/^\x93NUMPY/, 'a NumPy array'],
  [/^GGUF/, 'a GGUF file'],
  [/^.{4}TFL3/s, 'a TensorFlow Lite model'],
  [/^\x08[\x01-\x14]\x12[\x02-\x40][\x20-\x7e]{2}/, 'an ONNX model'],
  [/^\x89PNG|^\xff\xd8\xff|^RIFF.{4}WEBP/s, 'an image'],
  [/^\x7fELF|^MZ.{2}/s, 'a program'],
];

/** What a file is that was given as weights and holds none, by its first bytes; null if it may hold some. */
export function foreignWeights(bytes: Uint8Array): string | null {
  if (bytes.byteLength === 0) return 'an empty file: the download has failed';
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2 ** 20));
  if (/^\s*[[{]/.test(start.toString('latin1', 0, 4096))) return jsonFile(start.toString('utf8'));
  const other = FORMATS.find(([first]) => first.test(start.toString('latin1', 0, 64)))?.[1];
  return other === undefined ? foreignFile(bytes) : `${other}, expected safetensors or a PyTorch file`;
}

function jsonFile(text: string): string {
  const shard = /"([^"]*-of-[^"]*\.(?:safetensors|bin|pth?))"/.exec(text)?.[1];
  if (text.includes('"weight_map"'))
    return `the index of weights in several files${shard === undefined ? '' : ` (${shard.slice(0, 100)} ...)`}: expected one file with all tensors`;
  return 'a JSON text, expected safetensors or a PyTorch file';
}

/** The same for a zip archive without a pickle of tensors, by the names of its entries. */
export function foreignArchive(names: readonly string[]): string {
  const weights = names.find((name) => /\.(pth?|ckpt|safetensors)$/i.test(name));
  if (names.some((name) => /(^|\/)code\/.*\.py$/.test(name)))
    return 'a TorchScript archive, which holds a program: expected the state dict (torch.save of model.state_dict())';
  if (weights !== undefined) return `a zip archive that holds ${weights.slice(0, 100)}: unpack it first`;
  if (names.some((name) => /\.npy$/.test(name))) return 'an archive of NumPy arrays (.npz), expected safetensors or a PyTorch file';
  return 'a zip archive that torch.save did not write (no data.pkl)';
}

/** The number of a shard and of all, if a file's name says that it is one of several. */
export function shardOf(path: string): string | null {
  const [, part, all] = /-(\d{5})-of-(\d{5})\.\w+$/.exec(path) ?? [];
  return part === undefined || Number(all) < 2 ? null : `part ${Number(part)} of ${Number(all)}`;
}
