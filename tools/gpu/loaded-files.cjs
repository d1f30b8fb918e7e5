'use strict';
// node loaded-files.cjs: prints, as JSON, every file of the project that its parts read when they are loaded and a tensor is computed.
// A pack for a machine without npm consists of these.
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

const root = path.join(__dirname, '..', '..');
const seen = new Set();
const note = (file) => typeof file === 'string' && file.startsWith(root + path.sep) && seen.add(file);

for (const name of ['readFileSync', 'openSync', 'statSync', 'existsSync']) {
  const original = fs[name];
  fs[name] = (file, ...rest) => {
    note(file);
    return original.call(fs, file, ...rest);
  };
}
const { readFile } = fs.promises;
fs.promises.readFile = (file, ...rest) => {
  note(file);
  return readFile.call(fs.promises, file, ...rest);
};
const { dlopen } = process;
process.dlopen = (module, file, ...rest) => {
  note(file);
  return dlopen.call(process, module, file, ...rest);
};

/** Built files that do something when they are loaded: programs of their own. What they need, others need too. */
const isProgram = (file) => /worker\.js$|(^|[\\/])(main|kernel)\.js$/.test(file);

function filesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(file) : [file];
  });
}

/** They say how a file is to be read, and how packages find each other. */
function manifestsAbove(file) {
  const folders = path.dirname(path.relative(root, file)).split(path.sep);
  return folders.map((_, i) => path.join(root, ...folders.slice(0, i + 1), 'package.json')).filter((manifest) => fs.existsSync(manifest));
}

async function main() {
  const libs = fs.readdirSync(path.join(root, 'libs')).filter((lib) => lib !== 'notebook');
  const built = libs
    .flatMap((lib) => filesIn(path.join(root, 'libs', lib, 'dist')))
    .filter((file) => file.endsWith('.js') && !file.includes(`${path.sep}vendor${path.sep}`));
  for (const file of built) {
    if (isProgram(file)) note(file);
    else require(file);
  }
  const requireTensor = createRequire(path.join(root, 'libs', 'tensor', 'package.json'));
  const { useEngine } = require(path.join(root, 'libs', 'tensor'));
  requireTensor('koffi');
  requireTensor('onnxruntime-node');
  await useEngine('wasm');
  const tf = requireTensor('@tensorflow/tfjs-core');
  tf.add(tf.scalar(1), tf.scalar(2)).dataSync();
  for (const file of Object.keys(require.cache)) note(file);
  // Libraries that native modules bring along.
  for (const [, file] of fs.readFileSync('/proc/self/maps', 'utf8').matchAll(/ (\/\S+)$/gm)) note(file);
  for (const file of [...seen]) manifestsAbove(file).forEach(note);
  const files = [...seen].filter((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
  process.stdout.write(JSON.stringify(files.map((file) => path.relative(root, file)).sort()), () => process.exit(0));
}

void main();
