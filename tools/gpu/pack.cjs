'use strict';
// node tools/gpu/pack.cjs OUT [--data DIR] [--level N] [--onnx]: what a bare Linux x64 machine (no Node, no npm, no network) needs to run the built project, and the
// data of the small tier, as archives in OUT/1 and OUT/2, since only so much travels at a time: first OUT/1 (data), then OUT/2 (the project, and data). Build first.
// `--onnx` takes onnxruntime along. See README.md.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const os = require('node:os');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..', '..');

/**
 * Of the data folder, by the archive it goes into: what the small tier trains and evaluates on, and the frozen networks of its losses and scores.
 */
const DATA = {
  1: ['weights/vgg19-imagenet-conv.safetensors', 'train/T91', 'train/General-100-subset', 'benchmarks/Set14'],
  2: ['benchmarks/Set5', 'realworld/City100-subset/NikonD5500', 'weights/lpips-alex-v0.1.safetensors'],
};

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, level: { type: 'string', default: '8' }, onnx: { type: 'boolean', default: false } },
  });
  const [out] = positionals;
  if (!out) return fail('usage: node tools/gpu/pack.cjs OUT [--data DIR] [--level 0..9] [--onnx]');
  for (const part of Object.keys(DATA)) fs.mkdirSync(path.join(out, part), { recursive: true });
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'distillery-pack-'));
  try {
    project(work, values.onnx);
    archive(work, path.resolve(out, '2', 'project.tar.xz'), ['.'], values.level);
  } finally {
    fs.rmSync(work, { recursive: true });
  }
  // The machine's copy of the working tree may lack them.
  for (const name of fs.readdirSync(__dirname).filter((file) => file.endsWith('.sh'))) {
    for (const part of Object.keys(DATA)) copy(path.join(__dirname, name), path.join(out, part, name));
  }
  if (values.data)
    for (const [part, names] of Object.entries(DATA))
      data(values.data, names, path.resolve(out, part, `data-${part}.tar.xz`), values.level);
  for (const part of Object.keys(DATA)) {
    const bytes = fs.readdirSync(path.join(out, part)).reduce((sum, name) => sum + fs.statSync(path.join(out, part, name)).size, 0);
    process.stdout.write(`${part}: ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
  }
}

/** Images are compressed already: only weights gain by it. */
function data(folder, names, file, level) {
  const found = names.filter((name) => fs.existsSync(path.join(folder, name)));
  for (const name of names) if (!found.includes(name)) process.stderr.write(`${name}: not in ${folder}\n`);
  archive(folder, file, found, level);
}

/** The built project, and Node, in a folder. */
function project(folder, onnx) {
  const listed = execFileSync(process.execPath, [path.join(__dirname, 'loaded-files.cjs')], { maxBuffer: 2 ** 28, encoding: 'utf8' });
  const files = JSON.parse(listed).filter((file) => onnx || !file.startsWith(path.join('node_modules', 'onnxruntime-')));
  for (const file of [...files, ...tools()]) copy(path.join(root, file), path.join(folder, 'project', file));
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
