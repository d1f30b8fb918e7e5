import { UserError } from '../user-error';
import { runTool } from './run-tool';

/** Takes files out of a wheel, and prints all names in it and what its extras require. */
const UNPACK = `
import json, re, sys, zipfile
path, folder, pattern, extras = sys.argv[1:]
wheel = zipfile.ZipFile(path)
names = wheel.namelist()
for name in names:
    if re.fullmatch(pattern, name):
        wheel.extract(name, folder)
metadata = next((wheel.read(name).decode() for name in names if name.endswith('.dist-info/METADATA')), '')
needed = re.findall(r'^Requires-Dist: *([^;\\n]+?) *;.*extra *== *.(?:' + extras + ').$', metadata, re.M)
print(json.dumps({'names': names, 'needed': needed}))
`;

/** What is wanted of a wheel. */
export interface WheelContents {
  /** `TensorFlow 2.15 or newer` */
  readonly title: string;
  /** Python's regular expression for the whole names of the files to take. */
  readonly files: string;
  /** Names without which it is not the wheel that it should be. */
  readonly wanted: readonly string[];
  /** Extras whose requirements are asked for. */
  readonly extras: readonly string[];
}

/** Takes files out of a wheel into a folder. Returns the Python packages that its extras require. Throws UserError if it is no such wheel. */
export async function unpackWheel(wheel: string, folder: string, { title, files, wanted, extras }: WheelContents): Promise<string[]> {
  const printed = await runTool({
    command: 'python3',
    args: ['-c', UNPACK, wheel, folder, files, extras.join('|')],
    need: 'python3 is needed to unpack wheels',
    failure: `${wheel} cannot be unpacked`,
    reason: /\S/,
  });
  const { names, needed } = JSON.parse(printed) as { names: string[]; needed: string[] };
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) throw new UserError(`${wheel} is no wheel of ${title} for Linux: it has no ${missing}`);
  return needed;
}
