'use strict';
// node libs/cli/bench/large-store.cjs RUN COUNT OUT: a store of COUNT finished runs that differ from the finished one in the folder RUN by their seeds, to time
// `distillery status`, `merge` and `report` on. What they say of themselves is what runs of those seeds say; their other files are links to those of RUN.
const fs = require('node:fs');
const path = require('node:path');

const lab = path.join(__dirname, '..', '..', 'lab', 'dist');
const { digestedJson } = require(path.join(lab, 'json', 'stored-json.js'));
const { runHash, shortHash, SCIENCE_VERSION } = require(path.join(lab, 'store', 'run-hash.js'));
const { sameMetricNetworks } = require(path.join(lab, 'frozen', 'metric-networks.js'));

const [, , run, count, out] = process.argv;
const file = JSON.parse(fs.readFileSync(path.join(run, 'run.json'), 'utf8'));
delete file.digest;
const made = file.sessions.at(-1);
const cell = path.join(out, 'runs', file.spec.recipe.paper, path.basename(path.dirname(run)));

function hashOf(spec, version) {
  const identity = {
    spec,
    engine: { version: made.engineVersion, precision: made.precision ?? 'float32' },
    datasetHashes: made.datasetHashes,
    featureNetwork: made.featureNetwork,
    ...sameMetricNetworks(made),
    science: [SCIENCE_VERSION, version],
    starts: {},
  };
  return runHash(identity);
}

// The paper's own version, which stands in no file.
const version = Array.from({ length: 100 }, (_, i) => i).find((each) => hashOf(file.spec, each) === file.hash);
if (version === undefined) throw new Error(`${run}: expected a run of this version of the code that starts from no other`);
const result = JSON.parse(fs.readFileSync(path.join(run, 'result.json'), 'utf8'));
delete result.digest;
const linked = ['timing.json', ...Object.keys(result.files)];
// A file system allows so many names for one file.
const MOST_LINKS = 30_000;
let shared = run;
for (let seed = 0; seed < Number(count); seed++) {
  const spec = { ...file.spec, seed };
  const hash = hashOf(spec, version);
  const folder = path.join(cell, `${seed}-${shortHash(hash)}`);
  fs.mkdirSync(folder, { recursive: true });
  const own = { 'run.json': { ...file, hash, spec }, 'result.json': { ...result, hash } };
  for (const [name, content] of Object.entries(own)) fs.writeFileSync(path.join(folder, name), digestedJson(content));
  for (const name of linked)
    if (seed % MOST_LINKS === 0) fs.copyFileSync(path.join(run, name), path.join(folder, name));
    else fs.linkSync(path.join(shared, name), path.join(folder, name));
  if (seed % MOST_LINKS === 0) shared = folder;
}
