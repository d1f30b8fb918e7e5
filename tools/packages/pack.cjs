'use strict';
// Builds every library from nothing and packs it: node tools/packages/pack.cjs FOLDER. What is published is what this makes.
const { execFileSync } = require('node:child_process');
const { mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const ROOT = join(__dirname, '..', '..');
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node tools/packages/pack.cjs FOLDER');
  process.exit(2);
}
const git = (...args) => execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8' }).trim();

// A file whose source is gone would be packed as well.
for (const lib of readdirSync(join(ROOT, 'libs'))) rmSync(join(ROOT, 'libs', lib, 'dist'), { recursive: true, force: true });
execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
// What a run's provenance says of the code that made it.
const commit = { gitCommit: git('rev-parse', 'HEAD'), gitDirty: git('status', '--porcelain', '--', 'libs', 'package-lock.json') !== '' };
writeFileSync(join(ROOT, 'libs', 'lab', 'dist', 'commit.json'), `${JSON.stringify(commit)}\n`);
mkdirSync(folder, { recursive: true });
execFileSync(
  'npm',
  ['pack', '--silent', '--pack-destination', resolve(folder), ...readdirSync(join(ROOT, 'libs')).map((lib) => `--workspace=libs/${lib}`)],
  {
    cwd: ROOT,
    stdio: 'inherit',
  },
);
