#!/usr/bin/env node
'use strict';
// The compiled command. Built on first use, so that a fresh clone needs nothing but `npm ci`.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..', '..');
const entry = join(__dirname, '..', 'dist', 'main.js');
if (!existsSync(entry)) {
  process.stderr.write('Building Distillery (once)...\n');
  const build = spawnSync('npx', ['nx', 'run-many', '-t', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (build.status !== 0) process.exit(1);
}
require(entry);
