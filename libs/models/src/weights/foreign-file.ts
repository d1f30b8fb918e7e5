/** What a file is that was given as weights and holds none, by its first bytes; null if it may hold some. Browsers and git save such files under the name that was asked for. */
export function foreignFile(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096));
  const text = start.toString('latin1');
  if (bytes.byteLength === 0) return 'an empty file: the download has failed';
  if (/^\s*(<!doctype html|<html|<\?xml|<head|<body)/i.test(text.replace(/^ï»¿/, '')))
    return 'an HTML page: the download asked for a login or a confirmation, which a browser has to give';
  if (text.startsWith('version https://git-lfs'))
    return 'a pointer of git LFS, not the file that it stands for: fetch that with git lfs pull';
  if (start[0] === 0x1f && start[1] === 0x8b) return 'a gzip archive: unpack it first (gunzip)';
  if (text.startsWith('7z\xbc\xaf')) return 'a 7z archive: unpack it first';
  if (text.startsWith('Rar!')) return 'a RAR archive: unpack it first';
  if (text.startsWith('BZh')) return 'a bzip2 archive: unpack it first';
  if (text.startsWith('\xfd7zXZ')) return 'an xz archive: unpack it first';
  if (text.startsWith('(\xb5/\xfd')) return 'a zstd archive: unpack it first';
  if (start.toString('latin1', 257, 262) === 'ustar') return 'a tar archive: unpack it first';
  if (text.startsWith('\x89HDF')) return 'an HDF5 file (Keras, MATLAB 7.3), expected safetensors or a PyTorch file';
  if (text.startsWith('MATLAB 5.0')) return 'a MATLAB file, expected safetensors or a PyTorch file';
  if (text.startsWith('\x93NUMPY')) return 'a NumPy array, expected safetensors or a PyTorch file';
  if (text.startsWith('GGUF')) return 'a GGUF file, expected safetensors or a PyTorch file';
  if (/^\s*[[{]/.test(text))
    return jsonFile(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2 ** 20)).toString('utf8'));
  return null;
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
