'use strict';
// node tools/ci/test-affected.cjs BASE [--list]: runs the tests of the libraries that the commits since BASE affect, as nx knows them. `--list` prints what it would run.
// Whatever lies in none of them and is more than text affects everything; so does a BASE that is not there (the first push of a branch).
const { execFileSync, spawnSync } = require('node:child_process');
const { existsSync, readdirSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const run = (program, ...args) => execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Folders that no test reads, and texts. */
const TEXT = /^(docs\/|reports\/|LICENSE$|[^/]+\.md$)/;
/** Which library's tests read a folder outside the libraries. */
const READERS = { notebooks: 'notebook', examples: 'cli', tools: 'cli', '.github': 'cli', 'action.yml': 'cli' };

/** Folders of tests; null: all. */
function affectedTests(base) {
  let files;
  try {
    files = run('git', 'diff', '--name-only', `${base}...HEAD`)
      .split('\n')
      .filter((file) => file !== '' && !TEXT.test(file));
  } catch {
    return null;
  }
  const outside = files.filter((file) => !file.startsWith('libs/')).map((file) => file.split('/')[0]);
  if (outside.some((part) => READERS[part] === undefined)) return null;
  const projects = files.some((file) => file.startsWith('libs/'))
    ? JSON.parse(run('npx', 'nx', 'show', 'projects', '--affected', `--base=${base}`, '--head=HEAD', '--json'))
    : [];
  const libraries = new Set([...projects.map((name) => name.replace('@distillery/', '')), ...outside.map((part) => READERS[part])]);
  const examples = readdirSync(path.join(root, 'examples')).map((name) => `examples/${name}/test`);
  const folders = [...libraries].map((name) => `libs/${name}/test`);
  return [...folders, ...(folders.length > 0 ? examples : [])].filter((folder) => existsSync(path.join(root, folder))).sort();
}

const [base, option] = process.argv.slice(2);
const folders = affectedTests(base || 'none');
if (option === '--list') {
  console.log(folders === null ? 'everything' : folders.join('\n') || 'nothing');
} else if (folders?.length === 0) {
  console.log('no library is affected');
} else {
  process.exitCode = spawnSync('npx', ['vitest', 'run', ...(folders ?? [])], { cwd: root, stdio: 'inherit' }).status ?? 1;
}
