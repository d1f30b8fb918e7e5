'use strict';
// node tools/gpu/merge.cjs ARCHIVE...: puts the runs that evidence.cjs brought home into reports/results/, in the place of older ones.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..', '..');
const { mergeStore } = require(path.join(root, 'libs', 'lab'));

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { results: { type: 'string', default: path.join(root, 'reports', 'results') } },
  });
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'distillery-evidence-'));
  try {
    for (const archive of positionals) execFileSync('tar', ['-C', work, '-xJf', archive]);
    const { written, refused } = await mergeStore(
      { runs: work, results: null },
      { runs: null, results: values.results },
      { replace: true },
    );
    process.stdout.write(`results written: ${written.join(', ')}\n`);
    for (const line of refused) process.stderr.write(`${line}\n`);
    if (refused.length > 0) process.exitCode = 1;
  } finally {
    fs.rmSync(work, { recursive: true });
  }
}

void main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
