'use strict';
// node tools/docs/check-links.cjs FOLDER: whether every link and every file that the pages in it ask for is there, as a browser sees it from disk, and none of them needs a network.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { dirname, join, relative, resolve } = require('node:path');

const [folder] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: node tools/docs/check-links.cjs FOLDER');
  process.exit(2);
}
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
const problems = new Set();
const anchors = new Map();

/** The ids of a page. */
function idsOf(file) {
  if (!anchors.has(file)) anchors.set(file, new Set([...readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
  return anchors.get(file);
}

for (const page of pages) {
  const path = join(folder, page);
  for (const [, tag, attributes] of readFileSync(path, 'utf8').matchAll(/<(a|link|script|img)\s([^>]*)>/g)) {
    const [, target] = /(?:href|src)="([^"]*)"/.exec(attributes) ?? [];
    if (target === undefined || /^(data|mailto):/.test(target)) continue;
    if (/^(https?:)?\/\//.test(target)) {
      if (tag !== 'a') problems.add(`${page}: ${target} needs a network`);
      continue;
    }
    const [file, id] = target.split('#');
    const wanted = file === '' ? path : resolve(dirname(path), decodeURIComponent(file.split('?')[0]));
    if (!existsSync(wanted)) problems.add(`${page}: ${target} is not there`);
    else if (id && wanted.endsWith('.html') && !idsOf(wanted).has(decodeURIComponent(id)))
      problems.add(`${page}: ${relative(folder, wanted)} has no place '${id}'`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`${pages.length} pages, ${problems.size} links that lead nowhere`);
process.exitCode = problems.size > 0 ? 1 : 0;
