'use strict';
// The notebooks and the measured results stand at the root of the repository; whoever installs the command gets them with it, the results without weights.
const { cpSync, rmSync } = require('node:fs');
const { basename, join } = require('node:path');

const ROOT = join(__dirname, '..', '..');
const LEFT_OUT = new Set(['.ipynb_checkpoints', 'students', 'smoke', 'SUPERSEDED.md']);

for (const [from, name] of [
  [join(ROOT, 'notebooks'), 'notebooks'],
  [join(ROOT, 'reports', 'results'), 'results'],
]) {
  const copy = join(__dirname, 'dist', name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(from, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
}
