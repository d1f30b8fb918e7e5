'use strict';
// Bundles parts of other packages into a library's dist/vendor when it is built, with their licences beside them. What is bundled need not be installed by
// whoever installs the library: a few files stand for packages of hundreds of megabytes.
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { basename, dirname, join, relative, sep } = require('node:path');

/** Writes `dist/vendor/<name>` of the lib and `<name>.LICENSES.txt`. `options` are rolldown's; `finish` may change the text. */
async function bundle({ lib, name, output, finish = (code) => code, ...options }) {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ logLevel: 'silent', ...options });
  const { output: chunks } = await build.generate({ minify: true, ...output, codeSplitting: false });
  await build.close();
  const [{ code, modules }] = chunks;
  const folder = join(lib, 'dist', 'vendor');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), finish(code));
  writeFileSync(join(folder, `${name}.LICENSES.txt`), licences(Object.keys(modules), lib));
}

/** The packages that files belong to, with version, licence and its text. Throws for one that has no licence. */
function licences(files, lib) {
  const folders = new Map();
  for (const file of files) {
    const folder = packageFolder(file);
    if (folder !== null) folders.set(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  }
  const texts = [...folders]
    .sort(([, a], [, b]) => (a.name < b.name ? -1 : 1))
    .map(([folder, { name, version, license, repository }]) => {
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (!license && file === undefined) throw new Error(`${relative(lib, folder)}: expected a licence, in its package.json or as a file`);
      const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
      const from = typeof repository === 'string' ? repository : repository?.url;
      return `${name} ${version}, ${license ?? 'its licence below'}${from ? `, ${from}` : ''}\n${text}`;
    });
  return `Parts of these packages stand in ${basename(lib)}'s bundle.\n\n${texts.join(`\n${'-'.repeat(80)}\n`)}`;
}

/** The folder of the package that a file of node_modules belongs to; null for our own, and for what the bundler makes up. */
function packageFolder(file) {
  if (!file.includes(`${sep}node_modules${sep}`) || !existsSync(file)) return null;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    // A folder within a package may have a manifest without a name, which says how its files are loaded.
    if (existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).version) return folder;
    if (basename(folder) === 'node_modules') throw new Error(`${file} belongs to no package`);
  }
}

module.exports = { bundle };
