'use strict';
// Uses packed libraries as somebody would who has nothing else: node tools/packages/try.cjs FOLDER [NODE], where FOLDER has what pack.cjs made. With NODE (22, 24) by
// that version, from npm. Everything happens in a temporary folder; what is installed besides comes from the registry.
const { execFileSync } = require('node:child_process');
const { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { delimiter, join, resolve } = require('node:path');

const [folder, version] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node tools/packages/try.cjs FOLDER [NODE]');
  process.exit(2);
}
/** In the order in which they need each other. */
const LIBS = ['tensor', 'data', 'models', 'metrics', 'distill', 'lab', 'papers', 'report', 'cli', 'notebook'];
const tarball = (lib) =>
  resolve(
    folder,
    readdirSync(folder).find((name) => name.startsWith(`distillery-${lib}-`)),
  );
const place = mkdtempSync(join(tmpdir(), 'distillery-packages-'));
const env = { ...process.env, JUPYTER_DATA_DIR: join(place, 'jupyter'), npm_config_update_notifier: 'false' };
delete env.DISTILLERY_DATA;

/** Runs a program in a folder and returns its output. Throws, with what it said, if it fails. */
function run(cwd, program, ...args) {
  console.log(`$ ${[program, ...args].map((word) => word.replace(resolve(folder), '.')).join(' ')}`);
  try {
    return execFileSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}: exit code ${error.status}\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

function expect(isSo, what) {
  if (!isSo) throw new Error(`expected ${what}`);
}

/** A folder with a package.json and nothing else. */
function project(name) {
  const path = join(place, name);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), '{ "private": true }\n');
  // As this repository installs: no package needs its install script.
  writeFileSync(join(path, '.npmrc'), 'ignore-scripts=true\naudit=false\nfund=false\n');
  return path;
}

function install(cwd, ...packages) {
  const said = run(cwd, 'npm', 'install', ...packages);
  expect(!/warn|deprecated/i.test(said), `an install without warnings, got:\n${said}`);
}

function megabytes(path) {
  const sizes = (entry) => {
    if (entry.isSymbolicLink()) return 0;
    const file = join(entry.parentPath, entry.name);
    return entry.isDirectory()
      ? readdirSync(file, { withFileTypes: true }).reduce((sum, each) => sum + sizes(each), 0)
      : 512 * statSync(file).blocks;
  };
  return Math.round(readdirSync(path, { withFileTypes: true }).reduce((sum, each) => sum + sizes(each), 0) / 2 ** 20);
}

const installed = (cwd) => `${megabytes(join(cwd, 'node_modules'))} MB in node_modules`;

try {
  if (version !== undefined) {
    const own = project('node');
    // The package that `node` of npm fetches by an install script.
    const program = `node-${process.platform}-${process.arch}`;
    install(own, `${program}@${version}`);
    env.PATH = `${join(own, 'node_modules', program, 'bin')}${delimiter}${env.PATH}`;
    // npm is that of the machine; what it starts is this Node.
  }
  console.log(`Node ${run(place, 'node', '--version').trim()}, npm ${run(place, 'npm', '--version').trim()}`);

  // A student with a network of one's own, from the libraries alone.
  const alone = project('alone');
  install(alone, ...LIBS.slice(0, 5).map(tarball), '@tensorflow/tfjs-core@4.22.0');
  console.log(installed(alone));
  install(alone, 'onnxruntime-node', 'typescript@5', '@types/node@20');
  cpSync(join(__dirname, 'student.ts'), join(alone, 'student.ts'));
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--skipLibCheck', '--target', 'es2022', '--module', 'node16'];
  run(alone, 'npx', 'tsc', ...strict, 'student.ts');
  for (const engine of ['wasm', 'onnx']) {
    const { psnr } = JSON.parse(run(alone, 'node', 'student.js', engine));
    console.log(`${engine}: ${psnr.toFixed(3)} dB`);
    expect(psnr > 20, `a student that learned, got ${psnr} dB`);
  }

  // The command in an empty folder, first without Jupyter.
  const lean = project('lean');
  install(lean, ...LIBS.slice(0, 9).map(tarball));
  console.log(`the command without notebooks and onnxruntime: ${installed(lean)}`);
  expect(
    /onnx: not available.*npm install onnxruntime-node/.test(run(lean, 'npx', 'distillery', 'doctor')),
    'doctor to say what is missing',
  );
  install(lean, 'onnxruntime-node');
  console.log(`with onnxruntime: ${installed(lean)}`);
  const distillery = (...args) => run(lean, 'npx', 'distillery', ...args);
  distillery('--help');
  expect(JSON.parse(distillery('list', '--json')).papers.length >= 6, 'the papers');
  expect(/onnx: ready/.test(distillery('doctor')), 'onnx');
  distillery('reproduce', 'srkd', '--tier', 'smoke', '--table', 'table2-x2', '--seeds', '1');
  expect(existsSync(join(lean, 'reports', 'index.html')), 'a report');
  const results = readFileSync(join(lean, 'reports', 'results', 'smoke', 'srkd.json'), 'utf8');
  expect(results.includes('npx distillery run srkd/smoke/'), 'the command that makes a run again');
  expect(/"gitCommit": ?"[0-9a-f]{40}"/.test(results), 'the commit that was packed');
  distillery('report');
  distillery('verify');
  distillery('plan', 'csd', '--tier', 'full', '--json');
  distillery('reproduce', 'csd', '--tier', 'full', '--dry-run');
  distillery('new', 'paper', 'my-paper');
  distillery('reproduce', 'my-paper', '--papers', 'my-paper');
  let refusal = '';
  try {
    distillery('notebook', 'srkd');
  } catch (error) {
    refusal = error.message;
  }
  expect(/npm install @distillery\/notebook/.test(refusal), 'a line that says what notebooks need');

  install(lean, tarball('notebook'));
  console.log(`with notebooks: ${installed(lean)}`);
  for (const lib of LIBS.filter((name) => name !== 'cli')) run(lean, 'node', '-e', `require('@distillery/${lib}')`);
  distillery('kernel', 'install', '--prefix', join(place, 'python'));
  expect(existsSync(join(place, 'python', 'share', 'jupyter', 'kernels')), 'a kernel');
  distillery('kernel', 'uninstall', '--prefix', join(place, 'python'));
  distillery('notebook', 'srkd');
  expect(existsSync(join(lean, 'reports', 'notebooks', 'srkd.html')), 'an executed notebook');
  distillery('notebook', 'my-paper/my-paper.ipynb', '--papers', 'my-paper');
  console.log('all of it works');
} finally {
  rmSync(place, { recursive: true, force: true });
}
