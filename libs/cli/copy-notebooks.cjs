'use strict';
// The notebooks stand at the root of the repository, where Jupyter shows them; whoever installs the command gets them with it.
const { cpSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const copy = join(__dirname, 'dist', 'notebooks');
rmSync(copy, { recursive: true, force: true });
cpSync(join(__dirname, '..', '..', 'notebooks'), copy, { recursive: true, filter: (path) => !path.includes('.ipynb_checkpoints') });
