'use strict';
// node evidence.cjs --engine E --data DIR --out DIR --seconds N [--jobs N] [--tier T] [--wanted FILE]: performs as many planned runs as fit, the most wanted
// first, several side by side. Finished runs are packed into DIR/evidence-<n>.tar.xz as they come, without checkpoints; those of runs whose id matches
// `--checkpoints PATTERN` follow at the end, one archive each, since what is too large does not come home. `--name NAME` stands for `evidence` in names of files.
const { execFile, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs, promisify } = require('node:util');

const root = path.join(__dirname, '..', '..');
const { isFinished, runPlan } = require(path.join(root, 'libs', 'lab'));

/** Of a run's folder: everything but its checkpoint. */
const KEPT = ['run.json', 'result.json', 'timing.json', 'metrics.jsonl', 'validation.jsonl'];
/** No more than this in one archive, before it is compressed. */
const ARCHIVE_BYTES = 48 * 2 ** 20;
const ARCHIVE_EVERY_MS = 45_000;
const REPORT_EVERY_MS = 15_000;
/** The last part of the time is for packing. */
const LAST_SECONDS = 15;

async function main() {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', default: 'xla:cuda' },
      data: { type: 'string' },
      out: { type: 'string' },
      runs: { type: 'string', default: '/tmp/distillery-runs' },
      seconds: { type: 'string' },
      jobs: { type: 'string', default: '8' },
      tier: { type: 'string', default: 'small' },
      wanted: { type: 'string', default: path.join(__dirname, 'wanted.txt') },
      checkpoints: { type: 'string' },
      name: { type: 'string', default: 'evidence' },
    },
  });
  const { engine, data, out, tier } = values;
  const runsDir = path.join(values.runs, 'runs');
  const seconds = Number(values.seconds) - LAST_SECONDS;
  fs.mkdirSync(out, { recursive: true });
  const wanted = wantedOf(values.wanted);
  const runs = inOrder(planned(tier, engine, data, seedsIn(wanted)), wanted);
  const begun = performance.now();
  const clock = () => `${((performance.now() - begun) / 1000).toFixed(0)} s`;
  const packer = packed(runsDir, path.join(out, values.name));
  const timer = setInterval(() => void packer.pack(), ARCHIVE_EVERY_MS);
  const speed = stepsTaken();
  const reporter = setInterval(() => process.stdout.write(`${clock()} ${speed.report()}\n`), REPORT_EVERY_MS);
  const outcomes = await runPlan(runs, {
    jobs: Number(values.jobs),
    dataDir: data ?? null,
    runsDir,
    papersModules: [{ entry: require.resolve(path.join(root, 'libs', 'papers')), from: null }],
    signal: AbortSignal.timeout(1000 * seconds),
    onEvent(event) {
      if (event.kind === 'step') speed.note(event);
      if (event.kind !== 'settled' || event.outcome === 'interrupted') return;
      process.stdout.write(`${clock()} ${event.id}: ${event.outcome}${event.error ? ` (${event.error})` : ''}\n`);
    },
  });
  clearInterval(timer);
  clearInterval(reporter);
  await packer.pack();
  if (values.checkpoints)
    await packCheckpoints(runsDir, path.join(out, `${values.name}-checkpoint`), outcomes, new RegExp(values.checkpoints));
  const count = (kind) => outcomes.filter(({ outcome }) => outcome === kind).length;
  process.stdout.write(`${clock()}: ${count('finished')} of ${runs.length} runs finished, ${count('failed')} failed\n`);
}

function planned(tier, engine, data, seeds) {
  const program = path.join(root, 'libs', 'cli', 'bin', 'distillery.cjs');
  const options = ['--tier', tier, '--engine', engine, '--seeds', String(seeds), ...(data ? ['--data', data] : [])];
  return JSON.parse(execFileSync(process.execPath, [program, 'plan', ...options, '--json'], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

/** Lines of a file: ids of runs, or a paper and the beginning of a table's id. */
function wantedOf(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

/** Steps taken since the last report, in all and of which runs. */
function stepsTaken() {
  let [since, steps] = [performance.now(), 0];
  const runs = new Map();
  return {
    note({ id, step }) {
      runs.set(id, step);
      steps++;
    },
    report() {
      const seconds = (performance.now() - since) / 1000;
      const text = `${(steps / seconds).toFixed(0)} steps a second: ${[...runs].map(([id, step]) => `${id} ${step}`).join(', ')}`;
      [since, steps] = [performance.now(), 0];
      runs.clear();
      return text;
    },
  };
}

/** So many seeds that every run named is among the planned ones. */
function seedsIn(wanted) {
  const seeds = wanted.filter((line) => line.includes('/')).map((line) => Number(line.split('/')[3]));
  return Math.max(2, ...seeds) + 1;
}

/** By place in the list, then seed; each run behind the one it starts from. Runs that are not wanted are left out. */
function inOrder(runs, wanted) {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const isMeant = ({ id, spec, experiments }, line) => {
    if (line.includes('/')) return id === line;
    const [paper, table = ''] = line.split(/\s+/);
    return spec.recipe.paper === paper && experiments.some((experiment) => experiment.startsWith(table));
  };
  for (const line of wanted) if (!runs.some((run) => isMeant(run, line))) process.stderr.write(`${line}: not in the plan\n`);
  const rank = new Map(runs.map((run) => [run, wanted.findIndex((line) => isMeant(run, line))]));
  const sorted = runs
    .filter((run) => rank.get(run) >= 0)
    .sort((a, b) => rank.get(a) - rank.get(b) || a.spec.seed - b.spec.seed || a.stage - b.stage);
  const placed = new Set();
  const place = (run) => {
    for (const id of run.needs) if (byId.has(id)) place(byId.get(id));
    placed.add(run);
  };
  sorted.forEach(place);
  return [...placed];
}

/** Packs finished runs that are in no archive yet. The last archive is written anew until it is full. Meanwhile runs go on: whoever waited for xz could hand out none. */
function packed(runsDir, name) {
  let [number, open, isNew] = [1, [], false];
  const done = new Set();
  const writeOpen = async () => (isNew = !(await write(runsDir, `${name}-${number}`, open)));
  async function packNew() {
    for (const folder of finishedIn(runsDir)) {
      if (done.has(folder)) continue;
      done.add(folder);
      open.push(...KEPT.map((name) => path.join(folder, name)).filter((file) => fs.existsSync(path.join(runsDir, file))));
      isNew = true;
      const bytes = open.reduce((sum, file) => sum + fs.statSync(path.join(runsDir, file)).size, 0);
      if (bytes < ARCHIVE_BYTES) continue;
      await writeOpen();
      // What could not be written stays open, for the next attempt.
      if (!isNew) [number, open] = [number + 1, []];
    }
    if (isNew) await writeOpen();
  }
  let last = Promise.resolve();
  return {
    /** One at a time. */
    pack: () => (last = last.then(packNew)),
  };
}

function finishedIn(runsDir) {
  if (!fs.existsSync(runsDir)) return [];
  const names = fs.readdirSync(runsDir, { recursive: true }).filter((name) => path.basename(name) === 'result.json');
  return names.map((name) => path.dirname(name)).filter((folder) => isFinished(path.join(runsDir, folder)));
}

/** Checkpoints let a later visit, or a page that shows a network at work, begin where this one ended. */
async function packCheckpoints(runsDir, name, outcomes, pattern) {
  for (const { run, outcome, folder } of outcomes) {
    if (outcome !== 'finished' || !pattern.test(run.id)) continue;
    const file = path.relative(runsDir, path.join(folder, 'checkpoint.safetensors'));
    await write(runsDir, `${name}-${path.dirname(file).split(path.sep).join('-')}`, [file]);
  }
}

/** Whether it was written. */
async function write(runsDir, name, files) {
  const file = `${name}.tar.xz`;
  try {
    await promisify(execFile)('tar', ['-C', runsDir, '-cJf', `${file}.part`, ...files], { env: { ...process.env, XZ_OPT: '-T0 -3' } });
    fs.renameSync(`${file}.part`, file);
    return true;
  } catch (error) {
    process.stderr.write(`${file}: ${error.message.split('\n')[1] ?? error.message}\n`);
    return false;
  }
}

void main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
