'use strict';
// node tools/gpu/pack.cjs OUT [--data DIR] [--level N]: what a bare Linux x64 machine (no Node, no npm, no network) needs to run the built project, as OUT/project.tar.xz,
// and the data of the small tier, as OUT/data.tar.xz. Build first. See README.md.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const os = require('node:os');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..', '..');

/**
 * Of the data folder: what the small tier trains and evaluates on, and the frozen network of its losses. LPIPS stays at home: it runs operation by operation, which
 * would take longer than the training.
 */
const DATA = [
  'benchmarks/Set5',
  'benchmarks/Set14',
  'train/T91',
  'train/General-100-subset',
  'weights/vgg19-imagenet-conv.safetensors',
  'realworld/City100-subset',
];

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, level: { type: 'string', default: '8' } },
  });
  const [out] = positionals;
  if (!out) return fail('usage: node tools/gpu/pack.cjs OUT [--data DIR] [--level 0..9]');
  fs.mkdirSync(out, { recursive: true });
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'distillery-pack-'));
  try {
    project(work);
    archive(work, path.resolve(out, 'project.tar.xz'), ['.'], values.level);
    if (values.data)
      archive(
        values.data,
        path.resolve(out, 'data.tar.xz'),
        DATA.filter((name) => fs.existsSync(path.join(values.data, name))),
        values.level,
      );
  } finally {
    fs.rmSync(work, { recursive: true });
  }
  for (const name of fs.readdirSync(out)) {
    const { size } = fs.statSync(path.join(out, name));
    process.stdout.write(`${name} ${(size / 2 ** 20).toFixed(1)} MiB\n`);
  }
}

/** The built project, and Node, in a folder. */
function project(folder) {
  const listed = execFileSync(process.execPath, [path.join(__dirname, 'loaded-files.cjs')], { maxBuffer: 2 ** 28, encoding: 'utf8' });
  for (const file of [...JSON.parse(listed), ...tools()]) copy(path.join(root, file), path.join(folder, 'project', file));
  const links = path.join(folder, 'project', 'node_modules', '@distillery');
  fs.mkdirSync(links, { recursive: true });
  for (const lib of fs.readdirSync(path.join(root, 'libs'))) fs.symlinkSync(path.join('..', '..', 'libs', lib), path.join(links, lib));
  fs.writeFileSync(path.join(folder, 'project', 'commit.json'), JSON.stringify(commit()));
  copy(fs.realpathSync(process.execPath), path.join(folder, 'bin', 'node'));
  for (const file of [path.join(folder, 'bin', 'node'), ...libraries(path.join(folder, 'project'))]) strip(file);
}

/** What runs on the machine besides the libs. */
function tools() {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'tools/gpu'], { cwd: root, encoding: 'utf8' });
  return [...files.trim().split('\n'), 'package.json', 'libs/cli/bin/distillery.cjs'];
}

/** Commit and state of the checkout: on the machine there is no git to ask. */
function commit() {
  const git = (...args) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
  return { gitCommit: git('rev-parse', 'HEAD'), gitDirty: git('status', '--porcelain', '--', ':/libs', ':/package-lock.json') !== '' };
}

function libraries(folder) {
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => /\.so(\.|$)|\.node$/.test(name))
    .map((name) => path.join(folder, name));
}

/** Without symbols; left as it is where that is not possible. */
function strip(file) {
  try {
    execFileSync('strip', ['--strip-unneeded', file], { stdio: 'ignore' });
  } catch {
    process.stderr.write(`${path.basename(file)}: not stripped\n`);
  }
}

function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

function archive(folder, file, names, level) {
  execFileSync('tar', ['-C', folder, '-I', `xz -T0 -${level}`, '-cf', file, ...names], { stdio: 'inherit' });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

main();
