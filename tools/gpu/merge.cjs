'use strict';
// node tools/gpu/merge.cjs ARCHIVE...: puts the runs that evidence.cjs brought home into reports/results/.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..', '..');
const { readRun, updateResults } = require(path.join(root, 'libs', 'lab'));

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { results: { type: 'string', default: path.join(root, 'reports', 'results') } },
  });
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'distillery-evidence-'));
  try {
    for (const archive of positionals) execFileSync('tar', ['-C', work, '-xJf', archive]);
    const folders = fs.readdirSync(work, { recursive: true }).filter((name) => path.basename(name) === 'result.json');
    const runs = await Promise.all(folders.map((name) => readRun(path.join(work, path.dirname(name)), { withoutCheckpoint: true })));
    const { written, refused } = await updateResults(values.results, runs);
    process.stdout.write(`${runs.length} runs into ${written.join(', ')}\n`);
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
