import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../../make-folders';
import { runTool } from '../run-tool';

/** Fetches a package's files with npm into a folder, and nothing else: none of its scripts runs, none of its dependencies comes along. */
export async function fetchPackage(requirement: string, folder: string, onOutput?: (text: string) => void): Promise<void> {
  makeFolders(folder);
  const packed = await runTool({
    command: 'npm',
    args: ['pack', requirement, '--pack-destination', folder, '--json', '--loglevel', 'error'],
    folder,
    need: `npm is needed to fetch ${requirement}`,
    failure: `npm could not fetch ${requirement}`,
  });
  const [{ filename, id }] = JSON.parse(packed) as [{ filename: string; id: string }];
  onOutput?.(`${id}\n`);
  await runTool({
    command: 'tar',
    args: ['-xzf', filename, '--strip-components', '1'],
    folder,
    need: `tar is needed to unpack ${requirement}`,
    failure: `tar could not unpack ${requirement}`,
  });
  await rm(join(folder, filename));
}
