import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import { UserError } from '@distillery/tensor';
import { IMAGE_EXTENSIONS } from './image-file';

/** The scales that stored LR images are looked for at. */
export const STORED_SCALES: readonly number[] = [1, 2, 3, 4, 8];

/** The image files of a folder by name without extension, in code point order. Hidden files and other types are passed over. */
export function imagesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder)
    .filter((file) => !file.startsWith('.') && isImageName(file) && isFile(join(folder, file)))
    .sort((a, b) => (a < b ? -1 : 1));
  const images = new Map<string, string>();
  for (const file of files) {
    const { name } = parse(file);
    const twin = images.get(name);
    if (twin !== undefined) throw new UserError(`folder ${folder} has two images named ${name} (${basename(twin)}, ${file}); expected one`);
    images.set(name, join(folder, file));
  }
  return images;
}

/** What `imagesIn` passes over in a folder: files of another type, pipes and dead links, but for hidden ones and folders. */
export function othersIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => !file.startsWith('.') && !isFolder(join(folder, file)) && !(isImageName(file) && isFile(join(folder, file))))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** The folders in a folder by name, hidden ones excepted, in code point order. */
export function foldersIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && isFolder(join(folder, name)))
    .sort((a, b) => (a < b ? -1 : 1));
}

function isImageName(file: string): boolean {
  return IMAGE_EXTENSIONS.includes(parse(file).ext.toLowerCase());
}

/** Whether `path` is a regular file, or a link to one: to open a pipe would wait for whoever writes to it. */
function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Whether `path` is an existing folder. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/**
 * The images that a path pattern `folder/prefix{name}suffix` (without extension) names, by `{name}`, in code point order.
 * A folder that does not exist has no images.
 */
export function matchImages(pattern: string): Map<string, string> {
  const folder = dirname(pattern);
  const [prefix, suffix] = basename(pattern).split('{name}') as [string, string];
  const matches = new Map<string, string>();
  if (!isFolder(folder)) return matches;
  for (const [stem, path] of imagesIn(folder)) {
    if (stem.length <= prefix.length + suffix.length || !stem.startsWith(prefix) || !stem.endsWith(suffix)) continue;
    matches.set(stem.slice(prefix.length, stem.length - suffix.length), path);
  }
  return matches;
}
